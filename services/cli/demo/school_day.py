"""The demo's school day: bells with two lunches, A and B days, and a morning that has begun."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final
from zoneinfo import ZoneInfo

from schemas.commands import Command
from schemas.identifiers import ClassId
from schemas.roster import RosterSnapshot, Student
from schemas.roster_day_facts import (
    AttendanceMark,
    BellPeriod,
    BellSchedule,
    Calendar,
    CalendarDay,
    Group,
    RecordAttendance,
    RoomFacts,
    SchoolDay,
    SetBellSchedules,
    SetCalendar,
    SetCalendarDays,
    SetGroup,
    SetRooms,
)
from services.cli.connection import OPERATOR

YOUNGER: Final = ("KG", "01", "02")
OLDER: Final = ("03", "04", "05")
CAFETERIA: Final = "Cafeteria"
YEAR_BEFORE, YEAR_AFTER = dt.timedelta(days=60), dt.timedelta(days=200)
TRIP_CLASS: Final = "Grade 5 D"
ABSENT_OF: Final = ("Grade 1 B", "Grade 2 C", "Grade 3 D", "Grade 4 B")
# (schedule, [(label, start, end)]): the periods 1 to 6 come in order.
BELLS: Final = {
    "Regular": ("08:15-09:05 09:10-09:55 10:00-10:50 10:55-12:45 12:50-13:40 13:45-14:45",
                "11:15-11:45 12:00-12:30"),
    "2-hour delay": ("10:15-10:45 10:50-11:20 11:25-11:55 12:00-13:20 13:25-14:00 14:05-14:45",
                     "12:00-12:30 12:45-13:15"),
    "Early dismissal": ("08:15-08:50 08:55-09:30 09:35-10:10 10:15-12:00 12:05-12:35 12:40-13:15",
                        "10:30-11:00 11:15-11:45"),
    "Half day": ("08:15-08:45 08:50-09:20 09:25-09:55 10:00-10:30 10:35-11:05 11:10-11:45", ""),
}  # fmt: skip


def day_is_set(day: SchoolDay) -> bool:
    """Whether the demo's day was written once: its last command names the rooms."""
    return bool(day.rooms)


def day_commands(snapshot: RosterSnapshot, now: dt.datetime) -> Iterator[Command]:
    """Everything that makes the day, in an order that is never refused. now: aware."""
    zone = ZoneInfo(snapshot.school.zone)
    today = now.astimezone(zone).date()
    common: dict[str, Any] = {"school": snapshot.school.id, "actor": OPERATOR}

    def op(part: str) -> str:
        return f"demo-{part}-{today:%Y%m%d}"

    yield SetBellSchedules(op_id=op("bells"), schedules=schedules(), **common)
    yield SetCalendar(op_id=op("calendar"), calendar=calendar(today), **common)
    yield SetCalendarDays(op_id=op("dates"), days=dates(today), **common)
    yield SetGroup(op_id=op("trip"), group=trip(snapshot, today), **common)
    yield SetGroup(op_id=op("club"), group=club(snapshot, today), **common)
    marks = attendance(snapshot, today, zone, now)
    if marks:
        yield RecordAttendance(op_id=op("marks"), marks=marks, **common)
    yield SetRooms(op_id=op("rooms"), rooms=rooms(snapshot), **common)


def schedules() -> tuple[BellSchedule, ...]:
    return tuple(
        BellSchedule(name=name, periods=(*classes(times), *lunches(eating)))
        for name, (times, eating) in BELLS.items()
    )


def classes(times: str) -> Iterator[BellPeriod]:
    for number, time in enumerate(times.split(), start=1):
        start, end = time.split("-")
        yield BellPeriod(label=f"Period {number}", start=start, end=end, codes=(str(number),))


def lunches(times: str) -> Iterator[BellPeriod]:
    """The younger eat first."""
    waves = (("Lunch A", YOUNGER), ("Lunch B", OLDER))
    for (label, grades), time in zip(waves, times.split(), strict=False):
        start, end = time.split("-")
        yield BellPeriod(
            label=label, start=start, end=end, kind="lunch", place=CAFETERIA, grades=grades
        )


