"""Started in error: who says so, and what makes it untrue."""

import pytest

from schemas.identifiers import PersonId
from schemas.incident import (
    Evidence,
    SetEvidence,
)
from schemas.vocabulary import Actor, Role
from services.incident.domain.facts import Facts, Harm
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


def test_a_correction_opens_no_room_and_ends_nothing() -> None:
    """After "Started in error" a locked room stays locked until someone comes with a key."""
    log = desk("lockdown")
    accepted(log.correct())
    assert log.open.corrected is None
    accepted(log.approve(PRINCIPAL))
    assert log.types[-1] == "corrected"
    assert log.open.corrected == log.now
    assert log.open.rooms_opened == {}
    assert len(log.open.current) == 1
    assert refusal(log.correct()).code == "already_corrected"


@pytest.mark.parametrize("evidence", ["corroborated", "confirmed"])
def test_a_threat_that_was_seen_is_no_error(evidence: Evidence) -> None:
    """Nobody proposes or approves "started in error" once the threat is more than a report."""
    early, late = desk("lockdown"), desk("lockdown")
    accepted(late.correct())
    for log in (early, late):
        weighed = SetEvidence(
            op_id=log.op_id(), school=SCHOOL, actor=OFFICE, incident=log.last, evidence=evidence
        )
        accepted(log.submit(weighed))
    assert refusal(early.correct()).code == "threat_confirmed"
    assert refusal(late.approve(PRINCIPAL)).code == "threat_confirmed"


@pytest.mark.parametrize(
    ("harmed", "code"),
    [
        ({"injured"}, "injury_reported"),
        ({"missing"}, "missing_reported"),
        ({"injured", "missing"}, "injury_reported"),
        (None, "students_unknown"),
    ],
)
def test_a_lockdown_in_which_a_student_came_to_harm_is_no_error(
    harmed: set[Harm] | None, code: str
) -> None:
    """Nobody tells a school "started in error" while a student is hurt, gone, or unheard of."""
    early, late = desk("lockdown"), desk("lockdown")
    accepted(late.correct())
    for log in (early, late):
        log.facts = Facts(harmed=None if harmed is None else frozenset(harmed))
    assert refusal(early.correct()).code == code
    assert refusal(late.approve(PRINCIPAL)).code == code
    assert refusal(late.approve(PRINCIPAL)).reason.endswith(".")


def test_closing_asks_nobody_about_students() -> None:
    """The end of a Lockdown does not wait for what accountability knows."""
    log = desk("lockdown")
    log.facts = Facts(harmed=None)
    accepted(log.close())
    accepted(log.approve(PRINCIPAL))


def test_a_drill_is_corrected_whatever_it_plays() -> None:
    """A student who is marked as injured in a drill keeps nobody from ending it as an error."""
    log = desk("lockdown", "drill")
    log.facts = Facts(harmed=frozenset({"injured"}))
    accepted(log.correct())
    assert log.open.corrected is not None


@pytest.mark.parametrize("role", ["teacher", "staff"])
def test_a_note_from_a_dark_room_is_a_report(role: Role) -> None:
    """Who tells the office something in a live Lockdown is not told that it was an error."""
    early, late = desk("lockdown"), desk("lockdown")
    accepted(late.correct())
    for log in (early, late):
        accepted(told(log, someone(role)))
    assert refusal(early.correct()).code == "help_reported"
    assert refusal(late.approve(PRINCIPAL)).code == "help_reported"


def test_what_the_office_writes_down_is_no_report() -> None:
    """The office's own notes, and notes of a drill, block no correction."""
    live, drill = desk("lockdown"), desk("lockdown", "drill")
    accepted(told(live, OFFICE))
    accepted(told(live, Actor(person=PersonId("both"), roles=("teacher", "principal"))))
    accepted(told(drill, TEACHER))
    accepted(live.correct())
    accepted(drill.correct())


def test_what_is_started_after_a_correction_is_real() -> None:
    """A Lockdown after "Started in error" alerts again instead of joining the error."""
    log = desk("lockdown")
    accepted(log.correct())
    accepted(log.approve(PRINCIPAL))
    accepted(log.declare(call("lockdown"), actor=TEACHER))
    assert log.types[-1] == "action_added"
    assert log.open.corrected is None


def test_one_tap_corrects_what_was_no_live_lockdown() -> None:
    """A Hold started in error is corrected at once."""
    log = desk("hold")
    accepted(log.correct())
    assert log.types[-1] == "corrected"
