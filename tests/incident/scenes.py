"""People, calls and a log in memory for the tests of the incident service."""

import datetime as dt
from dataclasses import dataclass, field

import msgspec

from schemas.actions import ActionKind
from schemas.commands import Command
from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import PersonId, SchoolId, event_id
from schemas.incident import Action, ActionCall, Declare, Incident, Zone
from schemas.registry import event_type
from schemas.vocabulary import Actor, IncidentMode, Role
from services.incident.domain.decide import IncidentCommand, decide
from services.incident.domain.decision import Accepted, Decision, Draft, Refusal
from services.incident.domain.facts import Facts
from services.incident.domain.state import State, apply

SCHOOL = SchoolId("school-north")
START = dt.datetime(2026, 11, 23, 15, 5, tzinfo=dt.UTC)

ROLES: tuple[Role, ...] = (
    "teacher",
    "staff",
    "office",
    "principal",
    "administrator",
    "sro",
    "responder",
    "it",
    "screen",
)


def someone(role: Role, number: int = 1) -> Actor:
    """A person of a role; another number is another person."""
    return Actor(person=PersonId(f"{role}-{number}"), roles=(role,))


OFFICE = someone("office")
PRINCIPAL = someone("principal")
TEACHER = someone("teacher")


def call(kind: ActionKind, *rooms: str, location: str = "Stadium") -> ActionCall:
    """A complete call of the action in the rooms; none: the whole school."""
    zone = Zone(name=", ".join(rooms), rooms=rooms) if rooms else Zone()
    match kind:
        case "evacuate":
            return ActionCall(kind=kind, zone=zone, location=location)
        case "shelter":
            return ActionCall(kind=kind, zone=zone, hazard="tornado", strategy="shelter_area")
        case _:
            return ActionCall(kind=kind, zone=zone)


@dataclass(frozen=True)
class Moment:
    """A stamp, as the ledger would give it."""

    now: dt.datetime
    school: SchoolId
    actor: PersonId
    op_id: str


@dataclass
class PaperLog:
    """Decides and folds in memory, numbering events as the ledger does."""

    now: dt.datetime = START
    state: State = field(default_factory=lambda: State(school=SCHOOL))
    events: list[tuple[Envelope, Event]] = field(default_factory=list)
    ops: int = 0
    facts: Facts = field(default_factory=lambda: Facts(roster_version=7, harmed=frozenset()))

    def op_id(self) -> str:
        self.ops += 1
        return f"op-{self.ops:06}"

    def submit(self, command: IncidentCommand) -> Decision:
        moment = Moment(self.now, command.school, command.actor.person, command.op_id)
        decision = decide(self.state, command, moment, self.facts)
        if isinstance(decision, Accepted):
            self.append(command, decision)
        return decision

    def append(self, command: Command, decision: Accepted) -> None:
        for index, draft in enumerate(decision.drafts):
            self._append(command, draft, index)

    def _append(self, command: Command, draft: Draft, index: int) -> None:
        kind = event_type(type(draft.data))
        seq = 1 + sum(event.incident == draft.incident for event, _ in self.events)
        envelope = Envelope(
            id=event_id(
                "incident", command.school, command.actor.person, command.op_id, kind, index
            ),
            source="muster/incident",
            type=kind,
            time=self.now,
            school=command.school,
            incident=draft.incident,
            pos=len(self.events) + 1,
            seq=seq,
            mode=draft.mode,
            actor=command.actor.person,
            op_id=command.op_id,
            data=msgspec.Raw(msgspec.json.encode(draft.data)),
        )
        apply(self.state, envelope, draft.data)
        self.events.append((envelope, draft.data))

    # --- what tests do and look at most ---

    def declare(
        self, action: ActionCall, mode: IncidentMode = "live", actor: Actor = OFFICE
    ) -> Decision:
        return self.submit(
            Declare(op_id=self.op_id(), school=SCHOOL, actor=actor, mode=mode, action=action)
        )

    def pass_time(self, **span: float) -> None:
        self.now += dt.timedelta(**span)

    @property
    def open(self) -> Incident:
        assert self.state.open is not None
        return self.state.open

    @property
    def action(self) -> Action:
        """The newest action of the open incident."""
        return self.open.actions[-1]

    @property
    def types(self) -> list[str]:
        """Of all events, without owner and version."""
        return [event.type.split(".")[1] for event, _ in self.events]


def accepted(decision: Decision) -> Accepted:
    assert isinstance(decision, Accepted), decision
    return decision


def refusal(decision: Decision) -> Refusal:
    assert isinstance(decision, Refusal), decision
    return decision
