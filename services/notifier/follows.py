"""What the notifier hears: incidents become alerts, a new roster new contacts."""

from collections.abc import Callable, Sequence

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import EventId, SchoolId
from schemas.notifier import AlertQueued
from schemas.registry import ROWS, data_of, event_type
from schemas.replies import StateReply
from schemas.vocabulary import SYSTEM
from services.chassis.database import Pool
from services.chassis.follower import LedgerSink, MemoryPositions
from services.chassis.ledger import Accepted, Decision, Ledger, Listener, Op, Stamp
from services.notifier.domain.desk import Desk
from services.notifier.domain.jobs import QueuedJob
from services.notifier.domain.occasions import occasion_of
from services.notifier.handlers.alerts import Alerts, Plans
from services.notifier.handlers.memory import SchoolMemory
from services.notifier.store.drafts import drafts_of

OWNER = "notifier"


def types_from(owner: str) -> frozenset[str]:
    """The owner's events that the registry sends here."""
    return frozenset(row.type for row in ROWS if row.owner == owner and OWNER in row.followers)


class IncidentSink(LedgerSink[Desk]):
    """An event of an incident is decided on in the notifier's own ledger, under its own id."""

    def __init__(
        self, *, ledger: Ledger[Desk], pool: Pool, alerts: Alerts, memory: SchoolMemory
    ) -> None:
        super().__init__(ledger, self._op, pool=pool)
        self._alerts = alerts
        self._memory = memory

    async def apply(
        self, owner: str, school: SchoolId, events: Sequence[tuple[Envelope, Event]]
    ) -> None:
        """Contacts first: from memory, else from our own copy, else from the roster."""
        await self._memory.ensure(school)
        await super().apply(owner, school, events)

    def _op(self, envelope: Envelope, data: Event) -> Op[Desk] | None:
        ask = self._alerts.asks(envelope, data) if occasion_of(data) else None
        if ask is None:
            return None
        asked = ask

        def decide(desk: Desk, stamp: Stamp) -> Decision:
            told = self._alerts.on_event(desk, asked, stamp.now)
            return Accepted(
                drafts_of(told.events, asked.mode, asked.incident, asked.cause),
                incident=asked.incident,
            )

        return Op(
            school=envelope.school,
            actor=SYSTEM.person,
            device=SYSTEM.device,
            op_id=envelope.id,
            body=envelope.id.encode(),
            decide=decide,
        )


class RosterSink(MemoryPositions):
    """A new roster, or changed rights: the school's contacts are fetched anew."""

    def __init__(self, memory: SchoolMemory) -> None:
        super().__init__()
        self._memory = memory

    async def apply(
        self, owner: str, school: SchoolId, events: Sequence[tuple[Envelope, Event]]
    ) -> None:
        await self._memory.refetch(school)
        self.moved(owner, school, events[-1][0].pos)

    async def rebuild(self, owner: str, school: SchoolId, reply: StateReply) -> None:
        await self._memory.refetch(school)
        self.moved(owner, school, reply.pos)


class AfterCommit:
    """Told of the notifier's own events when they are stored: now, and not before, jobs go out."""

    def __init__(
        self, *, lanes: Listener, plans: Plans, offer: Callable[[Sequence[QueuedJob]], None]
    ) -> None:
        self._lanes = lanes
        self._plans = plans
        self._offer = offer

    def tell(self, events: Sequence[Envelope]) -> None:
        for envelope in events:
            if envelope.type == event_type(AlertQueued):
                queued = data_of(envelope)
                assert isinstance(queued, AlertQueued)
                plan = self._plans.done(EventId(queued.cause))
                if plan is not None:
                    self._offer(plan.jobs)
        self._lanes.tell(events)
