"""Identity put together."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from services.chassis.clock import Clock, SystemClock
from services.chassis.commands import ServiceClient, Tokens, build_app, open_session
from services.chassis.database import check_schema, open_pool
from services.chassis.follower import Follower
from services.chassis.health import Health
from services.chassis.lanes import Bus, open_bus
from services.chassis.ledger import Ledger, open_ledger
from services.chassis.metrics import Metrics
from services.chassis.process import run_http
from services.identity.commands import posts, queries, routes
from services.identity.domain.state import State
from services.identity.follows import ROSTER_EVENTS, StaffSink
from services.identity.handlers.accounts import Accounts
from services.identity.handlers.sign_ins import SignIns
from services.identity.handlers.staff import Staff
from services.identity.settings import Settings
from services.identity.store import (
    Argon2Passwords,
    IdentityBook,
    KeyedSecrets,
    LedgerLog,
    StoredDirectory,
)

OWNER = "identity"


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
                book=IdentityBook(),
                bus=bus,
                metrics=metrics,
            )
        )
        directory = StoredDirectory(pool)
        passwords = Argon2Passwords()
        stack.callback(passwords.close)
        secrets = KeyedSecrets(service_key=settings.service_key, tokens=tokens)
        log = LedgerLog(ledger, secrets.password_digest)
        accounts = Accounts(log=log, directory=directory, passwords=passwords, secrets=secrets)
        sign_ins = SignIns(
            log=log, directory=directory, passwords=passwords, secrets=secrets, clock=clock
        )
        session = await stack.enter_async_context(open_session())
        roster = ServiceClient(
            caller=OWNER, url=settings.roster_url, tokens=tokens, clock=clock, session=session
        )
        sink = StaffSink(ledger=ledger, pool=pool, roster=roster, staff=Staff(directory))
        await _follow(stack, roster=roster, sink=sink, bus=bus)
        app = build_app(
            service=OWNER,
            tokens=tokens,
            clock=clock,
            commands=routes(accounts),
            queries=queries(accounts),
            posts=posts(sign_ins, demo=settings.demo),
            ledger=ledger,
            health=_health(ledger),
            metrics=metrics,
        )
        await stack.enter_async_context(run_http(app, settings.host, settings.port))
        yield


async def _follow(
    stack: AsyncExitStack, *, roster: ServiceClient, sink: StaffSink, bus: Bus | None
) -> None:
    follower = Follower(
        follows={"roster": roster}, sink=sink, bus=bus, types=ROSTER_EVENTS, from_state=False
    )
    await follower.start()
    stack.push_async_callback(follower.stop)


def _health(ledger: Ledger[State]) -> Health:
    """Ready while this instance decides; signing in does not wait for the roster."""
    health = Health(OWNER)
    health.check("ledger", ledger.remedy)
    return health
