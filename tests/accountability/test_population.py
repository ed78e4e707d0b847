"""Who an incident starts with, and what facts of the day change in it: pure decisions."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from schemas.accountability import Account as AccountCommand
from schemas.accountability import Mark, Observed, OpenClass, Rest, Row
from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import EventId, IncidentId, PersonId, RoomKey, SchoolId
from schemas.registry import event_type
from schemas.roster_day import DayFact, ExpectedList, Standing
from schemas.vocabulary import ACCOUNTED, SYSTEM, Actor
from services.accountability.domain.account import Account
from services.accountability.domain.day import decide_day_changed, is_today
from services.accountability.domain.decisions import (
    Refused,
    decide_account,
    decide_open_class,
    members_of,
)
from services.accountability.domain.population import decide_opened
from services.accountability.domain.school import School
from tests.fakes.day import ABSENT, OFF_SITE, SIGNED_OUT, When, at, expected_at, student
from tests.fakes.roster import ELECTIVE, HOMELESS, HOMEROOMS, snapshot_of, students_of

LINCOLN, INCIDENT = SchoolId("lincoln"), IncidentId("i1")
ROSTER = snapshot_of(LINCOLN)
NOW = at(11, 40)
TEACHER = Actor(person=PersonId("teacher-1"), roles=("teacher",), device="phone-1")
FIRST = students_of(0)
LATE = PersonId("student-late")


@dataclass
class Scene:
    """One account, folded from its own events."""

    school: School = field(default_factory=lambda: School(LINCOLN))
    n: int = 0

    @classmethod
    def opened(cls, when: When | None) -> "Scene":
        scene = cls()
        day = expected_at(ROSTER, when) if when else None
        event = decide_opened(None, ROSTER, day)
        assert event is not None
        scene.tell(event, SYSTEM)
        return scene

    @property
    def account(self) -> Account:
        return self.school.accounts[INCIDENT]

    def tell(self, data: Event, actor: Actor) -> None:
        known = self.school.account(INCIDENT)
        seq = known.seq + 1 if known else 1
        envelope = Envelope(
            id=EventId(f"e{seq}"),
            source="muster/accountability",
            type=event_type(type(data)),
            time=NOW,
            school=LINCOLN,
            incident=INCIDENT,
            pos=seq,
            seq=seq,
            mode="live",
            actor=actor.person,
            device=actor.device,
            op_id="op-00000001",
            data=msgspec.Raw(msgspec.json.encode(data)),
        )
        self.school.apply(envelope, data)

    def says(self, **said: Any) -> Event | Refused:
        command = AccountCommand(
            op_id="op-00000001", school=LINCOLN, actor=TEACHER, incident=INCIDENT, **said
        )
        decided = decide_account(self.account, command, roster=ROSTER, now=NOW)
        if not isinstance(decided, Refused):
            self.tell(decided, TEACHER)
        return decided

    def mark(self, who: PersonId, state: str, *, seen: int | None = None) -> Event | Refused:
        self.n += 1
        shown = self.account.seq if seen is None else seen
        mark = Mark(student=who, state=msgspec.convert(state, type=Mark.__annotations__["state"]),
                    n=self.n, seen=shown)  # fmt: skip
        return self.says(marks=(mark,))

    def fact(
        self, who: PersonId, standing: Standing, reason: str, since: dt.datetime = NOW
    ) -> Observed | None:
        fact = msgspec.convert((who, standing, reason, since, ""), type=DayFact)
        made = decide_day_changed(self.account, [fact], roster=ROSTER, now=NOW)
        if made is not None:
            self.tell(made, SYSTEM)
        return made

    def row(self, who: PersonId) -> Row:
        return self.account.rows[who]


def who(place: int) -> PersonId:
    return student(ROSTER, place)


def test_each_student_starts_once_with_what_the_day_says() -> None:
    """During a class: absent, left and off site start so, the rest are unknown in their class."""
    scene = Scene.opened("class")
    assert len(scene.account.rows) == len(ROSTER.students)
    assert [scene.row(who(n)).state for n in (ABSENT, SIGNED_OUT, OFF_SITE)] == [
        "absent", "left", "off_site"
    ]  # fmt: skip
    assert scene.row(who(3)).state == "unknown"
    assert scene.row(who(3)).class_id == HOMEROOMS[0]
    assert scene.account.moment.label == "Period 3"


def test_students_without_a_class_now_are_counted_by_place() -> None:
    """Lunch in the Cafeteria is where they are counted, not "no class yet"."""
    scene = Scene.opened("lunch")
    assert scene.row(who(3)).room == "@lunch/Cafeteria"
    assert scene.row(students_of(1)[0]).room == RoomKey(HOMEROOMS[1])


def test_on_a_sunday_nobody_is_expected_and_that_is_known() -> None:
    """An empty population is a population: it is not decided again."""
    scene = Scene.opened("sunday")
    assert scene.account.rows == {}
    assert scene.account.moment.kind == "no_school"
    assert decide_opened(scene.account, ROSTER, expected_at(ROSTER, "class")) is None


def test_after_dismissal_nobody_is_accounted_for_by_it() -> None:
    """Left is neither unknown nor accounted for."""
    states = {row.state for row in Scene.opened("dismissed").account.rows.values()}
    assert states <= {"left", "unknown"}
    assert ACCOUNTED.isdisjoint({"left", "unknown"})


@pytest.mark.parametrize("version", [2, None])
def test_without_a_list_of_the_pinned_roster_homerooms_hold(version: int | None) -> None:
    """No answer, and an answer of another roster, are the same: nobody is left out."""
    day: ExpectedList | None = None
    if version is not None:
        day = replace(expected_at(ROSTER, "sunday"), version=version)
    event = decide_opened(None, ROSTER, day)
    assert event is not None
    assert len(event.expected) == len(ROSTER.students)
    assert event.moment.kind == "no_schedule"


def test_a_student_who_is_listed_twice_counts_once() -> None:
    """Whatever the list says, nobody is two people."""
    day = expected_at(ROSTER, "class")
    event = decide_opened(None, ROSTER, replace(day, students=(*day.students, *day.students)))
    assert event is not None
    assert [one.student for one in event.expected] == [one.student for one in day.students]


def test_a_word_replaces_what_was_inferred_and_taken_back_it_holds_again() -> None:
    """A teacher who has the absent student says so, by mistake, and unsays it."""
    scene = Scene.opened("class")
    scene.mark(who(ABSENT), "with")
    assert (scene.row(who(ABSENT)).state, scene.row(who(ABSENT)).contradicted) == ("with", False)
    scene.says(take_back=(scene.n,))
    assert (scene.row(who(ABSENT)).state, scene.row(who(ABSENT)).contradicted) == ("absent", False)
    assert scene.row(who(ABSENT)).class_id == HOMEROOMS[0]


def test_a_word_that_had_not_seen_the_log_contradicts_it() -> None:
    """A phone that had shown nothing yet says "with me" of who signed out: people resolve it."""
    scene = Scene.opened("class")
    scene.mark(who(SIGNED_OUT), "with", seen=0)
    assert (scene.row(who(SIGNED_OUT)).state, scene.row(who(SIGNED_OUT)).contradicted) == (
        "left", True
    )  # fmt: skip


def test_taking_one_inferred_back_leaves_the_others() -> None:
    """A late arrival of one student is no arrival of everyone who was absent."""
    scene = Scene.opened("class")
    scene.fact(who(ABSENT), "unknown", "late_arrival")
    assert scene.row(who(ABSENT)).state == "unknown"
    assert scene.row(who(SIGNED_OUT)).state == "left"
    assert scene.row(who(OFF_SITE)).state == "off_site"


def test_a_sign_out_during_the_incident_makes_left() -> None:
    """Signed out at 11:40: left, with the time; back again: unknown, as before."""
    scene = Scene.opened("class")
    scene.fact(who(3), "left", "signed_out", at(11, 39))
    row = scene.row(who(3))
    assert row.state == "left"
    assert row.why is not None
    assert (row.why.reason, row.why.since) == ("signed_out", at(11, 39))
    assert scene.account.observations[who(3)][-1].at == at(11, 39)
    scene.fact(who(3), "unknown", "scheduled_class")
    assert (scene.row(who(3)).state, scene.row(who(3)).why) == ("unknown", None)


def test_a_fact_never_silences_a_person() -> None:
    """Missing by a teacher's word stays missing when a log says left, and both are kept."""
    scene = Scene.opened("class")
    scene.mark(who(3), "missing")
    scene.fact(who(3), "left", "signed_out")
    assert (scene.row(who(3)).state, scene.row(who(3)).contradicted) == ("missing", True)


