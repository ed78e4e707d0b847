"""The language of the incident service: declare → change → close."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from schemas.actions import ActionKind, Cause, Hazard, Strategy
from schemas.commands import Command
from schemas.envelope import Instant
from schemas.events import Event
from schemas.identifiers import ActionId, IncidentId, PersonId, SchoolId
from schemas.vocabulary import IncidentMode

Line = Annotated[str, Meta(min_length=1, max_length=200)]
Note = Annotated[str, Meta(min_length=1, max_length=2000)]
RoomName = Annotated[str, Meta(min_length=1, max_length=64)]
DeclarationId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Evidence = Literal["reported", "corroborated", "confirmed"]


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """Where an action holds. No rooms: the whole school."""

    name: Line = "Whole school"
    rooms: Annotated[tuple[RoomName, ...], Meta(max_length=500)] = ()

    def overlaps(self, other: "Zone") -> bool:
        """Whether a room could lie in both."""
        if not self.rooms or not other.rooms:
            return True
        return not set(self.rooms).isdisjoint(other.rooms)


class ActionCall(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is announced. location: Evacuate's place. hazard and strategy: Shelter's."""

    kind: ActionKind
    zone: Zone = Zone()
    location: Line | None = None
    hazard: Hazard | None = None
    strategy: Strategy | None = None


