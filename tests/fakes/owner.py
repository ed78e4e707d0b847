"""An owner's log in memory: the truth that followers are compared with."""

import datetime as dt

import msgspec

from schemas import identity
from schemas.envelope import Envelope, decode, encode
from schemas.events import Event
from schemas.identifiers import EventId, PersonId, SchoolId
from schemas.registry import event_type
from schemas.replies import EventPage, Heads, StateReply
from services.chassis.commands.problems import Unavailable
from tests.fakes.clock import SCHOOL_MORNING


class Counted(msgspec.Struct, frozen=True):
    """The fake owner's state: how many events there are."""

    count: int


class FakeOwner:
    """Fulfils OwnerClient; `down` makes it unreachable. Events are identity's revocations."""

    def __init__(self, lineage: str = "l1", owner: str = "identity") -> None:
        self.owner = owner
        self.lineage = lineage
        self.down = False
        self.asked = 0
        self._logs: dict[SchoolId, list[bytes]] = {}

    @property
    def active(self) -> bool:
        """As a ledger says it."""
        return not self.down

    def append(self, school: SchoolId, data: Event | None = None) -> Envelope:
        """Decide one event."""
        pos = len(self._logs.setdefault(school, [])) + 1
        event = data or identity.SessionRevoked(sid=f"{school}-{pos}", until=SCHOOL_MORNING)
        return self.append_raw(school, event_type(type(event)), msgspec.json.encode(event))

    def append_raw(self, school: SchoolId, kind: str, data: bytes) -> Envelope:
        """Any type and data, also what no registry knows."""
        log = self._logs.setdefault(school, [])
        envelope = Envelope(
            id=EventId(f"{self.lineage}-{self.owner}-{school}-{len(log) + 1}"),
            source=f"muster/{self.owner}",
            type=kind,
            time=SCHOOL_MORNING + dt.timedelta(seconds=len(log)),
            school=school,
            pos=len(log) + 1,
            mode="admin",
            actor=PersonId("p1"),
            op_id=f"op-{len(log):06}",
            data=msgspec.Raw(data),
        )
        log.append(encode(envelope))
        return decode(log[-1])

    def truth(self, school: SchoolId) -> list[bytes]:
        """Every event, in order."""
        return list(self._logs.get(school, []))

    def restore(self, school: SchoolId, pos: int, lineage: str) -> None:
        """As from a backup: the events after pos are gone, the lineage is another."""
        self._logs[school] = self._logs[school][:pos]
        self.lineage = lineage

    async def ask(self) -> None:
        self.asked += 1
        if self.down:
            raise Unavailable("unreachable")

    def heads_now(self) -> Heads:
        heads = {school: len(log) for school, log in self._logs.items()}
        return Heads(owner=self.owner, lineage=self.lineage, epoch=1, heads=heads)

    async def heads(self) -> Heads:
        await self.ask()
        return self.heads_now()

    async def events(self, school: SchoolId, after: int, limit: int) -> EventPage:
        await self.ask()
        log = self._logs.get(school, [])
        page = [msgspec.Raw(wire) for wire in log[after : after + limit]]
        return EventPage(owner=self.owner, lineage=self.lineage, head=len(log), events=page)

    async def state(self, school: SchoolId) -> StateReply:
        await self.ask()
        return await self.state_reply(school)

    async def state_reply(self, school: SchoolId) -> StateReply:
        count = len(self._logs.get(school, []))
        state = msgspec.Raw(msgspec.json.encode(Counted(count)))
        return StateReply(owner=self.owner, lineage=self.lineage, pos=count, state=state)


class LedgerView:
    """The fake owner as a ledger shows itself: heads known without asking."""

    def __init__(self, owner: FakeOwner) -> None:
        self._owner = owner
        self.active = True

    def heads(self) -> Heads:
        return self._owner.heads_now()

    async def events(self, school: SchoolId, after: int, limit: int) -> EventPage:
        return await self._owner.events(school, after, limit)

    async def state_reply(self, school: SchoolId) -> StateReply:
        return await self._owner.state_reply(school)
