"""The roster service put together: what all areas stand on, then area by area."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from services.chassis.clock import Clock, SystemClock
from services.chassis.commands import ServiceClient, Tokens, build_app, open_session
from services.chassis.database import check_schema, open_pool
from services.chassis.follower import Follower, StoreSink
from services.chassis.health import Health
from services.chassis.lanes import Bus, open_bus
from services.chassis.ledger import Ledger, open_ledger
from services.chassis.metrics import Metrics
from services.chassis.process import run_http
from services.chassis.settings import derive
from services.roster.commands.own_log import LedgerLog
from services.roster.follows import TYPES, keep_open_incidents
from services.roster.routes.site import open_stores
from services.roster.settings import Settings
from services.roster.store.book import RosterBook, Told
from services.roster.store.rosters import StoredRosters
from services.roster.store.sealing import Seals
from services.roster.wiring.core import OWNER, Area, Core
from services.roster.wiring.front_desk import front_desk
from services.roster.wiring.importing import importing
from services.roster.wiring.own_facts import own_facts
from services.roster.wiring.pages import pages
from services.roster.wiring.school_day import school_day


@asynccontextmanager
async def wire(settings: Settings, clock: Clock | None = None) -> AsyncIterator[None]:
    """Serves while the context holds."""
    clock = clock or SystemClock(settings.clock)
    tokens = Tokens(settings.service_key)
    metrics = Metrics(OWNER)
    async with AsyncExitStack() as stack:
        bus = await stack.enter_async_context(open_bus(OWNER, settings.nats_url))
        core = await _core(settings, clock, stack, bus, metrics)
        areas = areas_of(core)
        await _follow_incidents(core, stack, bus=bus, tokens=tokens)
        for area in areas:
            for act in area.acts:
                stack.push_async_callback(_end, asyncio.create_task(act))
        app = build_app(
            service=OWNER,
            tokens=tokens,
            clock=clock,
            commands=[route for area in areas for route in area.commands],
            queries=[query for area in areas for query in area.queries],
            posts=[post for area in areas for post in area.posts],
            ledger=core.ledger,
            health=_health(core.ledger),
            metrics=metrics,
        )
        await stack.enter_async_context(run_http(app, settings.host, settings.port))
        yield


def areas_of(core: Core) -> tuple[Area, ...]:
    """Everything that the roster answers for."""
    key = core.settings.service_key
    desk = open_stores(core.pool, Seals(key), derive(key, "desk codes").encode(), core.clock)
    return (
        importing(core),
        own_facts(core),
        school_day(core, desk.desk),
        front_desk(core, desk),
        pages(core),
    )


async def _core(
    settings: Settings, clock: Clock, stack: AsyncExitStack, bus: Bus | None, metrics: Metrics
) -> Core:
    pool = await open_pool(settings.database_url, service=OWNER)
    stack.push_async_callback(pool.close)
    await check_schema(pool, OWNER)
    ledger = await stack.enter_async_context(
        open_ledger(
            owner=OWNER,
            pool=pool,
            database_url=settings.database_url,
            clock=clock,
            book=RosterBook(),
            bus=bus,
            metrics=metrics,
        )
    )
    rosters = StoredRosters(pool, clock)
    return Core(
        settings=settings,
        clock=clock,
        pool=pool,
        ledger=ledger,
        own_log=LedgerLog(ledger, rosters),
        rosters=rosters,
    )


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})


async def _follow_incidents(
    core: Core, stack: AsyncExitStack, *, bus: Bus | None, tokens: Tokens
) -> None:
    session = await stack.enter_async_context(open_session())
    incident = ServiceClient(
        caller=OWNER,
        url=core.settings.incident_url,
        tokens=tokens,
        clock=core.clock,
        session=session,
    )
    follower = Follower(
        follows={"incident": incident},
        sink=StoreSink(core.pool, keep_open_incidents),
        bus=bus,
        types=TYPES,
        from_state=False,
    )
    await follower.start()
    stack.push_async_callback(follower.stop)


def _health(ledger: Ledger[Told]) -> Health:
    """Ready while this instance decides."""
    health = Health(OWNER)
    health.check("ledger", ledger.remedy)
    return health
