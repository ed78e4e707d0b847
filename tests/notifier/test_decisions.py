"""Events of an incident become alerts and drafts; approvals become jobs, once."""

import datetime as dt

import pytest

from schemas.events import Event
from schemas.identifiers import ActionId, EventId, IncidentId, PersonId
from schemas.incident import ActionAdded, ActionChanged, Closed, Corrected, DrillStopped
from schemas.notifier import AlertQueued, MessageHeld, StatementApproved, StatementDrafted
from schemas.vocabulary import IncidentMode, Role
from services.notifier.domain.alerts import Told, decide
from services.notifier.domain.desk import Desk
from services.notifier.domain.occasions import occasion_of
from services.notifier.domain.statements import Approved, Refused, approve
from tests.notifier.samples import NOW, action, approval, ask, audience, declared, fold, tell

BY = (PersonId("office-1"), PersonId("principal-1"))


def alerts(told: Told) -> list[AlertQueued]:
    return [event for event in told.events if isinstance(event, AlertQueued)]


def drafts(told: Told) -> list[StatementDrafted]:
    return [event for event in told.events if isinstance(event, StatementDrafted)]


def test_a_start_alerts_staff_at_once_and_drafts_for_parents() -> None:
    """Staff hear in the same decision; parents wait for a person."""
    told = tell(Desk(), declared("evacuate"))
    assert told.plan is not None
    assert [(job.person, job.channel) for job in told.plan.jobs] == [
        ("staff-1", "sms"),
        ("staff-1", "email"),
        ("staff-2", "email"),
    ]
    assert alerts(told)[0].jobs == 3
    statement = drafts(told)[0].statement
    assert (statement.people, statement.version, statement.approved_by) == (2, 1, None)
    assert [text.language for text in statement.texts] == ["en", "es"]


def test_the_link_leads_to_the_statement_itself() -> None:
    """Parents of the real thing can read on; a practice has no page and no link."""
    live = drafts(tell(Desk(), declared("evacuate", "live"), "live"))[0].statement
    assert all(text.body.endswith(f"https://muster.example/s/{live.id}") for text in live.texts)
    practice = drafts(tell(Desk(), declared("evacuate")))[0].statement
    assert not any("https:" in text.body for text in practice.texts)


def test_jobs_carry_mode_and_practice_words() -> None:
    """A sender can refuse another mode's job, and what a drill sends says so."""
    plan = tell(Desk(), declared("evacuate")).plan
    assert plan is not None
    assert {job.mode for job in plan.jobs} == {"drill"}
    assert all(job.body.startswith("DRILL") and job.body.endswith("DRILL") for job in plan.jobs)


@pytest.mark.parametrize("live", ["live", "drill"])
def test_after_a_lockdown_alert_phones_stay_silent(live: IncidentMode) -> None:
    """Nothing may light up a dark room: no change, no addition and no release, once it began."""
    desk = Desk()
    assert alerts(tell(desk, declared("lockdown", live), live))
    later: list[Event] = [
        ActionAdded(action=action("hold")),
        ActionChanged(ended=ActionId("a"), action=action("evacuate")),
        Closed(by=BY),
    ]
    for pos, event in enumerate(later, 2):
        told = tell(desk, event, live, pos)
        assert not alerts(told)
        assert drafts(told)


def test_a_change_to_lockdown_alerts() -> None:
    """Hold to Lockdown is news for everyone."""
    desk = Desk()
    tell(desk, declared("hold", "live"), "live")
    told = tell(desk, ActionChanged(ended=ActionId("a"), action=action("lockdown")), "live", 2)
    assert alerts(told)[0].template == "staff.changed.lockdown"


