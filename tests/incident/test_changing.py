"""Transitions, records, closing and opening rooms."""

from typing import Any

import pytest

from schemas.actions import ACTIONS, TRANSITIONS, ActionKind
from schemas.identifiers import IncidentId
from schemas.incident import (
    AddNote,
    Close,
    RecordCall,
    SetEvidence,
)
from schemas.incident_fold import TIMELINE
from schemas.vocabulary import Actor, IncidentMode
from services.incident.domain.recording import WRITTEN_EACH
from tests.incident.desk import desk, told
from tests.incident.scenes import (
    OFFICE,
    PRINCIPAL,
    SCHOOL,
    TEACHER,
    accepted,
    call,
    refusal,
    someone,
)


@pytest.mark.parametrize("mode", ["live", "drill"])
@pytest.mark.parametrize("to", ACTIONS)
@pytest.mark.parametrize("kind", ACTIONS)
def test_only_legal_transitions(kind: ActionKind, to: ActionKind, mode: IncidentMode) -> None:
    """An action becomes what the protocol allows, in a drill as in earnest."""
    log = desk(kind, mode)
    decision = log.change(call(to))
    if to in TRANSITIONS[kind]:
        accepted(decision)
        assert [action.call.kind for action in log.open.current] == [to]
    else:
        answer = refusal(decision)
        assert answer.code == "illegal_transition"
        assert "It can become" in answer.reason


def test_what_has_ended_does_not_change_again() -> None:
    """Two people who change the same action do not both succeed."""
    log = desk("hold")
    first = log.action.id
    accepted(log.change(call("secure")))
    assert refusal(log.change(call("lockdown"), action=first)).code == "action_ended"
    assert refusal(log.change(call("lockdown"), action="none")).code == "unknown_action"


def test_a_teacher_turns_a_hold_into_a_lockdown_but_never_ends_one() -> None:
    """Who may start a Lockdown may not by that end it."""
    log = desk("hold")
    accepted(log.change(call("lockdown"), TEACHER))
    assert refusal(log.change(call("secure"), TEACHER)).code == "not_allowed"


def test_one_person_closes_what_was_no_lockdown() -> None:
    """A Hold ends at the word of one authorised person, and every action with it."""
    log = desk("hold")
    assert refusal(log.close(TEACHER)).code == "not_allowed"
    accepted(log.close())
    assert log.state.open is None
    assert log.state.recent[0].current == ()


def test_a_drill_lockdown_is_closed_by_one_person() -> None:
    """Two people are asked for only where it is real."""
    log = desk("lockdown", "drill")
    accepted(log.close())
    assert log.types[-1] == "closed"


@pytest.mark.parametrize("past", [False, True])
def test_a_live_lockdown_is_closed_by_two_people(past: bool) -> None:
    """One voice, forced or mistaken, never ends a Lockdown, current or past."""
    log = desk("lockdown")
    if past:
        accepted(log.change(call("secure")))
    accepted(log.close())
    assert log.types[-1] == "proposed"
    assert log.open.closed is None
    assert refusal(log.approve(OFFICE)).code == "second_person_needed"
    assert refusal(log.approve(TEACHER)).code == "not_allowed"
    accepted(log.approve(PRINCIPAL))
    assert log.state.recent[0].closed == log.now
    assert [str(person) for person in getattr(log.events[-1][1], "by", ())] == [
        OFFICE.person,
        PRINCIPAL.person,
    ]


def test_a_proposal_holds_five_minutes() -> None:
    """An approval is about now, not about what someone thought earlier."""
    log = desk("lockdown")
    accepted(log.close())
    log.pass_time(minutes=5)
    assert refusal(log.approve(PRINCIPAL)).code == "proposal_expired"
    first = log.open.proposal
    accepted(log.close(PRINCIPAL))
    assert first is not None
    assert log.open.proposal is not None
    assert log.open.proposal.version == first.version + 1
    assert refusal(log.approve(OFFICE, first.id, first.version)).code == "proposal_changed"
    accepted(log.approve(OFFICE))


def test_a_new_action_withdraws_the_proposal() -> None:
    """Nobody approves the close of a situation that has since grown."""
    log = desk("lockdown")
    accepted(log.close())
    pending = log.open.proposal
    accepted(log.declare(call("evacuate"), actor=PRINCIPAL))
    assert pending is not None
    answer = log.approve(PRINCIPAL, pending.id, pending.version)
    assert refusal(answer).code == "proposal_changed"


@pytest.mark.parametrize("again", [OFFICE, TEACHER])
def test_a_lockdown_asked_for_again_withdraws_the_proposal(again: Actor) -> None:
    """Someone who taps Lockdown while its end waits for approval is not ended unheard."""
    log = desk("lockdown")
    accepted(log.correct())
    pending = log.open.proposal
    accepted(log.declare(call("lockdown"), actor=again))
    assert pending is not None
    answer = log.approve(PRINCIPAL, pending.id, pending.version)
    assert refusal(answer).code == "proposal_changed"


