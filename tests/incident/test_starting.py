"""Declaring, joining, adding: what is announced, and that no declaration is lost."""

import pytest

from schemas.actions import ActionKind
from schemas.incident import ActionCall, AddAction, Declared, Zone
from schemas.vocabulary import IncidentMode, Role
from tests.incident.scenes import (
    OFFICE,
    PRINCIPAL,
    ROLES,
    SCHOOL,
    TEACHER,
    PaperLog,
    accepted,
    call,
    refusal,
    someone,
)

DIRECTIVES = [
    (call("hold"), "In Your Room or Area. Clear the Halls."),
    (call("secure"), "Get Inside. Lock Outside Doors."),
    (call("lockdown"), "Locks, Lights, Out of Sight."),
    (call("evacuate", location="  Football \n Field "), "To Football Field"),
    (
        ActionCall(kind="shelter", hazard="hazmat", strategy="seal_room"),
        "Hazardous Materials. Seal the Room.",
    ),
    (call("shelter"), "Tornado. Evacuate to the Shelter Area."),
]


@pytest.mark.parametrize(("action", "directive"), DIRECTIVES)
def test_an_action_is_announced_with_its_directive(action: ActionCall, directive: str) -> None:
    """Staff hear the exact words that they were trained with."""
    log = PaperLog()
    accepted(log.declare(action))
    assert log.action.directive == directive


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (ActionCall(kind="evacuate"), "location_needed"),
        (ActionCall(kind="evacuate", location="  "), "location_needed"),
        (ActionCall(kind="shelter", strategy="seal_room"), "hazard_needed"),
        (ActionCall(kind="shelter", hazard="hazmat"), "strategy_needed"),
    ],
)
def test_an_action_that_cannot_be_announced_is_refused(action: ActionCall, code: str) -> None:
    """Nobody is sent to a place, or from a hazard, that was not stated."""
    log = PaperLog()
    assert refusal(log.declare(action)).code == code
    assert log.events == []


def test_a_lockdown_never_fails_for_a_field_too_many() -> None:
    """A form's left-over place does not stand between a school and its Lockdown."""
    log = PaperLog()
    accepted(log.declare(ActionCall(kind="lockdown", location="Stadium", hazard="tornado")))
    assert log.action.call == ActionCall(kind="lockdown")


MAY_START: list[tuple[IncidentMode, ActionKind, set[Role]]] = [
    ("live", "lockdown", {"teacher", "staff", "office", "principal", "administrator", "sro"}),
    ("live", "evacuate", {"office", "principal", "administrator", "sro"}),
    ("live", "hold", {"office", "principal", "administrator", "sro"}),
    ("drill", "lockdown", {"office", "principal", "administrator"}),
    ("exercise", "secure", {"office", "principal", "administrator"}),
]


@pytest.mark.parametrize(("mode", "kind", "allowed"), MAY_START)
@pytest.mark.parametrize("role", ROLES)
def test_who_may_start_what(
    mode: IncidentMode, kind: ActionKind, allowed: set[Role], role: Role
) -> None:
    """Any staff may start a live Lockdown; everything else is for those who lead."""
    decision = PaperLog().declare(call(kind), mode, someone(role))
    if role in allowed:
        accepted(decision)
    else:
        assert refusal(decision).code == "not_allowed"


def test_a_refusal_says_who_may() -> None:
    """A teacher who cannot start an Evacuate learns at once whom to ask."""
    reason = refusal(PaperLog().declare(call("evacuate"), actor=TEACHER)).reason
    assert reason == (
        "To start a live Evacuate, ask the office, the principal, an administrator "
        "or the school resource officer."
    )


def test_a_second_office_joins() -> None:
    """Two offices that start the same action share one incident and one alert."""
    log = PaperLog()
    first = accepted(log.declare(call("lockdown"), actor=OFFICE))
    second = accepted(log.declare(call("lockdown", "101"), actor=PRINCIPAL))
    assert second.incident == first.incident
    assert log.types == ["declared", "joined"]
    assert log.open.joined == (PRINCIPAL.person,)


def test_another_action_is_added_and_never_lost() -> None:
    """A live Evacuate declared during a live Lockdown is announced in the same incident."""
    log = PaperLog()
    first = accepted(log.declare(call("lockdown")))
    second = accepted(log.declare(call("evacuate"), actor=PRINCIPAL))
    assert second.incident == first.incident
    assert log.types == ["declared", "action_added"]
    assert [action.call.kind for action in log.open.current] == ["lockdown", "evacuate"]


