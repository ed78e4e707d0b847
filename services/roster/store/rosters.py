"""The schools' rosters as they hold, and what the schools say themselves."""

from __future__ import annotations

import msgspec

from schemas.identifiers import SchoolId
from schemas.roster import (
    Audience,
    RosterSnapshot,
    School,
    SchoolClass,
    SetSchool,
    StaffMember,
    Student,
)
from services.chassis.clock import Clock
from services.chassis.database import Connection, Pool, in_school
from services.roster.ports.rosters import RosterCommand
from services.roster.store.audience import read_guardians
from services.roster.store.order_days import day_at
from services.roster.store.reading import read_schools, read_staff


class StoredRosters:
    """Fulfils ports.Rosters. clock: orders hold by the day at the school."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self._classes = msgspec.json.Decoder(tuple[SchoolClass, ...])
        self._students = msgspec.json.Decoder(tuple[Student, ...])
        self._staff = msgspec.json.Decoder(tuple[StaffMember, ...])

    async def schools(self) -> list[School]:
        async with self._pool.acquire(timeout=5.0) as connection:
            return await read_schools(connection)

    async def school(self, school: SchoolId) -> School | None:
        async with self._pool.acquire(timeout=5.0) as connection:
            return await read_school(connection, school)

    async def snapshot(self, school: SchoolId, version: int | None) -> RosterSnapshot | None:
        async with in_school(self._pool, school) as connection:
            known = await read_school(connection, school)
            row = await connection.fetchrow(
                """
                SELECT version, classes, students, staff FROM snapshots
                WHERE school = $1 AND version = coalesce($2, (
                    SELECT version FROM schools WHERE school = $1))
                """,
                school,
                version,
            )
        if known is None or row is None:
            return None
        return RosterSnapshot(
            school=known,
            version=row["version"],
            classes=self._classes.decode(row["classes"]),
            students=self._students.decode(row["students"]),
            staff=self._staff.decode(row["staff"]),
        )

    async def audience(self, school: SchoolId) -> Audience | None:
        async with in_school(self._pool, school) as connection:
            known = await read_school(connection, school)
            if known is None:
                return None
            return Audience(
                school=known,
                version=known.version,
                staff=await read_staff(connection, school),
                guardians=await read_guardians(
                    connection, school, await day_at(connection, school, self._clock.now())
                ),
            )

    async def version_counts(self, school: SchoolId) -> tuple[int, int, int]:
        """Students, staff and guardians of the roster that holds."""
        async with in_school(self._pool, school) as connection:
            row = await connection.fetchrow(
                """
                SELECT count(*) FILTER (WHERE student), count(*) FILTER (WHERE roles <> '{}'),
                    count(*) FILTER (WHERE guardian)
                FROM people WHERE school = $1 AND active
                """,
                school,
            )
        assert row is not None
        return row[0], row[1], row[2]

    async def write(self, command: RosterCommand) -> None:
        async with in_school(self._pool, command.school) as connection:
            match command:
                case SetSchool():
                    await write_school(connection, command)


async def read_school(connection: Connection, school: SchoolId) -> School | None:
    return next((one for one in await read_schools(connection) if one.id == school), None)


async def write_school(connection: Connection, command: SetSchool) -> None:
    await connection.execute(
        "UPDATE schools SET zone = $2, address = $3 WHERE school = $1",
        command.school,
        command.zone,
        command.address,
    )
