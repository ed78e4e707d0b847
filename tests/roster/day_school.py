"""One school of a running roster, in UTC, with the commands of its day at hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from schemas.commands import Command
from schemas.identifiers import PersonId, SchoolId
from schemas.replies import Reply
from schemas.roster import SetSchool
from schemas.roster_day import DayFact, ExpectedList, ExpectedStudent
from schemas.roster_day_facts import (
    AttendanceMark,
    BellPeriod,
    BellSchedule,
    RecordAttendance,
    SchoolDay,
    StudentsFound,
)
from schemas.vocabulary import Actor
from tests.roster.packages import CLASSES, package_11
from tests.roster.running import OFFICE, Running

# The clock of tests stands at 10:05 UTC on a Wednesday.
TODAY = "2026-03-04"
NOW = dt.datetime(2026, 3, 4, 10, 5, tzinfo=dt.UTC)
REGULAR = BellSchedule(
    name="Regular",
    periods=(
        BellPeriod(label="Period 1", start="08:00", end="10:30", codes=("1",)),
        BellPeriod(label="Lunch", start="10:30", end="11:00", kind="lunch", place="Cafeteria"),
        BellPeriod(label="Period 2", start="11:00", end="15:00", codes=("2",)),
    ),
)


def package() -> dict[str, str]:
    """Two students; k1 has Art in Period 1."""
    files = package_11()
    files["classes.csv"] = (
        CLASSES
        + "c1,,,Grade 3 A,03,,,homeroom,Room 9,s,,,,\n"
        + 'c2,,,Art,03,,,scheduled,Rm 12,s,,,,"1(A-B),5"\n'
    )
    files["enrollments.csv"] += "e4,,,c2,s,k1,student,,,\ne5,,,c2,s,t1,teacher,,,\n"
    return files


class School:
    """One school of a running service, in UTC, with the day's commands at hand."""

    def __init__(self, service: Running, school: SchoolId, people: dict[str, PersonId]) -> None:
        self.service = service
        self.id = school
        self.people = people

    async def send(
        self, kind: type[Command], *, actor: Actor = OFFICE, op: str = "", **fields: Any
    ) -> Reply:
        command = kind(op_id=op or self.service.op(), school=self.id, actor=actor, **fields)
        return await self.service.client.send(command, timeout=10.0)

    async def mark(self, person: str, kind: Any, at: dt.datetime = NOW, **more: Any) -> Reply:
        fields = {name: more.pop(name) for name in ("period", "note") if name in more}
        mark = AttendanceMark(student=self.people[person], kind=kind, at=at, **fields)
        return await self.send(RecordAttendance, marks=(mark,), **more)

    async def expected(self, **asked: Any) -> ExpectedList:
        return await self.service.client.get("/expected", ExpectedList, school=self.id, **asked)

    async def one(self, person: str, **asked: Any) -> ExpectedStudent:
        students = (await self.expected(**asked)).students
        return next(one for one in students if one.student == self.people[person])

    async def day(self) -> SchoolDay:
        return await self.service.client.get("/day", SchoolDay, school=self.id)

    async def told(self) -> list[tuple[str, list[DayFact]]]:
        """Events of the day since the import: (type, facts)."""
        page = await self.service.client.events(self.id, 0, 100)
        found = []
        for wire in page.events:
            event = msgspec.json.decode(wire)
            if event["type"].startswith("roster.day_"):
                rows = event["data"].get("facts", [])
                found.append((event["type"], msgspec.convert(rows, list[DayFact])))
        return found


async def opened(service: Running) -> School:
    snapshot = await service.snapshot()
    school = snapshot.school.id
    found = await service.client.post(f"/students?school={school}", b"k1\nk2\n", StudentsFound)
    staff = {one.source_id: one.id for one in snapshot.staff}
    people = dict(zip(("k1", "k2"), found.students, strict=False)) | staff
    one = School(service, school, people)
    await one.send(SetSchool, zone="UTC")
    return one