def calendar(today: dt.date) -> Calendar:
    """A school year around the demo's clock; the day on which it opens is an A day."""
    return Calendar(
        first=(today - YEAR_BEFORE).isoformat(),
        last=(today + YEAR_AFTER).isoformat(),
        rotation=("A", "B"),
        anchor=today.isoformat(),
    )


def dates(today: dt.date) -> tuple[CalendarDay, ...]:
    """The Friday of next week is a half day, the Monday after it a holiday."""
    friday = today + dt.timedelta(days=11 - today.weekday())
    monday = friday + dt.timedelta(days=3)
    return (
        CalendarDay(date=friday.isoformat(), schedule="Half day", label="Conferences"),
        CalendarDay(date=monday.isoformat(), label="Holiday"),
    )


def rooms(snapshot: RosterSnapshot) -> tuple[RoomFacts, ...]:
    """Two buildings: the rooms from 200 and the library are in the upper one."""
    names = sorted({one.room for one in snapshot.classes if one.room} | {CAFETERIA})
    found = []
    for name in names:
        number = name.removeprefix("Room ")
        upper = number[0] in "23" or name == "Library"
        aliases = (f"Rm {number}", number) if number.isdigit() else ()
        found.append(
            RoomFacts(
                name=name,
                zone="Upper building" if upper else "Lower building",
                floor="2" if number[0] == "2" else "1",
                capacity=220 if name == CAFETERIA else 0,
                aliases=aliases,
            )
        )
    return tuple(found)


def trip(snapshot: RosterSnapshot, today: dt.date) -> Group:
    (home,) = (one for one in snapshot.classes if one.title == TRIP_CLASS)
    return Group(
        id="demo-trip-01",
        name="Harbor museum",
        leader=home.teachers[0],
        phone="+12025550142",
        place="Exampleville Harbor Museum",
        first=today.isoformat(),
        last=today.isoformat(),
        starts="09:15",
        ends="14:15",
        students=tuple(one.id for one in members(snapshot, home.id)),
    )


def club(snapshot: RosterSnapshot, today: dt.date) -> Group:
    """Every third fourth-grader plays chess on three afternoons a week."""
    fourth = [one.id for one in snapshot.students if one.grade == "04"]
    library = next(one for one in snapshot.classes if one.room == "Library")
    return Group(
        id="demo-club-01",
        name="Chess club",
        kind="activity",
        off_site=False,
        leader=library.teachers[0],
        place="Library",
        first=(today - YEAR_BEFORE).isoformat(),
        last=(today + YEAR_AFTER).isoformat(),
        starts="14:45",
        ends="16:00",
        weekdays=tuple(sorted({today.isoweekday(), 2, 4})),
        students=tuple(fourth[::5]),
    )


def attendance(
    snapshot: RosterSnapshot, today: dt.date, zone: ZoneInfo, now: dt.datetime
) -> tuple[AttendanceMark, ...]:
    """Twelve absent since 8:31, two of whom came late, and three signed out; nothing ahead."""
    homes = {one.title: one.id for one in snapshot.classes}
    absent = [
        student.id for title in ABSENT_OF for student in members(snapshot, homes[title])[2:22:7]
    ]
    leaving = [student.id for student in members(snapshot, homes["Grade 1 D"])[4:19:5]]

    def at(clock: str) -> dt.datetime:
        return dt.datetime.combine(today, dt.time.fromisoformat(clock), tzinfo=zone)

    marks = [AttendanceMark(student=one, kind="absent", at=at("08:31")) for one in absent]
    marks += [AttendanceMark(student=one, kind="late", at=at("09:12")) for one in absent[:2]]
    marks += [AttendanceMark(student=one, kind="left_early", at=at("09:48")) for one in leaving]
    return tuple(mark for mark in marks if mark.at <= now)


def members(snapshot: RosterSnapshot, home: ClassId) -> list[Student]:
    return [student for student in snapshot.students if student.homeroom == home]
