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
from services.web.handlers.desk import Desk
from services.web.handlers.directory import Directory
from services.web.handlers.imports import Imports
from services.web.handlers.kiosks import KioskSessions
from services.web.handlers.own_facts import OwnFacts
from services.web.handlers.pulls import Pulls
from services.web.handlers.reading import Reading
from services.web.handlers.school_day import SchoolDays
from services.web.handlers.sessions import Sessions
from services.web.handlers.statements import Statements
from services.web.handlers.writing import Writing
from services.web.ports import Owners
from services.web.routes.account_pages import AccountPages
from services.web.routes.api_day import DayApi
from services.web.routes.api_desk import DeskApi
from services.web.routes.api_roster import RosterApi
from services.web.routes.api_school import SchoolApi
from services.web.routes.api_sessions import SessionApi
from services.web.routes.campus_start import CampusStart
from services.web.routes.catalogues import load
from services.web.routes.confirm_pages import ConfirmPages
from services.web.routes.cookies import Place
from services.web.routes.day_attendance_pages import DayAttendancePages
from services.web.routes.day_group_pages import DayGroupPages
from services.web.routes.day_pages import DayPages
from services.web.routes.day_setup_pages import DaySetupPages
from services.web.routes.day_table import DaySite
from services.web.routes.desk_rows import DeskSite
from services.web.routes.door import Door
from services.web.routes.entry_pages import EntryPages
from services.web.routes.files import Files
from services.web.routes.flagged_pages import FlaggedPages
from services.web.routes.frame import Frame
from services.web.routes.headers import still
from services.web.routes.household_pages import HouseholdPages
from services.web.routes.import_pages import ImportPages
from services.web.routes.incident_pages import IncidentPages
from services.web.routes.kiosk_pages import KioskPages
from services.web.routes.live_pages import LivePages
from services.web.routes.office_pages import OfficePages
from services.web.routes.paper_pages import PaperPages
from services.web.routes.people_pages import PeoplePages
from services.web.routes.person_pages import PersonPages
from services.web.routes.photos import Photos
from services.web.routes.public_pages import PublicPages
from services.web.routes.quality_pages import QualityPages
from services.web.routes.rendering import Templates
from services.web.routes.room_pages import RoomPages
from services.web.routes.school_pages import SchoolPages
from services.web.routes.source_pages import SourcePages
from services.web.routes.start_pages import StartPages
from services.web.routes.substitute_pages import SubstitutePages
from services.web.routes.table import Site, nowhere, table
from services.web.routes.telling import Telling
from services.web.routes.visitor_pages import VisitorPages
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
        app, core = build(parts)
        following += followers(clients, bus, core)
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


def followers(clients: dict[str, ServiceClient], bus: Bus | None, core: "Core") -> list[Follower]:
    """Identity first: sessions wait for it. The others only fill caches."""

    async def incidents(school: SchoolId) -> object:
        return await core.reading.incidents(school)

    async def roster(school: SchoolId) -> object:
        await core.days.fresh_ground(school)
        return await core.reading.fresh_roster(school)

    identity = Follower(
        follows={"identity": clients["identity"]},
        sink=RevocationSink(core.book),
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
    days: SchoolDays
    templates: Templates
    frame: Frame
    kiosks: KioskSessions
    desk: Desk


def templates() -> Templates:
    """Every page in every language."""
    return Templates(HERE / "templates", load(HERE / "locale"))


def build(parts: Parts) -> tuple[web.Application, "Core"]:
    """The application over these parts, and what its followers fill."""
    core = core_of(parts)
    door = Door(
        clock=parts.clock,
        place=core.place,
        sessions=core.sessions,
        kiosks=core.kiosks,
        revocations=core.book,
        tell=Telling(core.frame, core.place, core.templates.speech),
        socket_port=core.port,
    )
    return application(site_of(core, parts), door, parts), core


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
        days=SchoolDays(parts.owners, book),
        templates=parts.templates,
        kiosks=KioskSessions(Keys(parts.tokens), book),
        desk=Desk(parts.owners),
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
    pulls = Pulls(parts.owners, core.book, parts.settings.import_cap)
    directory = Directory(parts.owners, reading, core.book)
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
        office=OfficePages(frame=frame, reading=reading, desk=core.desk),
        start=StartPages(
            frame=frame,
            reading=reading,
            days=core.days,
            writing=writing,
            campus=CampusStart(
                reading=reading, days=core.days, writing=writing, revocations=core.book
            ),
        ),
        incident=IncidentPages(frame=frame, reading=reading, writing=writing, desk=core.desk),
        live=LivePages(frame=frame, reading=reading),
        imports=ImportPages(
            frame=frame, imports=core.imports, sessions=core.sessions, writing=writing
        ),
        sources=SourcePages(frame=frame, pulls=pulls, writing=writing),
        photos=Photos(
            frame=frame, pulls=pulls, reading=reading, sessions=core.sessions, writing=writing
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
        desk=desk_of(core),
        people=PeoplePages(frame=frame, reading=reading, directory=directory),
        quality=QualityPages(frame=frame, directory=directory),
        paper=PaperPages(frame=frame, reading=reading, directory=directory, writing=writing),
        roster=RosterApi(directory=directory),
        day=day_site(core),
    )


def desk_of(core: Core) -> DeskSite:
    """The front desk's pages."""
    frame, reading, writing, desk = core.frame, core.reading, core.writing, core.desk
    return DeskSite(
        visitors=VisitorPages(
            frame=frame, reading=reading, desk=desk, sessions=core.sessions, writing=writing
        ),
        flagged=FlaggedPages(
            frame=frame, reading=reading, desk=desk, sessions=core.sessions, writing=writing
        ),
        substitutes=SubstitutePages(
            frame=frame, reading=reading, desk=desk, writing=writing, place=core.place
        ),
        kiosk=KioskPages(
            frame=frame,
            reading=reading,
            desk=desk,
            sessions=core.sessions,
            kiosks=core.kiosks,
            writing=writing,
            place=core.place,
        ),
        confirm=ConfirmPages(frame=frame, desk=desk, writing=writing, revocations=core.book),
        api=DeskApi(desk),
    )


def day_site(core: Core) -> DaySite:
    frame, reading, days, writing = core.frame, core.reading, core.days, core.writing
    return DaySite(
        today=DayPages(frame=frame, reading=reading, days=days, writing=writing),
        setup=DaySetupPages(frame=frame, reading=reading, days=days, writing=writing),
        attendance=DayAttendancePages(
            frame=frame, reading=reading, days=days, sessions=core.sessions, writing=writing
        ),
        groups=DayGroupPages(
            frame=frame, reading=reading, days=days, sessions=core.sessions, writing=writing
        ),
        rooms=RoomPages(frame=frame, reading=reading, days=days, writing=writing),
        api=DayApi(days=days, writing=writing),
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
