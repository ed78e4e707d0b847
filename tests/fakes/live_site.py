"""The web and the live socket of a school in memory: our pages, our headers, our frames."""

import asyncio
import datetime as dt
import gettext
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

import services.web
from schemas.accountability import Account, OpenClass
from schemas.api.bodies import AccountBody, OpenClassBody, TicketBody
from schemas.board import Bye
from schemas.identifiers import IncidentId, PersonId
from schemas.identity import Session
from schemas.replies import Reply
from schemas.roster import RosterSnapshot
from schemas.vocabulary import Actor, Language, Role
from services.board.domain.views import Eyes
from services.board.ports import Screen
from services.web.domain.names import names_for
from services.web.domain.sight import seen_by
from services.web.routes.catalogues import load
from services.web.routes.headers import protect
from services.web.routes.rendering import Templates
from tests.fakes.live_school import LiveSchool

PAGES = {"/phone": "teacher.html", "/board": "board.html", "/wall": "wall.html"}
WEB = Path(services.web.__file__).parent
BEAT = 0.5


class LoopTime:
    """The real clocks: pages show seconds as they pass. start: what the time is to begin with."""

    def __init__(self, start: dt.datetime | None = None) -> None:
        now = dt.datetime.now(dt.UTC)
        self._ahead = (start or now) - now

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self._ahead

    def elapsed(self) -> float:
        return asyncio.get_running_loop().time()

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(seconds, call)


class SocketScreen:
    """A page's live socket; losing and mute break it as a bad network does."""

    def __init__(self, socket: web.WebSocketResponse, eyes: Eyes, person: str) -> None:
        self.socket = socket
        self.eyes = eyes
        self.sid = "session"
        self.made = 0
        self.person = person
        self.out: asyncio.Queue[bytes] = asyncio.Queue()

    def buffered(self) -> int:
        return 0

    def cut(self, code: str) -> None:
        self.out.put_nowait(msgspec.json.encode(Bye(code=code)))


class LossyOutlet:
    """Hands frames to sockets. lose: how many of the next are lost. mute: none arrives."""

    def __init__(self) -> None:
        self.lose = 0
        self.mute = False
        self.sent: list[bytes] = []

    def send(self, screens: Sequence[Screen], frame: bytes) -> None:
        if self.lose > 0:
            self.lose -= 1
            return
        self.sent.append(frame)
        for screen in screens:
            if isinstance(screen, SocketScreen) and not self.mute:
                screen.out.put_nowait(frame)


