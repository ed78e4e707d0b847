"""The only file that sees everything: from settings to a running server."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web

from schemas.identifiers import SchoolId
from services.chassis.clock import Clock, SystemClock
from services.chassis.commands import ServiceClient, Tokens, open_session
from services.chassis.follower import Follower
from services.chassis.health import Health
from services.chassis.lanes import Bus, open_bus
from services.chassis.metrics import CONTENT_TYPE, Metrics
from services.chassis.process import run_http
from services.web.domain.revocation import RevocationBook
from services.web.follows import IDENTITY_TYPES, RefreshSink, RevocationSink
from services.web.handlers.imports import Imports
from services.web.handlers.own_facts import OwnFacts
from services.web.handlers.reading import Reading
from services.web.handlers.sessions import Sessions
from services.web.handlers.statements import Statements
from services.web.handlers.writing import Writing
from services.web.ports import Owners
from services.web.routes.account_pages import AccountPages
from services.web.routes.api_school import SchoolApi
from services.web.routes.api_sessions import SessionApi
from services.web.routes.catalogues import load
from services.web.routes.cookies import Place
from services.web.routes.door import Door
from services.web.routes.entry_pages import EntryPages
from services.web.routes.files import Files
from services.web.routes.frame import Frame
from services.web.routes.headers import still
from services.web.routes.household_pages import HouseholdPages
from services.web.routes.import_pages import ImportPages
from services.web.routes.incident_pages import IncidentPages
from services.web.routes.live_pages import LivePages
from services.web.routes.office_pages import OfficePages
from services.web.routes.person_pages import PersonPages
from services.web.routes.public_pages import PublicPages
from services.web.routes.rendering import Templates
from services.web.routes.school_pages import SchoolPages
from services.web.routes.start_pages import StartPages
from services.web.routes.table import Site, nowhere, table
from services.web.routes.telling import Telling
from services.web.settings import Settings
from services.web.store import Keys, LastHeard, OwnerServices, RemoteOwner

HERE = Path(__file__).parent
PUBLISHED = HERE.parents[1] / "schemas" / "published"
OWNERS = ("incident", "accountability", "roster", "notifier", "identity")


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What differs between a real process and a test, or is worth making once for many."""

    settings: Settings
    clock: Clock
    tokens: Tokens
    owners: Owners
    loaded: Callable[[], bool]
    health: Health
    metrics: Metrics
    templates: Templates


@asynccontextmanager
async def wire(settings: Settings) -> AsyncIterator[None]:
    """Serve until the context ends."""
    clock = SystemClock(settings.clock)
    tokens = Tokens(settings.service_key)
    async with open_bus("web", settings.nats_url) as bus, open_session() as session:
        clients = {name: client(settings, name, tokens, clock, session) for name in OWNERS}
        following: list[Follower] = []
        parts = Parts(
            settings=settings,
            clock=clock,
            tokens=tokens,
            owners=OwnerServices(**{name: RemoteOwner(clients[name]) for name in OWNERS}),
            loaded=lambda: following[0].ready,
            health=Health("web"),
            metrics=Metrics("web"),
            templates=templates(),
        )
        app, reading, book = build(parts)
        following += followers(clients, bus, reading, book)
        watch(parts.health, following)
        for follower in following:
            await follower.start()
        async with run_http(app, settings.host, settings.port):
            yield
        for follower in following:
            await follower.stop()


def client(
    settings: Settings, owner: str, tokens: Tokens, clock: Clock, session: aiohttp.ClientSession
) -> ServiceClient:
    url = getattr(settings, f"{owner}_url")
    return ServiceClient(caller="web", url=url, tokens=tokens, clock=clock, session=session)


def followers(
    clients: dict[str, ServiceClient], bus: Bus | None, reading: Reading, book: RevocationBook
) -> list[Follower]:
    """Identity first: sessions wait for it. The others only fill caches."""

    async def incidents(school: SchoolId) -> object:
        return await reading.incidents(school)

    async def roster(school: SchoolId) -> object:
        return await reading.fresh_roster(school)

    identity = Follower(
        follows={"identity": clients["identity"]},
        sink=RevocationSink(book),
        bus=bus,
        types=IDENTITY_TYPES,
        from_state=True,
    )
    caches = Follower(
        follows={name: clients[name] for name in ("incident", "roster")},
        sink=RefreshSink({"incident": incidents, "roster": roster}),
        bus=bus,
        from_state=True,
    )
    return [identity, caches]