def test_who_arrives_after_being_called_absent_is_unknown_again() -> None:
    """The teacher who said absent did not know of the arrival: a child is never lost over it."""
    scene = Scene.opened("class")
    scene.mark(who(3), "absent")
    scene.fact(who(3), "unknown", "late_arrival")
    assert (scene.row(who(3)).state, scene.row(who(3)).contradicted) == ("unknown", True)


def test_who_comes_late_into_a_class_that_meets_is_expected_there() -> None:
    """Absent in the morning, of no class then; arrived, and the class's teacher sees it."""
    scene = Scene()
    day = expected_at(ROSTER, "class")
    homerooms = replace(ROSTER, students=tuple(replace(s, classes=()) for s in ROSTER.students))
    absent = replace(day.students[ABSENT], class_id=None)
    event = decide_opened(None, homerooms, replace(day, students=(absent, *day.students[1:])))
    assert event is not None
    scene.tell(event, SYSTEM)
    assert scene.row(who(ABSENT)).room == "@marked_absent/"
    fact = DayFact(who(ABSENT), "unknown", "late_arrival", NOW)
    made = decide_day_changed(scene.account, [fact], roster=homerooms, now=NOW)
    assert made is not None
    scene.tell(made, SYSTEM)
    assert scene.row(who(ABSENT)).room == RoomKey(HOMEROOMS[0])
    assert scene.row(who(ABSENT)).state == "unknown"