class LiveSite:
    """person and roles: who every page is signed in as. down: the API gives no answer."""

    def __init__(
        self,
        roster: RosterSnapshot,
        *,
        person: str,
        roles: tuple[Role, ...],
        start: dt.datetime | None = None,
    ) -> None:
        self.outlet = LossyOutlet()
        self.school = LiveSchool(roster, self.outlet, LoopTime(start))
        self.person = PersonId(person)
        self.roles = roles
        self.language: Language = "en"
        self.down = False
        self.asked: list[str] = []
        self.bodies: list[AccountBody] = []
        self.url = ""
        self._templates = Templates(WEB / "templates", _catalogues())

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._around])
        api = f"/api/v1/schools/{self.school.id}"
        for path in PAGES:
            app.router.add_get(path, self._page)
        app.router.add_get("/incident", self._page)
        app.router.add_static("/static", WEB / "static")
        app.router.add_post(f"{api}/ticket", self._ticket)
        app.router.add_get(f"{api}/roster", self._names)
        app.router.add_get(f"{api}/incidents", self._incidents)
        app.router.add_get(f"{api}/contradictions", self._contradictions)
        app.router.add_post(f"{api}/incidents/{{incident}}/accounting", self._account)
        app.router.add_post(f"{api}/incidents/{{incident}}/classes", self._open_class)
        app.router.add_post(f"{api}/incidents/{{incident}}/notes", self._note)
        app.router.add_get("/live", self._live)
        return app

    @web.middleware
    async def _around(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.path}")
        if self.down and request.path.startswith("/api/"):
            return web.Response(status=503, headers={"Retry-After": "1"})
        answer: web.StreamResponse = await handler(request)
        if not answer.prepared:
            socket = self.url.replace("http", "ws") + "/live"
            protect(answer, socket=socket, secure=False)
        return answer

    async def _page(self, request: web.Request) -> web.StreamResponse:
        incident = self.school.screens.projection.incident
        name = PAGES.get(request.path, "board.html")
        return self._templates.page(name, self.language, self._context(request, incident))

    def _context(self, request: web.Request, incident: object) -> Mapping[str, Any]:
        own = [c.id for c in self.school.roster.classes if self.person in c.teachers]
        session = Session(
            sid="s", kind="session", person=self.person, name="A Person",
            roles={self.school.id: self.roles}, device="d", iat=0, exp=0,
        )  # fmt: skip
        return {
            "school": self.school.roster.school,
            "session": session,
            "person_name": "A Person",
            "roles": self.roles,
            "incident": incident,
            "own": own,
            "now": dt.datetime.now(dt.UTC),
            "path": request.path,
            "other_language": "es",
            "other_language_name": "Español",
        }

    async def _ticket(self, request: web.Request) -> web.StreamResponse:
        body = msgspec.json.decode(await request.read(), type=TicketBody)
        ticket = {"view": body.view, "classes": list(body.classes)}
        text = msgspec.json.encode(ticket).decode()
        url = self.url.replace("http", "ws") + "/live"
        return _json({"ticket": text, "url": url})

    async def _names(self, request: web.Request) -> web.StreamResponse:
        opened = request.query.get("class")
        return _json(
            names_for(
                self.school.roster, self.person, self.roles,
                find=request.query.get("find", ""), opened=opened,  # type: ignore[arg-type]
            )
        )  # fmt: skip

    async def _incidents(self, _request: web.Request) -> web.StreamResponse:
        return _json(seen_by(self.school.screens.projection.incidents, self.roles))

    async def _contradictions(self, _request: web.Request) -> web.StreamResponse:
        accounts = list(self.school.accounts.accounts.values())
        return _json(accounts[-1].contradictions() if accounts else [])

    async def _account(self, request: web.Request) -> web.StreamResponse:
        body = msgspec.json.decode(await request.read(), type=AccountBody)
        self.bodies.append(body)
        command = Account(
            op_id=request.headers["Idempotency-Key"],
            school=self.school.id,
            actor=Actor(person=self.person, roles=self.roles, device=body.device),
            incident=IncidentId(request.match_info["incident"]),
            marks=body.marks,
            rest=body.rest,
            take_back=body.take_back,
        )
        return _told(self.school.account(command))

    async def _open_class(self, request: web.Request) -> web.StreamResponse:
        body = msgspec.json.decode(await request.read(), type=OpenClassBody)
        command = OpenClass(
            op_id=request.headers["Idempotency-Key"],
            school=self.school.id,
            actor=Actor(person=self.person, roles=self.roles),
            incident=IncidentId(request.match_info["incident"]),
            class_id=body.class_id,
        )
        return _told(self.school.open_class(command))

    async def _note(self, request: web.Request) -> web.StreamResponse:
        text = (await request.json())["text"]
        incident = IncidentId(request.match_info["incident"])
        return _told(self.school.note(incident, text, request.headers["Idempotency-Key"]))

    async def _live(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        join = msgspec.json.decode(await socket.receive_str())
        wanted = msgspec.json.decode(join["ticket"])
        command = "teacher" not in self.roles and "screen" not in self.roles
        eyes = self.school.eyes(wanted["view"], wanted["classes"], command=command)
        screen = SocketScreen(socket, eyes, self.person)
        sending = asyncio.create_task(_pour(screen))
        self.school.screens.join(screen)
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT and "resync" in message.data:
                    self.asked.append("RESYNC")
                    self.school.screens.resync(screen)
        finally:
            self.school.screens.leave(screen)
            sending.cancel()
        return socket

    async def beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            self.school.screens.beat()


async def _pour(screen: SocketScreen) -> None:
    while True:
        frame = await screen.out.get()
        await screen.socket.send_str(frame.decode())


def _json(value: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")


def _told(reply: Reply) -> web.Response:
    if reply.status == "accepted":
        return _json(reply)
    problem = {"title": "Refused", "status": 409, "code": reply.code, "detail": reply.reason}
    return web.json_response(problem, status=409)


def _catalogues() -> dict[Language, gettext.NullTranslations]:
    return load(WEB / "locale")


@asynccontextmanager
async def serving(site: LiveSite) -> AsyncIterator[LiveSite]:
    """The site on a free port of loopback, beating."""
    runner = web.AppRunner(site.app(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    beating = asyncio.create_task(site.beat())
    try:
        yield site
    finally:
        beating.cancel()
        await runner.cleanup()
