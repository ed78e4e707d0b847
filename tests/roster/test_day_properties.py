"""Random schedules, rosters and facts: what must hold of every school day."""

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.identifiers import ClassId, PersonId
from schemas.roster_day import ExpectedStudent
from schemas.roster_day_facts import (
    BellPeriod,
    BellSchedule,
    Calendar,
    CalendarDay,
    Group,
    KeptMark,
)
from services.roster.domain.day.bells import bells_at
from services.roster.domain.day.codes import PeriodCode
from services.roster.domain.day.inputs import DayFacts, People, Plan, Pupil, Taught
from services.roster.domain.day.where import who_is_where
from services.roster.handlers.day_reading import by_student
from tests.roster.days import SCHOOL

STUDENTS = [PersonId(f"student-{n}") for n in range(6)]
ROOMS = ("Room 1", "Room 2", "Gym")
ZONES = ("America/New_York", "America/Los_Angeles", "Europe/London")
# The days when clocks are put forward and back, and the days around them.
DATES = [
    dt.date(2026, 10, 31),
    dt.date(2026, 11, 1),
    dt.date(2026, 11, 2),
    dt.date(2027, 3, 13),
    dt.date(2027, 3, 14),
    dt.date(2027, 3, 15),
    dt.date(2027, 3, 17),
]
minutes = st.integers(0, 24 * 60 - 1)
PROPERTY = settings(max_examples=150, deadline=None)


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def schedules(draw: st.DrawFn, name: str) -> BellSchedule:
    """Class periods one after the other with gaps, and anything else over them."""
    edges = sorted(draw(st.sets(minutes, min_size=4, max_size=12)))
    classes = [
        BellPeriod(label=f"Period {n}", start=clock(a), end=clock(b), codes=(str(n),))
        for n, (a, b) in enumerate(zip(edges[::2], edges[1::2], strict=False), 1)
    ]
    others = []
    for n in range(draw(st.integers(0, 3))):
        first, last = sorted(draw(st.sets(minutes, min_size=2, max_size=2)))
        others.append(
            BellPeriod(
                label=f"Other {n}",
                start=clock(first),
                end=clock(last),
                kind=draw(st.sampled_from(("lunch", "recess", "assembly"))),
                grades=draw(st.sampled_from(((), ("06",), ("07",)))),
                rooms=draw(st.sampled_from(((), ROOMS[:1]))),
            )
        )
    return BellSchedule(name=name, periods=tuple(classes + others))


@st.composite
def people(draw: st.DrawFn) -> People:
    classes = {
        ClassId(f"class-{n}"): Taught(
            ClassId(f"class-{n}"),
            draw(st.sampled_from(ROOMS)),
            n < 2,
            tuple(PeriodCode(code, "") for code in draw(st.sets(st.sampled_from("123")))),
        )
        for n in range(5)
    }
    pupils = tuple(
        Pupil(
            student,
            draw(st.sampled_from(("06", "07"))),
            draw(st.sampled_from((None, ClassId("class-0"), ClassId("class-1")))),
            tuple(sorted(draw(st.sets(st.sampled_from(sorted(classes)))))),
        )
        for student in STUDENTS
    )
    return People(3, pupils, classes)


@st.composite
def groups(draw: st.DrawFn, number: int) -> Group:
    first, last = sorted(draw(st.tuples(st.sampled_from(DATES), st.sampled_from(DATES))))
    starts, ends = sorted(draw(st.sets(minutes, min_size=2, max_size=2)))
    return Group(
        id=f"group-{number:04}",
        name=f"Group {number}",
        off_site=draw(st.booleans()),
        first=first.isoformat(),
        last=last.isoformat(),
        starts=clock(starts),
        ends=clock(ends),
        weekdays=tuple(sorted(draw(st.sets(st.integers(1, 7), max_size=3)))),
        students=tuple(draw(st.lists(st.sampled_from(STUDENTS), max_size=4))),
    )


