"""Rows of one school for search and for the quality report."""

from __future__ import annotations

import datetime as dt

from schemas.identifiers import SchoolId
from schemas.roster_pages import Kind
from services.chassis.database import Pool, in_school
from services.roster.domain.quality.facts import (
    ClassFact,
    EnrollmentFact,
    LinkFact,
    PersonFact,
    SchoolFacts,
)
from services.roster.domain.search.entries import Entry
from services.roster.store.order_days import APART_ON, day_at
from services.roster.store.rosters import read_school


class StoredPageRows:
    """Fulfils ports.PageRows."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def version(self, school: SchoolId) -> int | None:
        async with self._pool.acquire(timeout=5.0) as connection:
            found: int | None = await connection.fetchval(
                "SELECT version FROM schools WHERE school = $1", school
            )
        return found

    async def entries(self, school: SchoolId) -> tuple[int, list[Entry]]:
        """The version is read first: rows may be newer than it says, never older."""
        async with in_school(self._pool, school) as connection:
            version = await connection.fetchval(
                "SELECT version FROM schools WHERE school = $1", school
            )
            rows = await connection.fetch(
                """
                WITH home AS (
                    SELECT DISTINCT ON (e.person) e.person, e.class_id
                    FROM enrollments e JOIN classes c USING (school, class_id)
                    WHERE e.school = $1 AND c.active AND c.type = 'homeroom'
                        AND e.role = 'student'
                    ORDER BY e.person, c.title, c.class_id
                )
                SELECT person, student, roles <> '{}' AS staff, guardian, given, family,
                    preferred, grade, class_id, source_id, identifier
                FROM people LEFT JOIN home USING (person)
                WHERE school = $1 AND active AND (student OR guardian OR roles <> '{}')
                """,
                school,
            )
        return version or 0, [
            Entry(row[0], kinds(row[1], row[2], row[3]), *row[4:]) for row in rows
        ]

    async def facts(self, school: SchoolId, now: dt.datetime) -> SchoolFacts | None:
        async with in_school(self._pool, school) as connection:
            known = await read_school(connection, school)
            if known is None:
                return None
            people = await connection.fetch(
                """
                SELECT person, given, family, preferred, grade, student, guardian,
                    roles <> '{}', email, sms, phone, source_id
                FROM people WHERE school = $1 AND active
                """,
                school,
            )
            links = await connection.fetch(
                f"""
                SELECT l.guardian, l.student, coalesce(r.message, false) AND a.student IS NULL
                FROM links l LEFT JOIN rights r USING (school, guardian, student)
                LEFT JOIN apart a ON a.school = l.school AND a.guardian = l.guardian
                    AND a.student = l.student AND {APART_ON}
                WHERE l.school = $1
                """,  # noqa: S608 -- our own text
                school,
                await day_at(connection, school, now),
            )
            classes = await connection.fetch(
                "SELECT class_id, title, type, room FROM classes WHERE school = $1 AND active",
                school,
            )
            enrollments = await connection.fetch(
                """
                SELECT e.class_id, e.person, e.role FROM enrollments e
                JOIN classes c USING (school, class_id) WHERE e.school = $1 AND c.active
                """,
                school,
            )
        return SchoolFacts(
            school=school,
            name=known.name,
            address=known.address,
            zone=known.zone,
            version=known.version,
            people=tuple(PersonFact(*row) for row in people),
            links=tuple(LinkFact(*row) for row in links),
            classes=tuple(ClassFact(*row) for row in classes),
            enrollments=tuple(EnrollmentFact(*row) for row in enrollments),
        )


def kinds(student: bool, staff: bool, guardian: bool) -> tuple[Kind, ...]:
    held: tuple[tuple[Kind, bool], ...] = (
        ("student", student),
        ("staff", staff),
        ("guardian", guardian),
    )
    return tuple(kind for kind, is_one in held if is_one)
