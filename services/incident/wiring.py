"""The incident service put together."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from services.chassis.clock import Clock, SystemClock
from services.chassis.commands import ServiceClient, Tokens, build_app, open_session
from services.chassis.database import check_schema, open_pool
from services.chassis.follower import Follower
from services.chassis.health import Health
from services.chassis.lanes import open_bus
from services.chassis.ledger import Ledger, open_ledger
from services.chassis.metrics import Metrics
from services.chassis.process import run_http
from services.incident.commands import routes
from services.incident.domain.state import State
from services.incident.follows import (
    ROSTER_EVENTS,
    STUDENT_EVENTS,
    HarmedStudents,
    ImportedRosters,
)
from services.incident.handlers import Incidents
from services.incident.settings import Settings
from services.incident.store import IncidentBook, LedgerLog

OWNER = "incident"


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
                book=IncidentBook(),
                bus=bus,
                metrics=metrics,
            )
        )
        session = await stack.enter_async_context(open_session())
        roster, accountability = (
            ServiceClient(caller=OWNER, url=url, tokens=tokens, clock=clock, session=session)
            for url in (settings.roster_url, settings.accountability_url)
        )
        rosters = ImportedRosters()
        versions = Follower(
            follows={"roster": roster},
            sink=rosters,
            bus=bus,
            types=ROSTER_EVENTS,
            from_state=False,
        )
        students = HarmedStudents(lambda: observations.ready and not observations.stale)
        observations = Follower(
            follows={"accountability": accountability},
            sink=students,
            bus=bus,
            types=STUDENT_EVENTS,
            from_state=True,
        )
        for follower in (versions, observations):
            await follower.start()
            stack.push_async_callback(follower.stop)
        incidents = Incidents(log=LedgerLog(ledger), rosters=rosters, students=students)
        app = build_app(
            service=OWNER,
            tokens=tokens,
            clock=clock,
            commands=routes(incidents),
            ledger=ledger,
            health=_health(ledger),
            metrics=metrics,
        )
        await stack.enter_async_context(run_http(app, settings.host, settings.port))
        yield


def _health(ledger: Ledger[State]) -> Health:
    """Ready while this instance decides: no declaration waits for whom it follows."""
    health = Health(OWNER)
    health.check("ledger", ledger.remedy)
    return health