def test_shelters_from_different_hazards_are_different_actions() -> None:
    """A second hazard with its own strategy is announced, not taken for the first."""
    log = PaperLog()
    accepted(log.declare(call("shelter")))
    accepted(log.declare(ActionCall(kind="shelter", hazard="hazmat", strategy="seal_room")))
    assert log.types == ["declared", "action_added"]


def test_a_second_place_is_put_on_record_and_not_announced() -> None:
    """A school is never sent to two places at once by two people who did not know."""
    log = PaperLog()
    accepted(log.declare(call("evacuate", location="Stadium")))
    accepted(log.declare(call("evacuate", location="Church"), actor=PRINCIPAL))
    assert log.types == ["declared", "joined", "note_added"]
    assert log.open.timeline[-1].text == "Evacuate was started again with: To Church"
    assert log.open.timeline[-1].again == "Church"


def test_joining_a_part_locks_the_rest() -> None:
    """Rooms beyond the Lockdown that already holds are alerted, the others not again."""
    log = PaperLog()
    accepted(log.declare(call("lockdown", "101", "102")))
    accepted(log.declare(call("lockdown", "102", "103"), actor=PRINCIPAL))
    assert log.types == ["declared", "joined", "action_added"]
    assert log.action.call.zone.rooms == ("103",)


def test_the_whole_school_after_a_part_is_the_whole_school() -> None:
    """A Lockdown that widens from one building reaches everyone."""
    log = PaperLog()
    accepted(log.declare(call("lockdown", "101")))
    accepted(log.declare(call("lockdown"), actor=PRINCIPAL))
    assert log.action.call.zone == Zone()


def test_a_separate_zone_is_an_action_of_its_own() -> None:
    """The same action elsewhere in the school alerts that part of the school."""
    log = PaperLog()
    accepted(log.declare(call("hold", "101")))
    accepted(log.declare(call("hold", "202"), actor=PRINCIPAL))
    assert log.types == ["declared", "action_added"]


@pytest.mark.parametrize("mode", ["drill", "exercise"])
def test_a_live_declaration_takes_a_drill_over(mode: IncidentMode) -> None:
    """The real thing never waits for a drill to be closed, and no mark crosses over."""
    log = PaperLog()
    drill = accepted(log.declare(call("lockdown"), mode)).incident
    live = accepted(log.declare(call("lockdown"), actor=TEACHER))
    assert [draft.mode for draft in live.drafts] == [mode, "live"]
    assert log.types == ["declared", "drill_stopped", "declared"]
    assert live.incident != drill
    assert log.open.supersedes == drill
    assert log.state.recent[0].superseded_by == live.incident
    assert log.state.recent[0].current == ()


@pytest.mark.parametrize("mode", ["drill", "exercise"])
def test_a_drill_waits_for_the_live_incident(mode: IncidentMode) -> None:
    """Nobody is told "this is a drill" while the real thing goes on."""
    log = PaperLog()
    accepted(log.declare(call("lockdown")))
    assert refusal(log.declare(call("evacuate"), mode)).code == "live_incident_open"
    assert log.open.mode == "live"


def test_an_exercise_does_not_mix_with_a_drill() -> None:
    """One open incident has one mode; the refusal says what to do."""
    log = PaperLog()
    accepted(log.declare(call("hold"), "drill"))
    answer = refusal(log.declare(call("hold"), "exercise"))
    assert answer.code == "incident_open"
    assert "close it" in answer.reason


def test_incidents_are_numbered_and_pin_the_roster() -> None:
    """People speak of "incident 2"; its population is the roster of that moment."""
    log = PaperLog()
    accepted(log.declare(call("hold"), "drill"))
    accepted(log.declare(call("hold")))
    declared = log.events[-1][1]
    assert isinstance(declared, Declared)
    assert (declared.number, declared.roster_version) == (2, 7)
    assert declared.declaration == log.open.id


def test_a_started_action_joins_too() -> None:
    """Adding an action that already holds alerts nobody twice."""
    log = PaperLog()
    incident = accepted(log.declare(call("hold"))).incident
    again = AddAction(
        op_id=log.op_id(), school=SCHOOL, actor=PRINCIPAL, incident=incident, action=call("hold")
    )
    accepted(log.submit(again))
    assert log.types == ["declared", "joined"]
