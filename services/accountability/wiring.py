"""Accountability put together."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from services.accountability.commands import LedgerAccounts, queries, routes
from services.accountability.domain.school import School
from services.accountability.follows import (
    FOLLOWED,
    AccountsSink,
    FollowedIncidents,
    FollowedRosters,
)
from services.accountability.handlers import Accounting
from services.accountability.settings import Settings
from services.accountability.store import AccountBook, SnapshotStore
from services.chassis.clock import Clock, SystemClock
from services.chassis.commands import ServiceClient, Tokens, build_app, open_session
from services.chassis.database import Pool, check_schema, open_pool
from services.chassis.follower import Follower
from services.chassis.health import Health
from services.chassis.lanes import Bus, Lanes, StoredRelay
from services.chassis.ledger import Ledger
from services.chassis.metrics import Metrics
from services.chassis.process import run_http

OWNER = "accountability"


@asynccontextmanager
async def wire(settings: Settings, clock: Clock | None = None) -> AsyncIterator[None]:
    """Serves while the context holds."""
    clock = clock or SystemClock(settings.clock)
    tokens, metrics = Tokens(settings.service_key), Metrics(OWNER)
    async with AsyncExitStack() as stack:
        pool = await open_pool(settings.database_url, service=OWNER)
        stack.push_async_callback(pool.close)
        await check_schema(pool, OWNER)
        bus = await _bus(settings, stack)
        ledger = await _ledger(settings, stack, pool=pool, bus=bus, clock=clock, metrics=metrics)
        session = await stack.enter_async_context(open_session())
        owners = {
            name: ServiceClient(caller=OWNER, url=url, tokens=tokens, clock=clock, session=session)
            for name, url in (("incident", settings.incident_url), ("roster", settings.roster_url))
        }
        rosters = FollowedRosters(roster=owners["roster"], kept=SnapshotStore(pool))
        follower = Follower(
            follows=owners,
            sink=AccountsSink(ledger=ledger, rosters=rosters, pool=pool),
            bus=bus,
            types=FOLLOWED,
            from_state=False,
        )
        await follower.start()
        stack.push_async_callback(follower.stop)
        accounting = Accounting(
            accounts=LedgerAccounts(ledger),
            rosters=rosters,
            incidents=FollowedIncidents(follower),
        )
        app = build_app(
            service=OWNER,
            tokens=tokens,
            clock=clock,
            commands=routes(accounting),
            queries=queries(accounting),
            ledger=ledger,
            health=_health(ledger),
            metrics=metrics,
        )
        await stack.enter_async_context(run_http(app, settings.host, settings.port))
        yield


async def _bus(settings: Settings, stack: AsyncExitStack) -> Bus | None:
    if not settings.nats_url:
        return None
    bus = Bus(OWNER)
    await bus.connect(settings.nats_url)
    stack.push_async_callback(bus.close)
    return bus


async def _ledger(
    settings: Settings,
    stack: AsyncExitStack,
    *,
    pool: Pool,
    bus: Bus | None,
    clock: Clock,
    metrics: Metrics,
) -> Ledger[School]:
    lanes = Lanes(owner=OWNER, bus=bus, relay=StoredRelay(pool))
    ledger = Ledger(
        owner=OWNER,
        pool=pool,
        database_url=settings.database_url,
        clock=clock,
        book=AccountBook(),
        lanes=lanes,
        metrics=metrics,
    )
    await ledger.start()
    stack.push_async_callback(ledger.stop)
    await lanes.start(ledger)
    stack.push_async_callback(lanes.stop)
    return ledger


def _health(ledger: Ledger[School]) -> Health:
    """Ready while this instance decides: marks are accepted whoever else is away."""
    health = Health(OWNER)
    health.check(
        "ledger",
        lambda: None if ledger.active else "Another instance owns the log, or PostgreSQL is away.",
    )
    return health
