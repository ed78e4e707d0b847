"""A screen that signs people in and out: it lists nobody and says the same to everyone."""

from typing import Any

import msgspec
from aiohttp import web

from schemas.roster_site import KioskOpened, SignedIn
from services.web.domain.desk_words import sign_in_body
from services.web.domain.forms import needed, one
from services.web.domain.kiosk import DAYS, KioskClaims
from services.web.domain.names import folded
from services.web.domain.problems import WebProblem, bad_form
from services.web.handlers.desk import Desk
from services.web.handlers.kiosks import KioskSessions
from services.web.handlers.reading import Reading
from services.web.handlers.sessions import Sessions
from services.web.handlers.writing import Writing
from services.web.routes.cookies import Place
from services.web.routes.frame import Frame
from services.web.routes.posting import post
from services.web.routes.uploads import read_upload
from services.web.routes.visit import SeeOther, Visit, json

HOSTS = 6
LETTERS = 2
SHOWN_AGAIN = frozenset(
    {"name_needed", "too_long", "bad_form", "not_a_photo", "body_too_large", "unknown_photo",
     "not_here", "wrong_pin", "too_many_tries", "no_answer"}
)  # fmt: skip
"""Problems that the visitor can mend at the kiosk; every other sends them to the office."""


class KioskPages:
    """Rows of access "kiosk" see only the kiosk's own cookie, never a person's session."""

    def __init__(
        self,
        *,
        frame: Frame,
        reading: Reading,
        desk: Desk,
        sessions: Sessions,
        kiosks: KioskSessions,
        writing: Writing,
        place: Place,
    ) -> None:
        self._frame = frame
        self._reading = reading
        self._desk = desk
        self._sessions = sessions
        self._kiosks = kiosks
        self._writing = writing
        self._place = place

    # --- from the office

    async def open(self, visit: Visit) -> web.StreamResponse:
        """This browser leaves its session behind and is a kiosk from now on."""
        name, pin = needed(visit.fields, "name")[:200], needed(visit.fields, "pin")
        if not (4 <= len(pin) <= 8 and pin.isascii() and pin.isdigit()):
            raise bad_form("pin")
        reply = await post(self._writing, visit, "openKiosk", {"name": name, "pin": pin})
        kiosk = msgspec.json.decode(reply.answer or b"", type=KioskOpened).kiosk
        person, lasts = visit.person, DAYS * 24 * 3600
        claims = KioskClaims(
            kiosk=kiosk,
            name=name,
            school=visit.at,
            opener=person.person,
            roles=visit.roles,
            sid=person.sid,
            iat=person.iat,
            exp=int(visit.now.timestamp()) + lasts,
        )
        visit.remember(self._place.kiosk_cookie, self._kiosks.sign(claims), lasts)
        visit.remember(self._place.session_cookie, "", 0)
        raise SeeOther("/kiosk")

    async def end(self, visit: Visit) -> web.StreamResponse:
        await post(self._writing, visit, "endKiosk", {"kiosk": needed(visit.fields, "kiosk")})
        raise SeeOther("/visitors#kiosks")

    # --- at the kiosk

    async def start(self, visit: Visit) -> web.StreamResponse:
        return await self._show(visit, "kiosk.html")

    async def sign_in_page(self, visit: Visit) -> web.StreamResponse:
        return await self._show(visit, "kiosk_in.html", problem="", typed={})

    async def sign_out_page(self, visit: Visit) -> web.StreamResponse:
        return await self._show(visit, "kiosk_out.html", problem="")

    async def leave_page(self, visit: Visit) -> web.StreamResponse:
        return await self._show(visit, "kiosk_leave.html", problem="")

    async def done(self, visit: Visit) -> web.StreamResponse:
        return await self._show(visit, "kiosk_said.html", said="in")

    async def left(self, visit: Visit) -> web.StreamResponse:
        return await self._show(visit, "kiosk_said.html", said="out")

    async def wait(self, visit: Visit) -> web.StreamResponse:
        """The same words for a flagged name, an unknown host and a random check."""
        return await self._show(visit, "kiosk_said.html", said="wait")

    async def sign_in(self, visit: Visit) -> web.StreamResponse:
        try:
            outcome = await self._sign_in(visit)
        except WebProblem as problem:
            code = mendable(problem)
            typed = {name: one(visit.fields, name) for name in visit.fields}
            return await self._show(visit, "kiosk_in.html", 400, problem=code, typed=typed)
        raise SeeOther("/kiosk/wait" if outcome == "wait" else "/kiosk/done")

    async def _sign_in(self, visit: Visit) -> str:
        def ours(mark: str) -> None:
            self._sessions.check_form(visit.person, mark, visit.now)

        visit.fields, picture = await read_upload(visit.request, "photo", ours)
        zone = (await self._reading.roster(visit.at)).school.zone
        body = sign_in_body(visit.fields, zone=zone, now=visit.now)
        body["kiosk"] = visit.person.person
        if picture is not None:
            body["photo"] = await self._desk.keep_photo(visit.at, picture)
        reply = await post(self._writing, visit, "signInVisitor", body)
        return msgspec.json.decode(reply.answer or b"", type=SignedIn).outcome

    async def sign_out(self, visit: Visit) -> web.StreamResponse:
        body = {"code": needed(visit.fields, "code")[:40], "kiosk": visit.person.person}
        try:
            await post(self._writing, visit, "signOutByCode", body)
        except WebProblem as problem:
            return await self._show(visit, "kiosk_out.html", 400, problem=mendable(problem))
        raise SeeOther("/kiosk/left")

    async def leave(self, visit: Visit) -> web.StreamResponse:
        body = {"pin": needed(visit.fields, "pin")[:40], "kiosk": visit.person.person}
        try:
            await post(self._writing, visit, "leaveKiosk", body)
        except WebProblem as problem:
            return await self._show(visit, "kiosk_leave.html", 400, problem=mendable(problem))
        visit.remember(self._place.kiosk_cookie, "", 0)
        raise SeeOther("/sign-in")

    async def hosts(self, visit: Visit) -> web.StreamResponse:
        """Staff whose name begins so, a few at a time; nobody else, and not the whole list."""
        wanted = folded(visit.query("find")).split()
        if sum(map(len, wanted)) < LETTERS:
            return json([])
        hits = []
        for member in (await self._reading.roster(visit.at)).staff:
            name = f"{member.given} {member.family}"
            parts = folded(name).replace("-", " ").split()
            if all(any(part.startswith(word) for part in parts) for word in wanted):
                hits.append({"id": member.id, "name": name})
        return json(sorted(hits, key=lambda hit: hit["name"])[:HOSTS])

    async def state(self, visit: Visit) -> web.StreamResponse:
        """What the screen must look like now: open, calm (an incident), black, ended."""
        return json({"state": await self._look(visit)})

    async def _look(self, visit: Visit) -> str:
        try:
            await self._desk.kiosk(visit.at, visit.person.person)
        except WebProblem as problem:
            if problem.problem.status == 404:
                return "ended"
        try:
            opened = (await self._reading.incidents(visit.at)).open
        except WebProblem:
            return "open"
        if opened is None or opened.mode != "live":
            return "open"
        locked = any(action.call.kind == "lockdown" for action in opened.current)
        return "black" if locked else "calm"

    async def _show(
        self, visit: Visit, template: str, status: int = 200, **context: Any
    ) -> web.StreamResponse:
        look = await self._look(visit)
        if look == "ended":
            visit.remember(self._place.kiosk_cookie, "", 0)
            raise SeeOther("/sign-in")
        if look != "open" and template != "kiosk_leave.html":
            template = "kiosk_closed.html"
        return await self._frame.page(visit, template, status, look=look, **context)


def mendable(problem: WebProblem) -> str:
    """The code that the kiosk has words for; "office" for every other."""
    code = problem.problem.code
    return code if code in SHOWN_AGAIN else "office"
