"""Another owner's log in memory, served like a ledger's: the notifier follows it over HTTP."""

import datetime as dt

import msgspec

from schemas.envelope import Envelope, decode, encode
from schemas.events import Event
from schemas.identifiers import EventId, IncidentId, PersonId, SchoolId
from schemas.registry import event_type
from schemas.replies import EventPage, Heads, StateReply
from schemas.vocabulary import Mode


class Nothing(msgspec.Struct):
    """The state of an owner whose state nobody reads."""


class FakeLog:
    """Fulfils the OwnLog of services.chassis.commands.server."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._logs: dict[SchoolId, list[bytes]] = {}

    def append(
        self,
        data: Event,
        *,
        school: SchoolId,
        mode: Mode,
        at: dt.datetime,
        incident: IncidentId | None = None,
    ) -> Envelope:
        """One stored event."""
        log = self._logs.setdefault(school, [])
        pos = len(log) + 1
        envelope = Envelope(
            id=EventId(f"{self._owner}-{school}-{pos}"),
            source=f"muster/{self._owner}",
            type=event_type(type(data)),
            time=at,
            school=school,
            incident=incident,
            pos=pos,
            seq=pos if incident else 0,
            mode=mode,
            actor=PersonId("office-1"),
            op_id=f"operation-{pos:04}",
            data=msgspec.Raw(msgspec.json.encode(data)),
        )
        log.append(encode(envelope))
        return decode(log[-1])

    def heads(self) -> Heads:
        heads = {school: len(log) for school, log in self._logs.items()}
        return Heads(owner=self._owner, lineage="l1", epoch=1, heads=heads)

    async def events(self, school: SchoolId, after: int, limit: int) -> EventPage:
        log = self._logs.get(school, [])
        wires = [msgspec.Raw(wire) for wire in log[after : after + limit]]
        return EventPage(owner=self._owner, lineage="l1", head=len(log), events=wires)

    async def state_reply(self, school: SchoolId) -> StateReply:
        return StateReply(
            owner=self._owner,
            lineage="l1",
            pos=len(self._logs.get(school, [])),
            state=msgspec.Raw(msgspec.json.encode(Nothing())),
        )