def watch(health: Health, following: list[Follower]) -> None:
    """Not ready while nobody can be told who was signed out."""

    def identity() -> str | None:
        if following[0].ready:
            return None
        return "Sessions cannot be checked yet: start identity, or see its log."

    health.check("identity", identity)


@dataclass(frozen=True, kw_only=True)
class Core:
    """What most pages stand on."""

    place: Place
    port: int
    book: RevocationBook
    writing: Writing
    reading: Reading
    sessions: Sessions
    imports: Imports
    templates: Templates
    frame: Frame


def templates() -> Templates:
    """Every page in every language."""
    return Templates(HERE / "templates", load(HERE / "locale"))


def build(parts: Parts) -> tuple[web.Application, Reading, RevocationBook]:
    """The application over these parts, and what its followers fill."""
    core = core_of(parts)
    door = Door(
        clock=parts.clock,
        place=core.place,
        sessions=core.sessions,
        revocations=core.book,
        tell=Telling(core.frame, core.place),
        socket_port=core.port,
    )
    return application(site_of(core, parts), door, parts), core.reading, core.book


def core_of(parts: Parts) -> Core:
    settings = parts.settings
    book = RevocationBook(parts.loaded)
    writing = Writing(parts.owners)
    reading = Reading(parts.owners, LastHeard())
    sessions = Sessions(
        owners=parts.owners, writing=writing, signatures=Keys(parts.tokens), revocations=book
    )
    return Core(
        place=Place(settings.origin),
        port=settings.board_socket_port or settings.port + 1,
        book=book,
        writing=writing,
        reading=reading,
        sessions=sessions,
        imports=Imports(parts.owners, book, settings.import_cap),
        templates=parts.templates,
        frame=Frame(
            templates=parts.templates,
            reading=reading,
            sessions=sessions,
            revocations=book,
            demo=settings.demo,
            sinks_url=settings.sinks_url if settings.demo else "",
        ),
    )


def site_of(core: Core, parts: Parts) -> Site:
    frame, reading, writing = core.frame, core.reading, core.writing
    statements = Statements(parts.owners, reading)
    return Site(
        files=Files(HERE / "static", PUBLISHED),
        entry=EntryPages(
            frame=frame,
            sessions=core.sessions,
            reading=reading,
            revocations=core.book,
            place=core.place,
            demo=parts.settings.demo,
        ),
        office=OfficePages(frame=frame, reading=reading),
        start=StartPages(frame=frame, reading=reading, writing=writing),
        incident=IncidentPages(frame=frame, reading=reading, writing=writing),
        live=LivePages(frame=frame, reading=reading),
        imports=ImportPages(
            frame=frame, imports=core.imports, sessions=core.sessions, writing=writing
        ),
        accounts=AccountPages(frame=frame, reading=reading, writing=writing, place=core.place),
        persons=PersonPages(
            frame=frame, own=OwnFacts(parts.owners), reading=reading, writing=writing
        ),
        households=HouseholdPages(
            frame=frame,
            own=OwnFacts(parts.owners),
            sessions=core.sessions,
            writing=writing,
        ),
        settings=SchoolPages(frame=frame, reading=reading, writing=writing),
        public=PublicPages(templates=core.templates, statements=statements),
        sessions=SessionApi(
            sessions=core.sessions,
            reading=reading,
            place=core.place,
            socket_port=core.port,
            demo=parts.settings.demo,
        ),
        school=SchoolApi(writing=writing, reading=reading, imports=core.imports),
    )


def application(site: Site, door: Door, parts: Parts) -> web.Application:
    """The route table behind the door; health and figures beside it."""
    app = web.Application()
    app.on_response_prepare.append(still)
    app.router.add_get("/health/live", parts.health.live)
    app.router.add_get("/health/ready", parts.health.ready)
    app.router.add_get("/metrics", figures(parts.metrics))
    for row in table(site):
        app.router.add_route(row.method, row.path, door.around(row))
    for row in nowhere():
        app.router.add_route("*", row.path, door.around(row))
    return app


def figures(metrics: Metrics) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def page(_request: web.Request) -> web.Response:
        return web.Response(body=metrics.render(), headers={"Content-Type": CONTENT_TYPE})

    return page
