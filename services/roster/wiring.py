"""The roster service put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import asyncpg

from schemas.roster import School
from schemas.roster_pages import SetPaper
from schemas.vocabulary import SYSTEM
from services.chassis.clock import Clock, SystemClock
from services.chassis.commands import NotNow, Route, ServiceClient, Tokens, build_app, open_session
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
from services.roster.handlers.finding import Finding
from services.roster.handlers.importing import Importing
from services.roster.handlers.own_facts import OwnFacts
from services.roster.handlers.printing import Printing
from services.roster.routes import posts, queries
from services.roster.routes.pages import page_queries
from services.roster.routes.paper import paper_posts, paper_queries
from services.roster.settings import Settings
from services.roster.store.book import RosterBook, Told
from services.roster.store.imports import StoredImports
from services.roster.store.packages import PackageFolder
from services.roster.store.page_rows import StoredPageRows
from services.roster.store.paper.book import StoredPaper
from services.roster.store.paper.folder import PrintedFolder
from services.roster.store.paper.press import TypstPress
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
        page_rows = StoredPageRows(pool)
        printing = _printing(settings, pool, page_rows, rosters, own_log, clock)
        await _follow_incidents(settings, stack, pool=pool, bus=bus, tokens=tokens, clock=clock)
        stack.push_async_callback(_end, asyncio.create_task(_announce_missed(ledger, own_log)))
        nightly = _print_nightly(ledger, rosters, printing, settings.paper_pause)
        stack.push_async_callback(_end, asyncio.create_task(nightly))
        app = build_app(
            service=OWNER,
            tokens=tokens,
            clock=clock,
            commands=(
                *routes(own_log, importing, OwnFacts(rosters=rosters, log=own_log)),
                Route(SetPaper, printing.set),
            ),
            queries=(
                *queries(rosters),
                *page_queries(Finding(rows=page_rows), page_rows),
                *paper_queries(printing),
            ),
            posts=(*posts(importing, packages), *paper_posts(printing)),
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


def _printing(
    settings: Settings,
    pool: Pool,
    rows: StoredPageRows,
    rosters: StoredRosters,
    own_log: LedgerLog,
    clock: Clock,
) -> Printing:
    folder = PrintedFolder(Path(settings.data) / "paper")
    return Printing(
        rows=rows,
        rosters=rosters,
        book=StoredPaper(pool, folder),
        folder=folder,
        press=TypstPress(),
        log=own_log,
        clock=clock,
    )


async def _print_nightly(
    ledger: Ledger[Told], rosters: StoredRosters, printing: Printing, pause: float
) -> None:
    """While this instance owns the log: every school's sheets, each at its own hour."""
    while True:
        try:
            for school in await rosters.schools() if ledger.active else ():
                await _print_of(printing, school)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("printing_waits", error_type=type(error).__name__)
        await asyncio.sleep(pause)


async def _print_of(printing: Printing, school: School) -> None:
    """A school whose paper fails must not take it from all who come after."""
    try:
        if (file := await printing.nightly(school)) is not None:
            log.info("paper_printed", school=school.id, version=file.version, count=file.sheets)
    except Exception as error:
        log.error("printing_failed", school=school.id, error_type=type(error).__name__)


def _health(ledger: Ledger[Told]) -> Health:
    """Ready while this instance decides."""
    health = Health(OWNER)
    health.check("ledger", ledger.remedy)
    return health
