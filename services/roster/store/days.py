"""The facts of the school day in their tables."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager

import msgspec

from schemas.identifiers import PersonId, SchoolId
from schemas.roster_day_facts import Campus, Group, KeptMark
from services.chassis.database import Connection, Pool, in_school
from services.roster.domain.day.directory import Entry
from services.roster.domain.day.inputs import People, Plan
from services.roster.ports.day import GroupChange, PlanCommand, Stamp
from services.roster.store.day_plan import write_plan
from services.roster.store.day_reading import (
    kept,
    read_codes,
    read_marks,
    read_people,
    read_plan,
    read_taught,
)


class StoredDays:
    """Fulfils ports.Days. Every write raises the school's stamp in its own transaction."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def stamp(self, school: SchoolId) -> Stamp | None:
        async with in_school(self._pool, school) as connection:
            row = await connection.fetchrow(
                """
                SELECT s.version, s.zone, coalesce(d.stamp, 0) AS stamp
                FROM schools s LEFT JOIN day_stamps d USING (school) WHERE s.school = $1
                """,
                school,
            )
        return Stamp(row["version"], row["zone"], row["stamp"]) if row else None

    async def people(self, school: SchoolId, version: int) -> People | None:
        async with in_school(self._pool, school) as connection:
            return await read_people(connection, school, version)

    async def plan(self, school: SchoolId, zone: str) -> Plan:
        async with in_school(self._pool, school) as connection:
            return await read_plan(connection, school, zone)

    async def marks(self, school: SchoolId, date: str) -> tuple[KeptMark, ...]:
        async with in_school(self._pool, school) as connection:
            return await read_marks(connection, school, date)

    async def mark(self, school: SchoolId, mark: str) -> KeptMark | None:
        async with in_school(self._pool, school) as connection:
            row = await connection.fetchrow(
                "SELECT * FROM attendance WHERE school = $1 AND id = $2", school, mark
            )
        return kept(row) if row else None

    async def marks_called(self, school: SchoolId, ids: Collection[str]) -> dict[str, KeptMark]:
        async with in_school(self._pool, school) as connection:
            rows = await connection.fetch(
                "SELECT * FROM attendance WHERE school = $1 AND id = ANY($2)", school, list(ids)
            )
        return {row["id"]: kept(row) for row in rows}

    async def add_marks(self, school: SchoolId, marks: Sequence[tuple[str, KeptMark]]) -> None:
        async with self._change(school) as connection:
            await connection.executemany(
                """
                INSERT INTO attendance
                    (school, date, id, student, kind, at, period, note, actor, recorded_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING
                """,
                [
                    (school, date, m.id, m.student, m.kind, m.at, m.period, m.note, m.by,
                     m.recorded)
                    for date, m in marks
                ],
            )  # fmt: skip

    async def withdraw(self, school: SchoolId, mark: str, actor: PersonId) -> None:
        async with self._change(school) as connection:
            await connection.execute(
                "UPDATE attendance SET withdrawn_by = $3"
                " WHERE school = $1 AND id = $2 AND withdrawn_by = ''",
                school,
                mark,
                actor,
            )

    async def set_group(self, school: SchoolId, group: Group, op: str) -> GroupChange:
        async with self._change(school) as connection:
            before = await connection.fetchval(
                """
                INSERT INTO day_groups AS g (school, id, last, facts, op)
                VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (school, id) DO UPDATE SET
                    before = CASE WHEN g.op = excluded.op THEN g.before
                        WHEN g.removed THEN NULL ELSE g.facts END,
                    last = excluded.last, facts = excluded.facts, op = excluded.op,
                    removed = false
                RETURNING before
                """,
                school,
                group.id,
                group.last,
                msgspec.json.encode(group),
                op,
            )
        return GroupChange(before=_group(before), after=group)

    async def remove_group(self, school: SchoolId, group: str, op: str) -> GroupChange | None:
        async with self._change(school) as connection:
            before = await connection.fetchval(
                "UPDATE day_groups SET removed = true, op = $3, before = facts"
                " WHERE school = $1 AND id = $2 RETURNING before",
                school,
                group,
                op,
            )
        return GroupChange(before=_group(before), after=None) if before else None

    async def write_plan(self, command: PlanCommand) -> None:
        async with self._change(command.school) as connection:
            await write_plan(connection, command)

    async def campus(self, school: SchoolId) -> Campus | None:
        async with self._pool.acquire(timeout=5.0) as connection:
            rows = await connection.fetch(
                """
                SELECT school, name FROM campuses WHERE name = (
                    SELECT name FROM campuses WHERE school = $1) ORDER BY school
                """,
                school,
            )
        if not rows:
            return None
        return Campus(name=rows[0]["name"], schools=tuple(SchoolId(row["school"]) for row in rows))

    async def campuses(self) -> dict[SchoolId, str]:
        async with self._pool.acquire(timeout=5.0) as connection:
            rows = await connection.fetch(
                "SELECT school, coalesce(c.name, '') AS name"
                " FROM schools LEFT JOIN campuses c USING (school)"
            )
        return {SchoolId(row["school"]): row["name"] for row in rows}

    async def codes(self, school: SchoolId) -> tuple[str, ...]:
        async with in_school(self._pool, school) as connection:
            return await read_codes(connection, school)

    async def students(self, school: SchoolId) -> list[Entry]:
        async with in_school(self._pool, school) as connection:
            rows = await connection.fetch(
                "SELECT person, source_id, identifier, given, preferred, family"
                " FROM people WHERE school = $1 AND student",
                school,
            )
        return [Entry(PersonId(row[0]), *row[1:]) for row in map(tuple, rows)]

    async def staff(self, school: SchoolId) -> set[PersonId]:
        async with in_school(self._pool, school) as connection:
            rows = await connection.fetch(
                "SELECT person FROM people WHERE school = $1 AND active AND roles <> '{}'", school
            )
        return {PersonId(row["person"]) for row in rows}

    async def taught_by(self, school: SchoolId, person: PersonId) -> set[PersonId]:
        async with in_school(self._pool, school) as connection:
            return await read_taught(connection, school, person)

    @asynccontextmanager
    async def _change(self, school: SchoolId) -> AsyncIterator[Connection]:
        async with in_school(self._pool, school) as connection:
            await connection.execute(
                "INSERT INTO day_stamps AS d (school, stamp) VALUES ($1, 1)"
                " ON CONFLICT (school) DO UPDATE SET stamp = d.stamp + 1",
                school,
            )
            yield connection


def _group(facts: bytes | None) -> Group | None:
    return msgspec.json.decode(facts, type=Group) if facts else None