@st.composite
def marks(draw: st.DrawFn, date: dt.date, zone: ZoneInfo) -> tuple[KeptMark, ...]:
    found = []
    for n in range(draw(st.integers(0, 6))):
        time = dt.time.fromisoformat(clock(draw(minutes)))
        at = dt.datetime.combine(date, time, tzinfo=zone).astimezone(dt.UTC)
        found.append(
            KeptMark(
                id=f"mark-{n:04}",
                student=draw(st.sampled_from(STUDENTS)),
                kind=draw(st.sampled_from(("present", "absent", "late", "left_early"))),
                at=at,
                period=draw(st.sampled_from(("", "", "1", "Period 2"))),
                by=PersonId("office"),
                recorded=at + dt.timedelta(seconds=n),
                withdrawn=draw(st.booleans()),
            )
        )
    return tuple(found)


@st.composite
def days(draw: st.DrawFn) -> tuple[DayFacts, tuple[KeptMark, ...], dt.datetime]:
    zone, date = ZoneInfo(draw(st.sampled_from(ZONES))), draw(st.sampled_from(DATES))
    known = {name: draw(schedules(name)) for name in ("Regular", "Half day")}
    if draw(st.integers(0, 9)) == 0:
        known = {}
    said = draw(st.sampled_from((None, "", "Half day")))
    plan = Plan(
        zone=zone,
        schedules=known,
        calendar=Calendar(without_class=draw(st.sampled_from(("homeroom", "nowhere")))),
        days={}
        if said is None
        else {date.isoformat(): CalendarDay(date=date.isoformat(), schedule=said)},
        groups=tuple(draw(groups(n)) for n in range(draw(st.integers(0, 3)))),
    )
    every = draw(marks(date, zone))
    day = DayFacts(school=SCHOOL, people=draw(people()), plan=plan, marks=by_student(every))
    time = dt.time.fromisoformat(clock(draw(minutes)))
    return day, every, dt.datetime.combine(date, time, tzinfo=zone).astimezone(dt.UTC)


def found(day: DayFacts, at: dt.datetime) -> dict[PersonId, ExpectedStudent]:
    return {one.student: one for one in who_is_where(day, at).students}


@PROPERTY
@given(days())
def test_every_student_once_and_in_one_place(
    drawn: tuple[DayFacts, tuple[KeptMark, ...], dt.datetime],
) -> None:
    """No student is listed twice, and whoever has a class is in its room and nowhere else."""
    day, _marks, at = drawn
    students = who_is_where(day, at).students
    assert len({one.student for one in students}) == len(students)
    for one in students:
        if one.class_id is not None and one.standing == "unknown":
            assert one.place == day.people.classes[one.class_id].room
            assert one.adult is None


@PROPERTY
@given(days())
def test_a_class_keeps_everyone_who_would_be_in_it(
    drawn: tuple[DayFacts, tuple[KeptMark, ...], dt.datetime],
) -> None:
    """Absent, signed out or off site: facts move nobody out of their class, so that its sum with
    those who are away is what the timetable says; outside school hours nobody has a class."""
    day, _marks, at = drawn
    bare = msgspec.structs.replace(day, marks={}, plan=msgspec.structs.replace(day.plan, groups=()))
    timetable = {student: one.class_id for student, one in found(bare, at).items()}
    for student, one in found(day, at).items():
        if one.reason != "activity":
            assert one.class_id == timetable.get(student)
    if bells_at(day.plan, at).moment.kind in ("before_school", "after_school", "no_school"):
        assert all(one.class_id is None for one in found(day, at).values())


@PROPERTY
@given(days())
def test_nobody_is_absent_or_gone_without_a_fact(
    drawn: tuple[DayFacts, tuple[KeptMark, ...], dt.datetime],
) -> None:
    """Absent, signed out and off site each stand on something that somebody recorded."""
    day, marks, at = drawn
    for one in who_is_where(day, at).students:
        own = [m for m in marks if m.student == one.student and not m.withdrawn]
        match one.reason:
            case "marked_absent":
                assert any(m.kind == "absent" and m.at <= at for m in own)
            case "not_arrived":
                assert any(m.kind == "late" and m.at > at for m in own)
            case "signed_out":
                assert any(m.kind == "left_early" and m.at <= at for m in own)
            case "off_site_group":
                assert any(g.off_site and one.student in g.students for g in day.plan.groups)
            case "dismissed":
                assert bells_at(day.plan, at).moment.kind == "after_school"
            case _:
                assert one.standing == "unknown"