class Action(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An action of an incident. directive: as announced, e.g. "Locks, Lights, Out of Sight."

    ended: when it was released or became another action.
    """

    id: ActionId
    call: ActionCall
    directive: str
    started: Instant
    started_by: PersonId
    ended: Instant | None = None


# --- commands ---------------------------------------------------------------------------------


class Declare(Command, frozen=True, kw_only=True, tag="incident.declare"):
    """Start an incident, or join the open one of the same mode and action.

    declaration: shared by the incidents of several schools that were started together.
    """

    mode: IncidentMode
    action: ActionCall
    cause: Cause | None = None
    declaration: DeclarationId | None = None


class AddAction(Command, frozen=True, kw_only=True, tag="incident.add_action"):
    incident: IncidentId
    action: ActionCall


class ChangeAction(Command, frozen=True, kw_only=True, tag="incident.change_action"):
    """The action becomes another one; refused when the transition is not legal."""

    incident: IncidentId
    action_id: ActionId
    to: ActionCall


class AddNote(Command, frozen=True, kw_only=True, tag="incident.note"):
    incident: IncidentId
    text: Note


class RecordCall(Command, frozen=True, kw_only=True, tag="incident.record_call"):
    """Who called 911, and when: recorded, and nothing waits for it."""

    incident: IncidentId
    caller: Line


class SetEvidence(Command, frozen=True, kw_only=True, tag="incident.set_evidence"):
    incident: IncidentId
    evidence: Evidence


class OpenRoom(Command, frozen=True, kw_only=True, tag="incident.open_room"):
    """A room of a Lockdown was opened, and by whom; accepted before and after the close."""

    incident: IncidentId
    room: RoomName
    opened_by: Line


class Close(Command, frozen=True, kw_only=True, tag="incident.close"):
    """Close, or propose to: a live Lockdown needs a second person."""

    incident: IncidentId


class Correct(Command, frozen=True, kw_only=True, tag="incident.correct"):
    """Started in error. A live Lockdown's needs a second person and opens no room."""

    incident: IncidentId


class Approve(Command, frozen=True, kw_only=True, tag="incident.approve"):
    """The second person's approval; names the proposal and its version."""

    incident: IncidentId
    proposal: str
    version: int


# --- events -----------------------------------------------------------------------------------


class Declared(Event, frozen=True, kw_only=True, tag="incident.declared.v1"):
    """number: of the school's incidents, from 1. supersedes: the drill that this one stopped."""

    mode: IncidentMode
    number: int
    action: Action
    cause: Cause | None = None
    declaration: str
    roster_version: int
    supersedes: IncidentId | None = None


class Joined(Event, frozen=True, kw_only=True, tag="incident.joined.v1"):
    """Someone else started the same action: recorded, no second alert."""

    action_id: ActionId
    by: PersonId


class ActionAdded(Event, frozen=True, kw_only=True, tag="incident.action_added.v1"):
    action: Action


class ActionChanged(Event, frozen=True, kw_only=True, tag="incident.action_changed.v1"):
    """ended: the action that is no more. action: what it became."""

    ended: ActionId
    action: Action


class NoteAdded(Event, frozen=True, kw_only=True, tag="incident.note_added.v1", omit_defaults=True):
    """report: told to the office from elsewhere during a live Lockdown: help may be needed.

    again: the second place, where two evacuated to two; the text says the same in English.
    """

    text: Note
    report: bool = False
    again: str = ""


class CallRecorded(Event, frozen=True, kw_only=True, tag="incident.call_recorded.v1"):
    caller: Line


class EvidenceSet(Event, frozen=True, kw_only=True, tag="incident.evidence_set.v1"):
    evidence: Evidence


class RoomOpened(Event, frozen=True, kw_only=True, tag="incident.room_opened.v1"):
    room: RoomName
    opened_by: Line


class Proposed(Event, frozen=True, kw_only=True, tag="incident.proposed.v1"):
    """A proposal that a second person may approve until it expires (5 minutes).

    made_by: by whose hands the proposer can act; none of them is the second person.
    """

    proposal: str
    version: int
    what: Literal["close", "correct"]
    by: PersonId
    expires: Instant
    made_by: tuple[PersonId, ...] = ()


class Corrected(Event, frozen=True, kw_only=True, tag="incident.corrected.v1"):
    """Started in error; goes to exactly those who were alerted. by: everyone who agreed."""

    by: tuple[PersonId, ...]
    proposal: str | None = None
    version: int | None = None


class Closed(Event, frozen=True, kw_only=True, tag="incident.closed.v1"):
    """by: everyone who agreed."""

    by: tuple[PersonId, ...]
    proposal: str | None = None
    version: int | None = None


class DrillStopped(Event, frozen=True, kw_only=True, tag="incident.drill_stopped.v1"):
    """A live incident took the drill over; no mark crosses."""

    superseded_by: IncidentId


# --- state ------------------------------------------------------------------------------------


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    version: int
    what: Literal["close", "correct"]
    by: PersonId
    expires: Instant
    made_by: tuple[PersonId, ...] = ()


class TimelineEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the incident's timeline; text only for notes and calls, again as in the note."""

    seq: int
    at: Instant
    type: str
    actor: PersonId
    text: str = ""
    again: str = ""


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What decisions need to know of everything put on record; no screen shows it.

    reports: notes that say that help may be needed. proposals: version of the newest one.
    written: notes and calls by person.
    """

    reports: int = 0
    proposals: int = 0
    written: dict[PersonId, int] = {}


class Incident(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An incident as folded from its events. Open: closed is None.

    timeline: the newest entries, oldest first. timeline_more: how many came before them.
    """

    id: IncidentId
    school: SchoolId
    mode: IncidentMode
    number: int
    declaration: str
    cause: Cause | None = None
    evidence: Evidence = "reported"
    actions: tuple[Action, ...] = ()
    started: Instant
    started_by: PersonId
    joined: tuple[PersonId, ...] = ()
    roster_version: int = 0
    rooms_opened: dict[str, str] = {}
    call: str | None = None
    called_at: Instant | None = None
    proposal: Proposal | None = None
    corrected: Instant | None = None
    closed: Instant | None = None
    superseded_by: IncidentId | None = None
    supersedes: IncidentId | None = None
    seq: int = 0
    timeline: tuple[TimelineEntry, ...] = ()
    timeline_more: int = 0
    record: Record = Record()

    @property
    def current(self) -> tuple[Action, ...]:
        """The actions that hold now."""
        return tuple(action for action in self.actions if action.ended is None)


class SchoolIncidents(msgspec.Struct, frozen=True, kw_only=True):
    """GET /state of the incident service: the open incident and the recent ones."""

    school: SchoolId
    open: Incident | None = None
    recent: tuple[Incident, ...] = ()