def test_proposing_again_changes_nothing_while_it_holds() -> None:
    """A second tap neither renews nor replaces what the second person is looking at."""
    log = desk("lockdown")
    accepted(log.close())
    assert accepted(log.close()).drafts == ()
    assert refusal(log.close(PRINCIPAL)).code == "proposal_pending"
    accepted(log.approve(PRINCIPAL))


def test_rooms_open_before_and_after_the_close_and_once() -> None:
    """Closing opens no rooms: each is recorded by itself, whenever the key arrives."""
    log = desk("lockdown")
    accepted(log.open_room("101"))
    assert accepted(log.open_room("101", PRINCIPAL, "Someone Else")).drafts == ()
    accepted(log.close())
    accepted(log.approve(PRINCIPAL))
    accepted(log.open_room("102"))
    closed = log.state.recent[0]
    assert closed.rooms_opened == {"101": "Sgt. Example", "102": "Sgt. Example"}
    assert closed.seq == len(log.events) == len(closed.timeline)


def test_an_opened_room_that_is_locked_down_again_is_alerted_again() -> None:
    """Joining would be silence for people who had been let out."""
    log = desk("lockdown")
    accepted(log.open_room("101"))
    accepted(log.declare(call("lockdown"), actor=TEACHER))
    assert log.types[-2:] == ["joined", "action_added"]
    assert log.action.call.zone.rooms == ("101",)
    assert log.open.rooms_opened == {}


def test_who_opens_rooms() -> None:
    """A phone that was taken from a teacher does not unlock the school's other phones."""
    log = desk("lockdown")
    assert refusal(log.open_room("101", TEACHER)).code == "not_allowed"
    accepted(log.open_room("101", someone("staff")))


def test_no_room_opens_without_a_lockdown() -> None:
    """Rooms are opened where they were locked."""
    assert refusal(desk("hold").open_room("101")).code == "no_lockdown"


def test_records() -> None:
    """What people put on record is in the timeline, in order, with its words."""
    log = desk("lockdown")
    who: dict[str, Any] = {"school": SCHOOL, "actor": TEACHER, "incident": log.last}
    accepted(log.submit(RecordCall(op_id=log.op_id(), caller=" Front  desk ", **who)))
    accepted(log.submit(AddNote(op_id=log.op_id(), text="Two at the gate", **who)))
    evidence = SetEvidence(
        op_id=log.op_id(), school=SCHOOL, actor=OFFICE, incident=log.last, evidence="confirmed"
    )
    accepted(log.submit(evidence))
    assert (log.open.call, log.open.called_at) == ("Front desk", log.now)
    assert log.open.evidence == "confirmed"
    assert [line.text for line in log.open.timeline] == ["", "Front desk", "Two at the gate", ""]
    empty = AddNote(op_id=log.op_id(), text="   ", **who)
    assert refusal(log.submit(empty)).code == "empty_text"


def test_one_person_writes_so_much_and_no_more() -> None:
    """Whoever floods the record is stopped by name; everybody else goes on."""
    log = desk("hold")
    for _ in range(WRITTEN_EACH):
        accepted(told(log, TEACHER))
    who: dict[str, Any] = {"school": SCHOOL, "actor": TEACHER, "incident": log.last}
    assert refusal(told(log, TEACHER)).code == "too_many_notes"
    called = RecordCall(op_id=log.op_id(), caller="Again", **who)
    assert refusal(log.submit(called)).code == "too_many_notes"
    accepted(told(log, OFFICE))


def test_the_timeline_at_hand_is_bounded() -> None:
    """The newest entries stay at hand, in order, and it is said how many came before them."""
    log = desk("lockdown")
    accepted(log.close())
    for number in range(TIMELINE + 50):
        accepted(told(log, someone("teacher", number)))
    assert len(log.open.timeline) == TIMELINE
    assert log.open.timeline_more == log.open.seq - TIMELINE == 52
    assert log.open.timeline[-1].seq == log.open.seq
    log.pass_time(minutes=6)
    accepted(log.close())
    assert log.open.proposal is not None
    assert log.open.proposal.version == 2


def test_a_closed_incident_refuses_the_rest() -> None:
    """A record that is closed stays as it was read."""
    log = desk("hold")
    accepted(log.close())
    who: dict[str, Any] = {"school": SCHOOL, "actor": OFFICE, "incident": log.last}
    note = AddNote(op_id=log.op_id(), text="Too late", **who)
    assert refusal(log.submit(note)).code == "incident_closed"
    assert refusal(log.close()).code == "incident_closed"
    unknown = Close(op_id=log.op_id(), school=SCHOOL, actor=OFFICE, incident=IncidentId("x"))
    assert refusal(log.submit(unknown)).code == "unknown_incident"
