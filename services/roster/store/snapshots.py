"""A school's next version, with the snapshot that everyone else reads of it."""

from __future__ import annotations

import datetime as dt
from typing import Final

import msgspec

from schemas.identifiers import ClassId, PersonId, SchoolId
from schemas.roster import SchoolClass, StaffMember, Student
from services.chassis.database import Connection
from services.roster.domain.patching import patched
from services.roster.domain.snapshot import KnownEnrollment, Snapshot
from services.roster.store.reading import known_person, read_parts

SNAPSHOTS_KEPT: Final = 60
# A change of another table, such as a class's title, may move many students: all is read then.
PATCHED: Final = frozenset({"people", "enrollments", "enrollments_aside", "links"})
CLASSES: Final = msgspec.json.Decoder(tuple[SchoolClass, ...])
STUDENTS: Final = msgspec.json.Decoder(tuple[Student, ...])
STAFF: Final = msgspec.json.Decoder(tuple[StaffMember, ...])


async def new_version(
    connection: Connection, school: SchoolId, now: dt.datetime, *, patch: str = ""
) -> int:
    """The school's next version. patch: id of the delta that is all that happened since the last.

    The transaction must see this school, and that delta's now_*.
    """
    version = await connection.fetchval(
        "UPDATE schools SET version = version + 1 WHERE school = $1 RETURNING version", school
    )
    parts = await _patch(connection, school, version - 1, patch) if patch else None
    parts = parts or await read_parts(connection, school)
    await connection.execute(
        """
        INSERT INTO snapshots (school, version, taken_at, classes, students, staff)
        VALUES ($1, $2, $3, $4, $5, $6)
        """,
        school,
        version,
        now,
        msgspec.json.encode(parts.classes),
        msgspec.json.encode(parts.students),
        msgspec.json.encode(parts.staff),
    )
    await connection.execute(
        "DELETE FROM snapshots WHERE school = $1 AND version <= $2",
        school,
        version - SNAPSHOTS_KEPT,
    )
    return int(version)


async def _patch(
    connection: Connection, school: SchoolId, last: int, import_id: str
) -> Snapshot | None:
    """The snapshot of version `last` with what this import changed. None: all has to be read."""
    before = await connection.fetchrow(
        """
        SELECT n.classes, n.students, n.staff, c.places, c.persons
        FROM snapshots n, (
            SELECT array_agg(DISTINCT place) AS places,
                array_agg(DISTINCT row ->> 'person') AS persons
            FROM import_changes, jsonb_array_elements(before || after) row
            WHERE school = $1 AND import_id = $3
        ) c WHERE n.school = $1 AND n.version = $2
        """,
        school,
        last,
        import_id,
    )
    if before is None or not PATCHED.issuperset(before["places"] or ()):
        return None
    touched = [person for person in before["persons"] or () if person]
    people = await connection.fetch(
        """
        SELECT person, source_id, given, family, preferred, grade, email, student, roles
        FROM people WHERE school = $1 AND person = ANY($2::text [])
            AND active AND (student OR roles <> '{}')
        """,
        school,
        touched,
    )
    # The delta's own rows: of whomever it touches they are all that the school has from now on.
    seats = await connection.fetch(
        """
        SELECT class_id, person, role FROM now_enrollments
        WHERE school = $1 AND person = ANY($2::text [])
        """,
        school,
        touched,
    )
    return patched(
        Snapshot(
            classes=CLASSES.decode(before["classes"]),
            students=STUDENTS.decode(before["students"]),
            staff=STAFF.decode(before["staff"]),
        ),
        {PersonId(person) for person in touched},
        [known_person(row) for row in people],
        [KnownEnrollment(ClassId(row[0]), PersonId(row[1]), row[2]) for row in seats],
    )