def test_a_late_student_on_no_list_is_expected_from_now_on() -> None:
    """Who arrives during the incident counts as unknown, in the one class that meets."""
    scene = Scene.opened("sunday")
    scene.fact(LATE, "unknown", "late_arrival")
    assert (scene.row(LATE).state, scene.row(LATE).room) == ("unknown", "@late_arrival/")
    missed = Scene()
    day = expected_at(ROSTER, "class")
    event = decide_opened(None, ROSTER, replace(day, students=day.students[1:]))
    assert event is not None
    missed.tell(event, SYSTEM)
    missed.fact(FIRST[0], "unknown", "late_arrival")
    assert missed.row(FIRST[0]).state == "unknown"


def test_a_fact_that_is_known_already_changes_nothing() -> None:
    """The list and the event may tell the same: it is one observation."""
    scene = Scene.opened("class")
    assert scene.fact(who(SIGNED_OUT), "left", "signed_out", at(10, 12)) is None
    assert scene.fact(who(3), "unknown", "late_arrival") is None
    assert scene.fact(LATE, "absent", "marked_absent") is None


def test_a_change_of_another_day_moves_nobody() -> None:
    """Yesterday's attendance, corrected today, says nothing of now; the school's zone decides."""
    night = dt.datetime(2026, 9, 16, 2, 0, tzinfo=dt.UTC)
    assert is_today("2026-09-15", night, ROSTER)
    assert not is_today("2026-09-16", night, ROSTER)
    assert is_today("2026-09-16", night, None)


def test_an_extra_student_joins_the_population_and_leaves_it() -> None:
    """A student of the roster whom nobody expected can be marked; taken back, nobody looks."""
    scene = Scene.opened("sunday")
    scene.mark(FIRST[0], "with")
    assert (scene.row(FIRST[0]).state, scene.row(FIRST[0]).room) == ("with", "@extra/")
    assert scene.row(FIRST[0]).counts
    scene.says(take_back=(scene.n,))
    assert not scene.row(FIRST[0]).counts


def test_a_stranger_is_still_refused() -> None:
    """Who is not in the school's roster cannot be marked, on any day."""
    scene = Scene.opened("sunday")
    refused = scene.mark(PersonId("stranger"), "with")
    assert isinstance(refused, Refused)
    assert refused.code == "unknown_student"
    assert scene.account.rows == {}


def test_the_rest_of_a_class_does_not_change_who_left() -> None:
    """Even a list that names an absent student in bulk leaves what the log says on show."""
    scene = Scene.opened("class")
    rest = Rest(class_id=HOMEROOMS[0], students=FIRST, n=1, seen=scene.account.seq)
    scene.says(rest=rest)
    assert [scene.row(one).state for one in FIRST] == ["absent", "left", "off_site", "with"]


def test_a_class_that_is_opened_takes_no_extra() -> None:
    """Whoever is with another adult by their word is not moved by opening a class."""
    scene = Scene.opened("sunday")
    scene.mark(HOMELESS[0], "with")
    command = OpenClass(
        op_id="op-00000001", school=LINCOLN, actor=TEACHER, incident=INCIDENT, class_id=ELECTIVE
    )
    decided = decide_open_class(scene.account, command, members=members_of(ROSTER))
    assert not isinstance(decided, Refused)
    scene.tell(decided, TEACHER)
    assert scene.row(HOMELESS[0]).room == "@extra/"
