"""The notifier put together."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from schemas.identifiers import SchoolId
from schemas.notifier import DeliveryCounted
from schemas.roster import Audience
from schemas.vocabulary import SYSTEM
from services.chassis.clock import Clock, SystemClock
from services.chassis.commands import ServiceClient, Tokens, build_app, open_session
from services.chassis.database import Pool, check_schema, open_pool
from services.chassis.follower import Follower
from services.chassis.health import Health
from services.chassis.lanes import Bus, open_bus
from services.chassis.ledger import Accepted, Ledger, Op, open_ledger
from services.chassis.logs import log
from services.chassis.metrics import Metrics
from services.chassis.process import run_http
from services.notifier.commands import Messages, queries, routes
from services.notifier.domain.desk import Desk
from services.notifier.domain.jobs import LANES
from services.notifier.follows import AfterCommit, IncidentSink, RosterSink, types_from
from services.notifier.handlers.alerts import Alerts, Plans
from services.notifier.handlers.dispatch import Dispatcher
from services.notifier.handlers.lanes import Queues
from services.notifier.handlers.memory import SchoolMemory
from services.notifier.handlers.recovery import Recovery
from services.notifier.handlers.tally import Cause, Tally, Tell
from services.notifier.ports import Jobs
from services.notifier.senders.outfit import senders_of
from services.notifier.senders.reach import Reach
from services.notifier.senders.services import address_refused
from services.notifier.settings import Settings
from services.notifier.store.contacts import ContactStore
from services.notifier.store.desk import DeskBook
from services.notifier.store.drafts import drafts_of
from services.notifier.store.jobs import JobStore

OWNER = "notifier"
POOL = 8


class RosterContacts:
    """The roster's audience over HTTP; fulfils ports.Contacts."""

    def __init__(self, roster: ServiceClient) -> None:
        self._roster = roster

    async def fetch(self, school: SchoolId) -> Audience:
        return await self._roster.get("/audience", Audience, school=school)


@dataclass(kw_only=True)
class _Parts:
    """What the steps of `wire` share."""

    settings: Settings
    clock: Clock
    stack: AsyncExitStack
    pool: Pool
    tokens: Tokens
    metrics: Metrics
    bus: Bus | None = None


@asynccontextmanager
async def wire(settings: Settings, clock: Clock | None = None) -> AsyncIterator[None]:
    """Serves while the context holds."""
    async with AsyncExitStack() as stack:
        pool = await open_pool(settings.database_url, service=OWNER, max_size=POOL)
        stack.push_async_callback(pool.close)
        await check_schema(pool, OWNER)
        parts = _Parts(
            settings=settings,
            clock=clock or SystemClock(settings.clock),
            stack=stack,
            pool=pool,
            tokens=Tokens(settings.service_key),
            metrics=Metrics(OWNER),
        )
        await _assemble(parts)
        yield


async def _assemble(parts: _Parts) -> None:
    settings, pool = parts.settings, parts.pool
    session = await parts.stack.enter_async_context(open_session())
    incident, roster = (
        ServiceClient(
            caller=OWNER, url=url, tokens=parts.tokens, clock=parts.clock, session=session
        )
        for url in (settings.incident_url, settings.roster_url)
    )
    kept, jobs, plans = ContactStore(pool), JobStore(pool), Plans()
    memory = SchoolMemory(contacts=RosterContacts(roster), kept=kept)
    alerts = Alerts(memory=memory, plans=plans, page=settings.page)
    tally = Tally(jobs=jobs, on_trouble=_trouble)
    queues = _queues(parts, jobs, tally)
    ledger = await _ledger(parts, plans, queues)
    _start_sending(parts, queues, tally, _recovery(parts, jobs, queues, ledger), _teller(ledger))
    sink = IncidentSink(ledger=ledger, pool=pool, alerts=alerts, memory=memory)
    follower = await _follow(parts, "incident", incident, sink, from_state=False)
    await _follow(parts, "roster", roster, RosterSink(memory), from_state=True)
    reach = Reach(rule="public", only=settings.only)
    notifier = Messages(
        ledger=ledger,
        alerts=alerts,
        memory=memory,
        jobs=jobs,
        kept=kept,
        clock=parts.clock,
        catch_up=follower.catch_up,
        address_refused=lambda url: address_refused(url, reach),
    )
    await _serve(parts, notifier, ledger)


