"""People and a log in memory for the tests of identity."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import PersonId, SchoolId, event_id
from schemas.registry import event_type
from schemas.vocabulary import Actor, Role
from services.identity.domain.decision import Accepted, Decision, Refusal, Stamp
from services.identity.domain.state import State, apply

NORTH = SchoolId("school-north")
SOUTH = SchoolId("school-south")
START = dt.datetime(2026, 11, 23, 15, 5, tzinfo=dt.UTC)
ANNA = PersonId("anna")
BELA = PersonId("bela")


def someone(*roles: Role, person: str = "asker") -> Actor:
    """An actor with these roles at the school of the command."""
    return Actor(person=PersonId(person), roles=roles)


@dataclass(frozen=True)
class Moment:
    """A stamp, as the ledger would give it."""

    now: dt.datetime
    school: SchoolId
    actor: PersonId
    op_id: str


@dataclass
class PaperLog:
    """Decides and folds in memory."""

    now: dt.datetime = START
    state: State = field(default_factory=lambda: State(school=NORTH))
    events: list[Event] = field(default_factory=list)

    def submit(self, actor: Actor, decide: Callable[[State, Stamp], Decision]) -> Decision:
        op_id = f"op-{len(self.events):06}"
        decision = decide(self.state, Moment(self.now, NORTH, actor.person, op_id))
        if isinstance(decision, Accepted):
            for index, data in enumerate(decision.events):
                kind = event_type(type(data))
                envelope = Envelope(
                    id=event_id("identity", NORTH, actor.person, op_id, kind, index),
                    source="muster/identity",
                    type=kind,
                    time=self.now,
                    school=NORTH,
                    pos=len(self.events) + 1,
                    mode="admin",
                    actor=actor.person,
                    device=actor.device,
                    op_id=op_id,
                    data=msgspec.Raw(msgspec.json.encode(data)),
                )
                apply(self.state, envelope, data)
                self.events.append(data)
        return decision


def accepted(decision: Decision) -> Accepted:
    assert isinstance(decision, Accepted), decision
    return decision


def code(decision: Decision | Refusal | None) -> str:
    """Of a refusal; "" for anything else."""
    return decision.code if isinstance(decision, Refusal) else ""
