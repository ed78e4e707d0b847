"""The school day of fake schools: keeps what it is told, expects who it is told to expect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec

from schemas.commands import Command
from schemas.identifiers import PersonId, SchoolId
from schemas.roster import Finding
from schemas.roster_day import DayMoment, ExpectedList, ExpectedStudent
from schemas.roster_day_facts import (
    AttendanceMark,
    AttendanceReport,
    Calendar,
    Campus,
    KeptMark,
    RecordAttendance,
    RemoveGroup,
    SchoolDay,
    SchoolGround,
    SetBellSchedules,
    SetCalendar,
    SetCalendarDays,
    SetCampus,
    SetGroup,
    SetRooms,
    StudentsFound,
    TakeBackAttendance,
)


class FakeDays:
    """campus: schools on one ground. expected: who is where; moment: which part of the day."""

    def __init__(self, now: Callable[[], dt.datetime]) -> None:
        self._now = now
        self.days: dict[SchoolId, SchoolDay] = {}
        self.campus: Campus | None = None
        self.moment = DayMoment(kind="no_schedule")
        self.expected: tuple[ExpectedStudent, ...] = ()
        self.asked: list[dict[str, str | int]] = []

    def read(self, path: str, school: SchoolId, params: dict[str, str | int]) -> Any:
        self.asked.append(params)
        match path:
            case "/day":
                return self.day(school)
            case "/expected":
                return ExpectedList(
                    school=school,
                    version=1,
                    at=self._now(),
                    moment=self.moment,
                    students=self.expected,
                )
            case "/ground":
                zones: dict[str, tuple[str, ...]] = {}
                for room in self.day(school).rooms:
                    if room.zone:
                        zones[room.zone] = (*zones.get(room.zone, ()), room.name, *room.aliases)
                return SchoolGround(school=school, zones=zones, campus=self.campus)
        return None

    def day(self, school: SchoolId) -> SchoolDay:
        empty = SchoolDay(
            school=school,
            date=self._now().date().isoformat(),
            moment=self.moment,
            schedule="Regular",
            schedules=(),
            calendar=Calendar(),
            days=(),
            rooms=(),
            groups=(),
            marks=(),
        )
        return self.days.get(school, empty)

    def take(self, command: Command) -> None:
        day, school = self.day(command.school), command.school
        match command:
            case SetBellSchedules(schedules=schedules, remove=remove):
                gone = {*remove, *(one.name for one in schedules)}
                kept = (*(one for one in day.schedules if one.name not in gone), *schedules)
                self._keep(school, schedules=kept)
            case SetCalendar(calendar=calendar):
                self._keep(school, calendar=calendar)
            case SetCalendarDays(days=days, usual=usual):
                gone = {*usual, *(one.date for one in days)}
                kept_days = (*(one for one in day.days if one.date not in gone), *days)
                self._keep(school, days=kept_days)
            case SetRooms(rooms=rooms):
                gone = {one.name for one in rooms}
                kept_rooms = (*(one for one in day.rooms if one.name not in gone), *rooms)
                self._keep(school, rooms=kept_rooms)
            case SetCampus(name=name, schools=schools):
                self.campus = Campus(name=name, schools=(school, *schools))
            case SetGroup(group=group):
                others = tuple(one for one in day.groups if one.id != group.id)
                self._keep(school, groups=(*others, group))
            case RemoveGroup(group=gone_id):
                self._keep(school, groups=tuple(g for g in day.groups if g.id != gone_id))
            case RecordAttendance(marks=marks):
                kept_marks = [self._kept(command, at, mark) for at, mark in enumerate(marks)]
                self._keep(school, marks=(*day.marks, *kept_marks))
            case TakeBackAttendance(mark=mark_id):
                self._keep(
                    school,
                    marks=tuple(
                        msgspec.structs.replace(m, withdrawn=m.withdrawn or m.id == mark_id)
                        for m in day.marks
                    ),
                )

    def listed(self, path: str, body: bytes) -> Any:
        """One student id a line; the first word that is none is a finding."""
        rows = [line.split(",")[0].strip() for line in body.decode().splitlines()[1:]]
        if path.startswith("/students"):
            rows = [line.strip() for line in body.decode().splitlines() if line.strip()]
        known = [PersonId(row) for row in rows if "-student-" in row]
        wrong = tuple(
            Finding(file="list", line=n, column="", code="unknown_student", message="Nobody.")
            for n, row in enumerate(rows, 1)
            if "-student-" not in row
        )
        if path.startswith("/students"):
            return StudentsFound(students=tuple(known), warnings=wrong)
        marks = tuple(AttendanceMark(student=k, kind="absent", at=self._now()) for k in known)
        return AttendanceReport(rows=len(rows), marks=marks, warnings=wrong)

    def _kept(self, command: Command, number: int, mark: AttendanceMark) -> KeptMark:
        return KeptMark(
            id=f"{command.op_id}-{number}"[-64:],
            student=mark.student,
            kind=mark.kind,
            at=mark.at,
            period=mark.period,
            note=mark.note,
            by=command.actor.person,
            recorded=self._now(),
        )

    def _keep(self, school: SchoolId, **changed: Any) -> None:
        self.days[school] = msgspec.structs.replace(self.day(school), **changed)
