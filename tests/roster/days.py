"""A small school day for tests: two grades, two lunches, A and B days, plainly synthetic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

import msgspec

from schemas.identifiers import ClassId, PersonId, SchoolId
from schemas.roster_day import ExpectedStudent
from schemas.roster_day_facts import (
    BellPeriod,
    BellSchedule,
    Calendar,
    CalendarDay,
    Group,
    KeptMark,
    MarkKind,
    RoomFacts,
)
from services.roster.domain.day.codes import codes_in, parsed
from services.roster.domain.day.inputs import DayFacts, People, Plan, Pupil, Taught
from services.roster.domain.day.where import who_is_where
from services.roster.handlers.day_reading import by_student

ZONE = ZoneInfo("America/New_York")
SCHOOL = SchoolId("school-1")
MONDAY = dt.date(2026, 9, 14)
SUNDAY = dt.date(2026, 9, 20)

REGULAR = BellSchedule(
    name="Regular",
    periods=(
        BellPeriod(label="Period 1", start="08:00", end="09:30", codes=("1(A)", "3(B)")),
        BellPeriod(label="Recess", start="09:30", end="09:45", kind="recess", place="Playground"),
        BellPeriod(label="Period 2", start="09:50", end="12:20", codes=("2(A)", "4(B)")),
        BellPeriod(
            label="Lunch A",
            start="11:30",
            end="12:00",
            kind="lunch",
            place="Cafeteria",
            grades=("06",),
        ),
        BellPeriod(
            label="Lunch B",
            start="12:20",
            end="12:50",
            kind="lunch",
            place="Cafeteria",
            rooms=("North",),
        ),
        BellPeriod(label="Assembly", start="12:50", end="13:20", kind="assembly", place="Gym"),
        BellPeriod(label="Advisory", start="13:20", end="14:00", codes=("HR",)),
    ),
)
HALF = BellSchedule(
    name="Half day", periods=(BellPeriod(label="Morning", start="08:00", end="11:15"),)
)
PLAN = Plan(
    zone=ZONE,
    schedules={one.name: one for one in (REGULAR, HALF)},
    calendar=Calendar(
        first="2026-09-01",
        last="2027-06-12",
        rotation=("A", "B"),
        anchor=MONDAY.isoformat(),
        without_class="nowhere",
    ),
    rooms=(
        RoomFacts(name="Room 9", zone="North", aliases=("009", "Rm 9")),
        RoomFacts(name="Room 2", zone="South"),
    ),
)


def taught(name: str, room: str, periods: str = "", *, homeroom: bool = False) -> Taught:
    codes = tuple(parsed(code) for code in codes_in(periods))
    return Taught(ClassId(name), room, homeroom, codes)


def pupil(name: str, grade: str, *classes: str, homeroom: str | None = None) -> Pupil:
    home = ClassId(homeroom) if homeroom else None
    return Pupil(PersonId(name), grade, home, tuple(ClassId(one) for one in classes))


CLASSES = (
    taught("home-6", "Room 2", homeroom=True),
    taught("home-7", "009", homeroom=True),
    taught("art", "Rm 9", "P1(A) 04(B)"),
    taught("music", "Room 2", "1(A-B)"),
    taught("math", "009", "2"),
    taught("gym", "Room 2", "3, 4"),
)
ANA = pupil("ana", "06", "home-6", "art", "math", homeroom="home-6")
BEN = pupil("ben", "07", "home-7", "music", "math", homeroom="home-7")
CAM = pupil("cam", "07", "gym")
PEOPLE = People(7, (ANA, BEN, CAM), {one.id: one for one in CLASSES})


def here(clock: str, date: dt.date = MONDAY) -> dt.datetime:
    """That wall clock's time at the school."""
    return dt.datetime.combine(date, dt.time.fromisoformat(clock), tzinfo=ZONE)


def mark(
    student: str, kind: MarkKind, at: dt.datetime, *, period: str = "", number: int = 0
) -> KeptMark:
    return KeptMark(
        id=f"mark-{student}-{number:04}",
        student=PersonId(student),
        kind=kind,
        at=at,
        period=period,
        by=PersonId("office"),
        recorded=at + dt.timedelta(microseconds=number),
    )


def trip(*students: str, **changes: object) -> Group:
    group = Group(
        id="group-trip",
        name="Museum",
        leader=PersonId("leader"),
        place="Town",
        first=MONDAY.isoformat(),
        last=MONDAY.isoformat(),
        starts="09:00",
        ends="14:30",
        students=tuple(PersonId(one) for one in students),
    )
    return msgspec.structs.replace(group, **changes)


def facts(
    *, marks: Iterable[KeptMark] = (), plan: Plan = PLAN, people: People = PEOPLE
) -> DayFacts:
    return DayFacts(school=SCHOOL, people=people, plan=plan, marks=by_student(marks))


def with_plan(
    *groups: Group, days: Iterable[CalendarDay] = (), calendar: Calendar | None = None
) -> Plan:
    return msgspec.structs.replace(
        PLAN,
        groups=groups,
        days={one.date: one for one in days},
        calendar=calendar or PLAN.calendar,
    )


def expected(day: DayFacts, at: dt.datetime) -> dict[str, ExpectedStudent]:
    """Student → where they should be; fails when anyone is there twice."""
    students = who_is_where(day, at).students
    found = {str(one.student): one for one in students}
    assert len(found) == len(students)
    return found
