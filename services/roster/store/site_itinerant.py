"""Staff of several schools, and what they said about today."""

from __future__ import annotations

import datetime as dt

from schemas.identifiers import PersonId, SchoolId
from schemas.roster_site import Confirmation, ConfirmSchool, Itinerant, MarkItinerant, MySchool
from services.chassis.database import Connection, Pool, in_school
from services.roster.domain.contacts import called
from services.roster.domain.desk import school_day
from services.roster.store.site_ops import first_time, is_done

Versions = tuple[tuple[str, int], ...]


class StoredItinerants:
    """Fulfils ports.site.Itinerants. Row-level security shows one school at a time."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._several: tuple[Versions, frozenset[PersonId]] = ((), frozenset())

    async def my_schools(self, person: PersonId, now: dt.datetime) -> list[MySchool]:
        found = []
        for school, name, zone in await self._schools():
            async with in_school(self._pool, school) as connection:
                if await works_at(connection, school, person):
                    day = school_day(now, zone)
                    said = await said_on(connection, school, person, day)
                    found.append(MySchool(school=school, name=name, said=said))
        return found

    async def confirm(self, command: ConfirmSchool, now: dt.datetime) -> bool:
        """One row at each of their schools; a crash in between is mended by the same command."""
        person = command.actor.person
        async with in_school(self._pool, command.school) as connection:
            if not await works_at(connection, command.school, person):
                return False
            if await is_done(connection, command):
                # A late repeat must not undo what they said since.
                return True
        mine = {one.school for one in await self.my_schools(person, now)}
        # The school that was confirmed comes last: its row says that all are written.
        for school, _name, zone in sorted(
            await self._schools(), key=lambda one: one[0] == command.school
        ):
            if school not in mine:
                continue
            async with in_school(self._pool, school) as connection:
                here = school == command.school
                if here:
                    await first_time(connection, command, now)
                await connection.execute(
                    """
                    INSERT INTO school_confirmations (school, person, day, here, said_at)
                    VALUES ($1, $2, $3, $4, $5)
                    ON CONFLICT (school, person, day) DO UPDATE
                    SET here = excluded.here, said_at = excluded.said_at
                    """,
                    school,
                    person,
                    school_day(now, zone),
                    here,
                    now,
                )
        return True

    async def mark(self, command: MarkItinerant) -> bool:
        async with in_school(self._pool, command.school) as connection:
            if not await works_at(connection, command.school, command.person):
                return False
            if command.itinerant:
                await connection.execute(
                    "INSERT INTO itinerant_marks (school, person, marked_by) VALUES ($1, $2, $3)"
                    " ON CONFLICT DO NOTHING",
                    command.school,
                    command.person,
                    command.actor.person,
                )
            else:
                await connection.execute(
                    "DELETE FROM itinerant_marks WHERE school = $1 AND person = $2",
                    command.school,
                    command.person,
                )
        return True

    async def of_school(self, school: SchoolId, zone: str, now: dt.datetime) -> list[Itinerant]:
        """Who may be at another school today, by name, and what they said."""
        several = await self._at_several_schools()
        async with in_school(self._pool, school) as connection:
            rows = await connection.fetch(
                """
                SELECT p.person, p.given, p.preferred, p.family, c.here, c.said_at,
                    m.person IS NOT NULL AS marked
                FROM people p
                LEFT JOIN itinerant_marks m ON m.school = p.school AND m.person = p.person
                LEFT JOIN school_confirmations c
                    ON c.school = p.school AND c.person = p.person AND c.day = $2
                WHERE p.school = $1 AND p.active AND p.roles <> '{}'
                    AND (m.person IS NOT NULL OR p.person = ANY($3::text []))
                ORDER BY p.family, p.given, p.person
                """,
                school,
                school_day(now, zone),
                list(several),
            )
        return [
            Itinerant(
                person=PersonId(row["person"]),
                name=called(row["given"], row["preferred"], row["family"]),
                said=_said(row["here"]),
                said_at=row["said_at"],
                marked=row["marked"],
            )
            for row in rows
        ]

    async def _at_several_schools(self) -> frozenset[PersonId]:
        """Read anew only when some school's roster has another version."""
        async with self._pool.acquire(timeout=5.0) as connection:
            rows = await connection.fetch("SELECT school, version FROM schools ORDER BY school")
        versions = tuple((row["school"], row["version"]) for row in rows)
        if versions == self._several[0]:
            return self._several[1]
        once: set[PersonId] = set()
        several: set[PersonId] = set()
        for school, _version in versions:
            async with in_school(self._pool, SchoolId(school)) as connection:
                people = await connection.fetch(
                    "SELECT person FROM people WHERE school = $1 AND active AND roles <> '{}'",
                    school,
                )
            here = {PersonId(row["person"]) for row in people}
            several |= once & here
            once |= here
        self._several = (versions, frozenset(several))
        return self._several[1]

    async def _schools(self) -> list[tuple[SchoolId, str, str]]:
        async with self._pool.acquire(timeout=5.0) as connection:
            rows = await connection.fetch(
                "SELECT school, name, zone FROM schools ORDER BY name, school"
            )
        return [(SchoolId(row["school"]), row["name"], row["zone"]) for row in rows]


async def works_at(connection: Connection, school: SchoolId, person: PersonId) -> bool:
    found = await connection.fetchval(
        "SELECT true FROM people WHERE school = $1 AND person = $2 AND active AND roles <> '{}'",
        school,
        person,
    )
    return bool(found)


async def said_on(
    connection: Connection, school: SchoolId, person: PersonId, day: dt.date
) -> Confirmation:
    here = await connection.fetchval(
        "SELECT here FROM school_confirmations WHERE school = $1 AND person = $2 AND day = $3",
        school,
        person,
        day,
    )
    return _said(here)


def _said(here: bool | None) -> Confirmation:
    """Who said nothing is neither here nor elsewhere."""
    if here is None:
        return "not_said"
    return "here" if here else "elsewhere"
