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
from services.chassis.database import check_schema, open_pool
from services.chassis.follower import Follower
from services.chassis.health import Health
from services.chassis.lanes import open_bus
from services.chassis.ledger import Ledger, open_ledger
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
        bus = await stack.enter_async_context(open_bus(OWNER, settings.nats_url))
        ledger = await stack.enter_async_context(
            open_ledger(
                owner=OWNER,
                pool=pool,
                database_url=settings.database_url,
                clock=clock,
                book=AccountBook(),
                bus=bus,
                metrics=metrics,
            )
        )
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
            incidents=FollowedIncidents(follower, rosters),
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


def _health(ledger: Ledger[School]) -> Health:
    """Ready while this instance decides: marks are accepted whoever else is away."""
    health = Health(OWNER)
    health.check("ledger", ledger.remedy)
    return health