@PROPERTY
@given(days())
def test_without_facts_the_list_stands_still_inside_a_part(
    drawn: tuple[DayFacts, tuple[KeptMark, ...], dt.datetime],
) -> None:
    """Between two bells nothing changes by itself: an incident may pin what it read."""
    day, _marks, at = drawn
    bare = msgspec.structs.replace(day, marks={}, plan=msgspec.structs.replace(day.plan, groups=()))
    until = bells_at(bare.plan, at).moment.until
    later = (until or at + dt.timedelta(minutes=1)) - dt.timedelta(seconds=1)
    if later.astimezone(day.plan.zone).date() == at.astimezone(day.plan.zone).date():
        assert found(bare, at) == found(bare, later) or until is None
    if until is not None and until > at:
        assert bells_at(bare.plan, later).moment == bells_at(bare.plan, at).moment


@PROPERTY
@given(days())
def test_whoever_left_stays_gone_until_a_fact_says_otherwise(
    drawn: tuple[DayFacts, tuple[KeptMark, ...], dt.datetime],
) -> None:
    """Time alone brings nobody back who signed out, and makes nobody present who is absent."""
    day, marks, at = drawn
    later = min(
        (m.at for m in marks if m.at > at and not m.withdrawn),
        default=at + dt.timedelta(minutes=20),
    ) - dt.timedelta(seconds=1)
    zone = day.plan.zone
    if later < at or later.astimezone(zone).date() != at.astimezone(zone).date():
        return
    for student, one in found(day, at).items():
        if one.reason == "signed_out":
            after = found(day, later).get(student)
            assert after is None or after.reason == "signed_out"


@PROPERTY
@given(days())
def test_days_without_school_make_no_unknowns_beyond_activities(
    drawn: tuple[DayFacts, tuple[KeptMark, ...], dt.datetime],
) -> None:
    """On a Sunday or holiday, and before the first bell, only an activity expects someone."""
    day, _marks, at = drawn
    expected = who_is_where(day, at)
    if expected.moment.kind in ("no_school", "before_school"):
        for one in expected.students:
            assert one.standing != "unknown" or one.reason == "activity"
        if expected.moment.kind == "no_school" and not day.plan.groups:
            assert expected.students == ()


@PROPERTY
@given(days(), st.sampled_from(("absent", "left_early", "late", "present")))
def test_a_fact_taken_back_restores_what_was(
    drawn: tuple[DayFacts, tuple[KeptMark, ...], dt.datetime], kind: str
) -> None:
    """A withdrawn mark changes nothing: what held before it holds again."""
    day, every, at = drawn
    extra = KeptMark(
        id="mark-extra",
        student=STUDENTS[0],
        kind=kind,  # type: ignore[arg-type]
        at=at,
        by=PersonId("office"),
        recorded=at + dt.timedelta(days=1),
        withdrawn=True,
    )
    again = msgspec.structs.replace(day, marks=by_student((*every, extra)))
    assert found(again, at) == found(day, at)


@PROPERTY
@given(days())
def test_the_half_day_ends_when_its_own_bells_end(
    drawn: tuple[DayFacts, tuple[KeptMark, ...], dt.datetime],
) -> None:
    """Dismissal follows the schedule of the date, also on the days when clocks change."""
    day, _marks, at = drawn
    here = at.astimezone(day.plan.zone)
    named = day.plan.days.get(here.date().isoformat())
    if named is None or named.schedule not in day.plan.schedules:
        return
    last = max(p.end for p in day.plan.schedules[named.schedule].periods)
    gone = bells_at(day.plan, at).moment.kind == "after_school"
    assert gone == (here.strftime("%H:%M") >= last)
