"""From settings to a running server; with its neighbours here, the only place that sees all."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

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
from services.web.follows import IDENTITY_TYPES, RefreshSink, RevocationSink
from services.web.routes.door import Door
from services.web.routes.headers import still
from services.web.routes.table import Site, nowhere, table
from services.web.routes.telling import Telling
from services.web.settings import Settings
from services.web.store import OwnerServices, RemoteOwner
from services.web.wiring.core import OWNERS, Core, Parts, core_of, templates
from services.web.wiring.site import site_of


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
