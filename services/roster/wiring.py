"""The roster service put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import asyncpg

from schemas.vocabulary import SYSTEM
from services.chassis.clock import Clock, SystemClock
from services.chassis.commands import NotNow, ServiceClient, Tokens, build_app, open_session
from services.chassis.database import Pool, check_schema, open_pool
from services.chassis.follower import Follower, StoreSink
from services.chassis.health import Health
from services.chassis.lanes import Bus, open_bus
from services.chassis.ledger import Ledger, open_ledger
from services.chassis.logs import log
from services.chassis.metrics import Metrics
from services.chassis.process import run_http
from services.chassis.settings import derive
from services.roster.commands import routes
from services.roster.commands.own_log import LedgerLog
from services.roster.follows import TYPES, keep_open_incidents
from services.roster.handlers.importing import Importing
from services.roster.handlers.own_facts import OwnFacts
from services.roster.routes import queries
from services.roster.routes.packages import PackagePosts, package_queries
from services.roster.settings import Settings
from services.roster.store.book import RosterBook, Told
from services.roster.store.imports import StoredImports
from services.roster.store.packages import PackageFolder
from services.roster.store.rosters import StoredRosters

OWNER = "roster"
REPAIR_PAUSE = 2.0


@asynccontextmanager
async def wire(settings: Settings, clock: Clock | None = None) -> AsyncIterator[None]:
    """Serves while the context holds."""
    clock = clock or SystemClock(settings.clock)
    tokens = Tokens(settings.service_key)
    metrics = Metrics(OWNER)
    async with AsyncExitStack() as stack:
        pool = await open_pool(settings.database_url, service=OWNER)
        stack.push_async_callback(pool.close)
        await check_schema(pool, OWNER)
        bus = await stack.enter_async_context(open_bus(OWNER, settings.nats_url))
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
        rosters = StoredRosters(pool)
        own_log = LedgerLog(ledger, rosters)
        packages = PackageFolder(Path(settings.data) / "imports", limit=settings.package_limit)
        packages.prepare()
        imports = StoredImports(pool, packages, key=derive(settings.service_key, "ids").encode())
        importing = Importing(imports=imports, log=own_log, clock=clock)
        await _follow_incidents(settings, stack, pool=pool, bus=bus, tokens=tokens, clock=clock)
        stack.push_async_callback(_end, asyncio.create_task(_announce_missed(ledger, own_log)))
        app = build_app(
            service=OWNER,
            tokens=tokens,
            clock=clock,
            commands=routes(own_log, importing, OwnFacts(rosters=rosters, log=own_log)),
            queries=(*queries(rosters), *package_queries(importing)),
            posts=PackagePosts(importing, packages).posts(),
            ledger=ledger,
            health=_health(ledger),
            metrics=metrics,
        )
        await stack.enter_async_context(run_http(app, settings.host, settings.port))
        yield


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})


async def _follow_incidents(
    settings: Settings,
    stack: AsyncExitStack,
    *,
    pool: Pool,
    bus: Bus | None,
    tokens: Tokens,
    clock: Clock,
) -> None:
    session = await stack.enter_async_context(open_session())
    incident = ServiceClient(
        caller=OWNER, url=settings.incident_url, tokens=tokens, clock=clock, session=session
    )
    follower = Follower(
        follows={"incident": incident},
        sink=StoreSink(pool, keep_open_incidents),
        bus=bus,
        types=TYPES,
        from_state=False,
    )
    await follower.start()
    stack.push_async_callback(follower.stop)


async def _announce_missed(ledger: Ledger[Told], own_log: LedgerLog) -> None:
    """While this instance owns the log: what a crash or a doubt kept between import and event."""
    while True:
        try:
            if ledger.active and (missed := await own_log.announce_missed(SYSTEM)):
                log.info("missed_imports_announced", count=missed)
        except NotNow as error:
            log.info("announcing_waits", code=error.code)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("announcing_waits", error_type=type(error).__name__)
        await asyncio.sleep(REPAIR_PAUSE)


def _health(ledger: Ledger[Told]) -> Health:
    """Ready while this instance decides."""
    health = Health(OWNER)
    health.check("ledger", ledger.remedy)
    return health