def test_a_correction_of_a_lockdown_says_stay_locked() -> None:
    """Started in error opens no door by itself, and goes only where an alert went."""
    desk = Desk()
    tell(desk, declared("lockdown", "live"), "live")
    told = tell(desk, Corrected(by=BY), "live", 2)
    assert told.plan is not None
    assert "Stay locked" in told.plan.jobs[0].body
    assert not alerts(tell(desk, Closed(by=BY), "live", 3))
    assert not alerts(tell(Desk(), Corrected(by=BY), "live"))


def test_a_release_reaches_staff_and_a_stopped_drill_nobody() -> None:
    """Those who were alerted hear that it is over; a drill that became real sends no more."""
    desk = Desk()
    tell(desk, declared("hold"))
    told = tell(desk, Closed(by=BY), pos=2)
    assert told.plan is not None
    assert "The Hold is released. All Clear." in told.plan.jobs[0].body
    desk = Desk()
    tell(desk, declared("hold"))
    assert occasion_of(DrillStopped(superseded_by=IncidentId("live-1"))) is None


def test_an_old_event_is_held_for_a_person() -> None:
    """A rebuild or a long outage never sends by itself; ten minutes to the second still do."""
    old = NOW - dt.timedelta(minutes=10, seconds=1)
    told = decide(Desk(), ask(declared("hold"), at=old), NOW)
    assert told.plan is None
    assert any(isinstance(event, MessageHeld) for event in told.events)
    fresh = decide(Desk(), ask(declared("hold"), at=NOW - dt.timedelta(minutes=10)), NOW)
    assert fresh.plan is not None


def test_the_same_event_makes_jobs_once() -> None:
    """A repeat, from whatever lane, decides nothing."""
    desk = Desk()
    tell(desk, declared("hold"))
    assert tell(desk, declared("hold")) == Told()


def test_police_led_evacuation_has_its_own_words() -> None:
    """From Lockdown to Evacuate parents are not told where people are led."""
    desk = Desk()
    tell(desk, declared("lockdown", "live"), "live")
    told = tell(desk, ActionChanged(ended=ActionId("a"), action=action("evacuate")), "live", 2)
    assert drafts(told)[0].statement.template == "parents.led.evacuate"


def drafted(kind: str = "evacuate") -> tuple[Desk, str]:
    desk = Desk()
    told = tell(desk, declared("evacuate"))
    return desk, drafts(told)[0].statement.id


def test_an_approval_sends_the_previewed_words_once() -> None:
    """The statement's own texts go out; a second approval is refused with the reason."""
    desk, statement = drafted()
    found = approve(desk, approval(statement, 1), audience(), EventId("e1"), NOW)
    assert isinstance(found, Approved)
    assert isinstance(found.events[0], StatementApproved)
    assert found.events[0].texts == desk.statements[statement].texts
    assert {job.cause for job in found.plan.jobs} == {"e1"}
    fold(desk, found.events)
    again = approve(desk, approval(statement, 1), audience(), EventId("e2"), NOW)
    assert isinstance(again, Refused)
    assert again.code == "already_approved"


@pytest.mark.parametrize("role", ["teacher", "staff", "sro", "responder", "it", "screen"])
def test_only_authorised_people_approve(role: Role) -> None:
    """A teacher cannot text every family."""
    desk, statement = drafted()
    found = approve(desk, approval(statement, 1, role), audience(), EventId("e1"), NOW)
    assert isinstance(found, Refused)
    assert found.code == "not_allowed"


def test_only_what_was_read_is_approved() -> None:
    """Another version, a superseded draft and an unknown one are refused."""
    desk, statement = drafted()
    codes = []
    for attempt in (approval(statement, 2), approval("nothing", 1)):
        found = approve(desk, attempt, audience(), EventId("e1"), NOW)
        assert isinstance(found, Refused)
        codes.append(found.code)
    tell(desk, ActionAdded(action=action("shelter")), pos=2)
    found = approve(desk, approval(statement, 1), audience(), EventId("e1"), NOW)
    assert isinstance(found, Refused)
    assert [*codes, found.code] == ["other_version", "unknown_statement", "superseded"]
