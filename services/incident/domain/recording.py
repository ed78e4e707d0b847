"""What people put on record: notes, the call to 911, evidence, opened rooms."""

from schemas.incident import (
    AddNote,
    CallRecorded,
    EvidenceSet,
    Incident,
    NoteAdded,
    OpenRoom,
    RecordCall,
    RoomOpened,
    SetEvidence,
)
from schemas.vocabulary import Actor
from services.incident.domain.authority import ANY_STAFF, COMMAND, KEYS, closers, refused
from services.incident.domain.decision import Accepted, Decision, Refusal
from services.incident.domain.finding import (
    draft,
    found,
    found_open,
    had_lockdown,
    locked_down_live,
)
from services.incident.domain.state import State

EMPTY = Refusal("empty_text", "Write something first.")

WRITTEN_EACH = 200
"""Notes and calls that one person puts on record in one incident: far more than anyone says."""

TOO_MANY = Refusal(
    "too_many_notes",
    f"You have written {WRITTEN_EACH} times in this incident. Ask someone else to write it down.",
    {"number": str(WRITTEN_EACH)},
)


def add_note(state: State, command: AddNote) -> Decision:
    """Any member of staff may put something on record.

    In a live Lockdown a phone says only what has to be said: from anyone but command it is a
    report that help may be needed, whatever its words.
    """
    incident = found_open(state, command.incident)
    if isinstance(incident, Refusal):
        return incident
    if refusal := refused(command.actor, ANY_STAFF, "add a note"):
        return refusal
    text = command.text.strip()
    if not text:
        return EMPTY
    if _wrote_enough(incident, command.actor):
        return TOO_MANY
    report = locked_down_live(incident) and set(COMMAND).isdisjoint(command.actor.roles)
    return Accepted(incident.id, (draft(incident, NoteAdded(text=text, report=report)),))


def record_call(state: State, command: RecordCall) -> Decision:
    """Who called 911; a later record replaces the earlier one and both stay in the timeline."""
    incident = found_open(state, command.incident)
    if isinstance(incident, Refusal):
        return incident
    if refusal := refused(command.actor, ANY_STAFF, "record the call"):
        return refusal
    caller = " ".join(command.caller.split())
    if not caller:
        return EMPTY
    if _wrote_enough(incident, command.actor):
        return TOO_MANY
    return Accepted(incident.id, (draft(incident, CallRecorded(caller=caller)),))


def _wrote_enough(incident: Incident, actor: Actor) -> bool:
    return incident.record.written.get(actor.person, 0) >= WRITTEN_EACH


def set_evidence(state: State, command: SetEvidence) -> Decision:
    """Reported, corroborated or confirmed; never a condition of anything else."""
    incident = found_open(state, command.incident)
    if isinstance(incident, Refusal):
        return incident
    if refusal := refused(command.actor, closers(incident.mode), "weigh the evidence"):
        return refusal
    if incident.evidence == command.evidence:
        return Accepted(incident.id)
    return Accepted(incident.id, (draft(incident, EvidenceSet(evidence=command.evidence)),))


def open_room(state: State, command: OpenRoom) -> Decision:
    """A room of a Lockdown was opened: true before and after the close, and true once."""
    incident = found(state, command.incident)
    if isinstance(incident, Refusal):
        return incident
    if refusal := refused(command.actor, KEYS, "record an opened room"):
        return refusal
    if not had_lockdown(incident):
        return Refusal("no_lockdown", "No room is locked: this incident has had no Lockdown.")
    opened_by = " ".join(command.opened_by.split())
    if not opened_by:
        return EMPTY
    if command.room in incident.rooms_opened:
        return Accepted(incident.id)
    opened = RoomOpened(room=command.room, opened_by=opened_by)
    return Accepted(incident.id, (draft(incident, opened),))
