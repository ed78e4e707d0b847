"""A school's roster out of its tables; the transaction must see that school."""

from __future__ import annotations

import asyncpg

from schemas.identifiers import ClassId, PersonId, SchoolId
from schemas.roster import Contact, School, StudentLink
from services.chassis.database import Connection
from services.roster.domain.contacts import called, texting_number
from services.roster.domain.snapshot import (
    KnownClass,
    KnownEnrollment,
    KnownPerson,
    Snapshot,
    snapshot_of,
)


async def read_parts(connection: Connection, school: SchoolId) -> Snapshot:
    """Students and staff by family name, classes by title."""
    people = await connection.fetch(
        """
        SELECT person, source_id, given, family, preferred, grade, email, student, roles
        FROM people WHERE school = $1 AND active AND (student OR roles <> '{}')
        """,
        school,
    )
    classes = await connection.fetch(
        """
        SELECT class_id, title, type, room FROM classes WHERE school = $1 AND active
        """,
        school,
    )
    enrollments = await connection.fetch(
        """
        SELECT class_id, person, role FROM enrollments WHERE school = $1
        """,
        school,
    )
    return snapshot_of(
        [known_person(row) for row in people],
        [KnownClass(ClassId(row[0]), row[1], row[2], row[3]) for row in classes],
        [KnownEnrollment(ClassId(row[0]), PersonId(row[1]), row[2]) for row in enrollments],
    )


def known_person(row: asyncpg.Record) -> KnownPerson:
    return KnownPerson(
        person=PersonId(row["person"]),
        source_id=row["source_id"],
        given=row["preferred"] or row["given"],
        family=row["family"],
        grade=row["grade"],
        email=row["email"],
        student=row["student"],
        roles=tuple(row["roles"]),
    )


async def read_schools(connection: Connection) -> list[School]:
    """Every school of the installation, by name."""
    rows = await connection.fetch(
        "SELECT school, source_id, name, zone, address, version FROM schools ORDER BY name, school"
    )
    return [
        School(
            id=SchoolId(row["school"]),
            source_id=row["source_id"],
            name=row["name"],
            zone=row["zone"],
            address=row["address"],
            version=row["version"],
        )
        for row in rows
    ]


async def read_staff(connection: Connection, school: SchoolId) -> tuple[Contact, ...]:
    rows = await connection.fetch(
        """
        SELECT person, given, preferred, family, email, sms,
            coalesce(l.language, 'en') AS language
        FROM people p LEFT JOIN languages l USING (school, person)
        WHERE p.school = $1 AND p.active AND p.roles <> '{}' ORDER BY family, given, person
        """,
        school,
    )
    return tuple(contact_of(row, ()) for row in rows)


def contact_of(row: asyncpg.Record, links: tuple[StudentLink, ...]) -> Contact:
    return Contact(
        person=PersonId(row["person"]),
        name=called(row["given"], row["preferred"], row["family"]),
        language=row["language"],
        email=row["email"],
        sms=texting_number(row["sms"]),
        links=links,
    )
