"""The school day out of its tables; the transaction must see the school."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

import asyncpg
import msgspec

from schemas.identifiers import PersonId, SchoolId
from schemas.roster import SchoolClass, Student
from schemas.roster_day_facts import (
    BellPeriod,
    BellSchedule,
    Calendar,
    CalendarDay,
    Group,
    KeptMark,
    RoomFacts,
)
from services.chassis.database import Connection
from services.roster.domain.day.codes import codes_in, parsed
from services.roster.domain.day.inputs import People, Plan, Pupil, Taught

GROUPS: Final = 2000
_CLASSES: Final = msgspec.json.Decoder(tuple[SchoolClass, ...])
_STUDENTS: Final = msgspec.json.Decoder(tuple[Student, ...])
_PERIODS: Final = msgspec.json.Decoder(tuple[BellPeriod, ...])


async def read_people(connection: Connection, school: SchoolId, version: int) -> People | None:
    row = await connection.fetchrow(
        "SELECT classes, students FROM snapshots WHERE school = $1 AND version = $2",
        school,
        version,
    )
    if row is None:
        return None
    codes = await connection.fetch(
        "SELECT class_id, periods FROM classes WHERE school = $1 AND periods <> ''", school
    )
    held = {one[0]: tuple(parsed(code) for code in codes_in(one[1])) for one in codes}
    return People(
        version,
        tuple(
            Pupil(one.id, one.grade, one.homeroom, one.classes)
            for one in _STUDENTS.decode(row["students"])
        ),
        {
            one.id: Taught(one.id, one.room, one.type == "homeroom", held.get(one.id, ()))
            for one in _CLASSES.decode(row["classes"])
        },
    )


async def read_plan(connection: Connection, school: SchoolId, zone: str) -> Plan:
    schedules = await connection.fetch(
        "SELECT name, periods FROM bell_schedules WHERE school = $1 ORDER BY name", school
    )
    days = await connection.fetch(
        "SELECT date, schedule, label, letter FROM calendar_days WHERE school = $1 ORDER BY date",
        school,
    )
    calendar = await connection.fetchval("SELECT facts FROM calendars WHERE school = $1", school)
    groups = await connection.fetch(
        "SELECT facts FROM day_groups WHERE school = $1 AND NOT removed"
        " ORDER BY last DESC, id LIMIT $2",
        school,
        GROUPS,
    )
    return Plan(
        zone=ZoneInfo(zone),
        schedules={
            row["name"]: BellSchedule(name=row["name"], periods=_PERIODS.decode(row["periods"]))
            for row in schedules
        },
        calendar=msgspec.json.decode(calendar, type=Calendar) if calendar else Calendar(),
        days={row["date"]: CalendarDay(**row) for row in days},
        rooms=await read_rooms(connection, school),
        groups=tuple(msgspec.json.decode(row["facts"], type=Group) for row in groups),
    )


async def read_rooms(connection: Connection, school: SchoolId) -> tuple[RoomFacts, ...]:
    rows = await connection.fetch(
        """
        SELECT name, zone, floor, capacity, aliases, supervised_by FROM room_facts
        WHERE school = $1 ORDER BY length(name), name
        """,
        school,
    )
    return tuple(RoomFacts(**{**row, "aliases": tuple(row["aliases"])}) for row in rows)


async def read_marks(connection: Connection, school: SchoolId, date: str) -> tuple[KeptMark, ...]:
    rows = await connection.fetch(
        "SELECT * FROM attendance WHERE school = $1 AND date = $2 ORDER BY recorded_at, id",
        school,
        date,
    )
    return tuple(kept(row) for row in rows)


def kept(row: asyncpg.Record) -> KeptMark:
    return KeptMark(
        id=row["id"],
        student=PersonId(row["student"]),
        kind=row["kind"],
        at=row["at"],
        period=row["period"],
        note=row["note"],
        by=PersonId(row["actor"]),
        recorded=row["recorded_at"],
        withdrawn=bool(row["withdrawn_by"]),
    )


async def read_taught(connection: Connection, school: SchoolId, person: PersonId) -> set[PersonId]:
    rows = await connection.fetch(
        """
        SELECT DISTINCT s.person FROM enrollments t
        JOIN classes c USING (school, class_id)
        JOIN enrollments s USING (school, class_id)
        WHERE t.school = $1 AND t.person = $2 AND t.role <> 'student' AND c.active
            AND s.role = 'student'
        """,
        school,
        person,
    )
    return {PersonId(row["person"]) for row in rows}


async def read_codes(connection: Connection, school: SchoolId) -> tuple[str, ...]:
    rows = await connection.fetch(
        """
        SELECT DISTINCT periods FROM classes WHERE school = $1 AND active
        """,
        school,
    )
    return tuple(sorted({code for row in rows for code in codes_in(row["periods"])}))