def _queues(parts: _Parts, jobs: Jobs, tally: Tally) -> Queues:
    """A queue a lane and channel; live and practice share nothing."""
    dispatchers = []
    for lane in LANES:
        for sender, in_flight in senders_of(lane, parts.settings, parts.clock):
            parts.stack.push_async_callback(sender.close)
            dispatchers.append(
                Dispatcher(
                    sender=sender,
                    jobs=jobs,
                    clock=parts.clock,
                    in_flight=in_flight,
                    on_ended=tally.ended,
                    on_trouble=_trouble,
                )
            )
    return Queues(dispatchers)


async def _ledger(parts: _Parts, plans: Plans, queues: Queues) -> Ledger[Desk]:
    opened = parts.stack.enter_async_context
    parts.bus = await opened(open_bus(OWNER, parts.settings.nats_url))
    return await opened(
        open_ledger(
            owner=OWNER,
            pool=parts.pool,
            database_url=parts.settings.database_url,
            clock=parts.clock,
            book=DeskBook(plans),
            bus=parts.bus,
            metrics=parts.metrics,
            told=lambda lanes: AfterCommit(lanes=lanes, plans=plans, offer=queues.offer),
        )
    )


def _recovery(parts: _Parts, jobs: Jobs, queues: Queues, ledger: Ledger[Desk]) -> Recovery:
    def schools() -> Iterable[SchoolId] | None:
        return tuple(ledger.heads().heads) if ledger.active else None

    return Recovery(
        jobs=jobs, queues=queues, clock=parts.clock, schools=schools, on_trouble=_trouble
    )


def _start_sending(
    parts: _Parts, queues: Queues, tally: Tally, recovery: Recovery, tell: Tell
) -> None:
    queues.start()
    parts.stack.push_async_callback(queues.stop)
    tally.start(tell)
    parts.stack.push_async_callback(tally.stop)
    recovery.start()
    parts.stack.push_async_callback(recovery.stop)


async def _follow(
    parts: _Parts,
    owner: str,
    client: ServiceClient,
    sink: IncidentSink | RosterSink,
    *,
    from_state: bool,
) -> Follower:
    follower = Follower(
        follows={owner: client},
        sink=sink,
        bus=parts.bus,
        types=types_from(owner),
        from_state=from_state,
    )
    await follower.start()
    parts.stack.push_async_callback(follower.stop)
    return follower


async def _serve(parts: _Parts, notifier: Messages, ledger: Ledger[Desk]) -> None:
    health = Health(OWNER)
    health.check("ledger", ledger.remedy)
    app = build_app(
        service=OWNER,
        tokens=parts.tokens,
        clock=parts.clock,
        commands=routes(notifier),
        queries=queries(notifier),
        ledger=ledger,
        health=health,
        metrics=parts.metrics,
    )
    await parts.stack.enter_async_context(run_http(app, parts.settings.host, parts.settings.port))


def _teller(ledger: Ledger[Desk]) -> Tell:
    async def tell(cause: Cause, op_id: str, counted: DeliveryCounted) -> None:
        accepted = Accepted(drafts_of((counted,), cause.mode, cause.incident, cause.cause))
        await ledger.submit(
            Op(
                school=cause.school,
                actor=SYSTEM.person,
                device=SYSTEM.device,
                op_id=op_id,
                body=op_id.encode(),
                decide=lambda _desk, _stamp: accepted,
            )
        )

    return tell


def _trouble(error: Exception) -> None:
    log.warning("delivery_trouble", error_type=type(error).__name__)
