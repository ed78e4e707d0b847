"""A roster's school day in memory: who is expected where at four moments, and /expected for it."""

import asyncio
import datetime as dt
from typing import Literal

from aiohttp import web
from msgspec.structs import replace

from schemas.identifiers import ClassId, PersonId, SchoolId
from schemas.roster import RosterSnapshot, Student
from schemas.roster_day import DayMoment, ExpectedList, ExpectedStudent
from services.chassis.commands import ProblemError, Query, Unavailable
from tests.fakes.roster import FakeRoster

When = Literal["class", "lunch", "dismissed", "sunday", "robotics"]
DAY = dt.date(2026, 9, 15)
ABSENT, SIGNED_OUT, OFF_SITE = 0, 1, 2
"""Places in the snapshot of the three students whom a log says something of on a school day."""

ROBOTS = 12
"""Students of the activity, in the snapshot's order."""


def at(hour: int, minute: int) -> dt.datetime:
    """A time of the school's day, in a school whose clocks show UTC."""
    return dt.datetime.combine(DAY, dt.time(hour, minute), dt.UTC)


MOMENTS: dict[When, DayMoment] = {
    "class": DayMoment(kind="class", label="Period 3", day="A", until=at(11, 55)),
    "lunch": DayMoment(kind="lunch", label="Lunch A", day="A", until=at(12, 10)),
    "dismissed": DayMoment(kind="after_school", schedule="Half day"),
    "sunday": DayMoment(kind="no_school"),
    "robotics": DayMoment(kind="no_school"),
}


def expected_at(
    snapshot: RosterSnapshot, when: When, now: dt.datetime | None = None
) -> ExpectedList:
    """The list of that moment. At lunch the first homeroom is in the Cafeteria."""
    return ExpectedList(
        school=snapshot.school.id,
        version=snapshot.version,
        at=now or at(11, 40),
        moment=MOMENTS[when],
        students=tuple(_students(snapshot, when)),
    )


def _students(snapshot: RosterSnapshot, when: When) -> list[ExpectedStudent]:
    if when == "sunday":
        return []
    robots = [_robot(one) for one in snapshot.students[:ROBOTS]]
    if when == "robotics":
        return robots
    if when == "dismissed":
        left = [
            ExpectedStudent(one.id, None, "left", "dismissed", "", at(12, 0))
            for one in snapshot.students[ROBOTS:]
        ]
        return [*robots, *left]
    lunch = snapshot.classes[0].id if when == "lunch" else None
    here = [_here(one, lunch) for one in snapshot.students]
    here[ABSENT] = replace(
        here[ABSENT], standing="absent", reason="marked_absent", place="", since=at(8, 31)
    )
    here[SIGNED_OUT] = replace(
        here[SIGNED_OUT], standing="left", reason="signed_out", place="", since=at(10, 12)
    )
    here[OFF_SITE] = replace(
        here[OFF_SITE],
        standing="off_site",
        reason="off_site_group",
        place="Museum trip",
        since=at(9, 0),
    )
    return here


def _robot(student: Student) -> ExpectedStudent:
    return ExpectedStudent(student.id, None, "unknown", "activity", "Robotics, Room 4")


def _here(student: Student, lunch: ClassId | None) -> ExpectedStudent:
    if lunch is not None and student.homeroom == lunch:
        return ExpectedStudent(student.id, None, "unknown", "lunch", "Cafeteria")
    if student.homeroom is not None:
        return ExpectedStudent(student.id, student.homeroom, "unknown", "scheduled_class")
    if student.classes:
        return ExpectedStudent(student.id, student.classes[0], "unknown", "scheduled_class")
    return ExpectedStudent(student.id, None, "unknown", "passing")


class FakeDayRoster(FakeRoster):
    """A roster that keeps a bell schedule. hangs: seconds that it takes over an answer.

    asked: the query of each question for the list.
    """

    def __init__(self, school: SchoolId, when: When = "class") -> None:
        super().__init__(school)
        self.when = when
        self.hangs = 0.0
        self.silent = False
        self.asked: list[dict[str, str]] = []

    def queries(self) -> tuple[Query, ...]:
        return (*super().queries(), Query("/expected", self._expected))

    async def _expected(self, request: web.Request) -> ExpectedList:
        self.asked.append(dict(request.query))
        await asyncio.sleep(self.hangs)
        if self.down:
            raise Unavailable("down")
        if self.silent:
            raise ProblemError(404, "not_found")
        return expected_at(self.snapshot, self.when)


def student(snapshot: RosterSnapshot, place: int) -> PersonId:
    """The id of a student by place in the snapshot."""
    return snapshot.students[place].id
