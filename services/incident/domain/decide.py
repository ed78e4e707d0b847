"""Every command of the incident service and the decision that answers it."""

from typing import assert_never

from schemas.incident import (
    AddAction,
    AddNote,
    Approve,
    ChangeAction,
    Close,
    Correct,
    Declare,
    OpenRoom,
    RecordCall,
    SetEvidence,
)
from services.incident.domain.changing import change_action
from services.incident.domain.decision import Decision, Stamp
from services.incident.domain.ending import approve, close, correct
from services.incident.domain.facts import Facts
from services.incident.domain.recording import add_note, open_room, record_call, set_evidence
from services.incident.domain.starting import add_action, declare
from services.incident.domain.state import State

Starting = Declare | AddAction | ChangeAction
Ending = Close | Correct | Approve
Recording = AddNote | RecordCall | SetEvidence | OpenRoom
IncidentCommand = Starting | Ending | Recording


def decide(state: State, command: IncidentCommand, stamp: Stamp, facts: Facts) -> Decision:
    """Events or a refusal."""
    match command:
        case Declare():
            return declare(state, command, stamp, facts.roster_version)
        case AddAction():
            return add_action(state, command, stamp)
        case ChangeAction():
            return change_action(state, command, stamp)
        case Close() | Correct() | Approve():
            return _end(state, command, stamp, facts)
        case AddNote() | RecordCall() | SetEvidence() | OpenRoom():
            return _record(state, command)
        case _:
            assert_never(command)


def _end(state: State, command: Ending, stamp: Stamp, facts: Facts) -> Decision:
    match command:
        case Close():
            return close(state, command, stamp)
        case Correct():
            return correct(state, command, stamp, facts)
        case Approve():
            return approve(state, command, stamp, facts)
        case _:
            assert_never(command)


def _record(state: State, command: Recording) -> Decision:
    match command:
        case AddNote():
            return add_note(state, command)
        case RecordCall():
            return record_call(state, command)
        case SetEvidence():
            return set_evidence(state, command)
        case OpenRoom():
            return open_room(state, command)
        case _:
            assert_never(command)
