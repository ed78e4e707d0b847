"""One school's tables become what the package says; what is the school's own stays."""

from __future__ import annotations

import datetime as dt

import msgspec

from schemas.identifiers import SchoolId
from services.chassis.database import Connection
from services.roster.store.class_periods import merge_periods
from services.roster.store.reading import read_parts

SNAPSHOTS_KEPT = 60


async def merge(connection: Connection, school: SchoolId, now: dt.datetime) -> int | None:
    """Merges now_* into the school; returns its new version, None when nothing changed.

    The transaction must see this school. Every change of a row counts: a new telephone number
    is a new version, or the notifier would keep the old one.
    """
    changed = await _people(connection, school) + await _classes(connection, school)
    changed += await _links(connection, school) + await merge_periods(connection, school)
    version = await connection.fetchval(
        "SELECT version FROM schools WHERE school = $1 FOR UPDATE", school
    )
    if not changed and version:
        return None
    version += 1
    await connection.execute("UPDATE schools SET version = $2 WHERE school = $1", school, version)
    parts = await read_parts(connection, school)
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


async def register_schools(connection: Connection) -> list[tuple[SchoolId, str]]:
    """Every school of the package, known from now on; (id, name) in a fixed order."""
    await connection.execute(
        """
        INSERT INTO schools (school, source_id, name)
        SELECT school, source_id, name FROM in_orgs WHERE type = 'school'
        ON CONFLICT (school) DO UPDATE SET name = excluded.name
        WHERE schools.name <> excluded.name
        """
    )
    rows = await connection.fetch(
        "SELECT school, name FROM in_orgs WHERE type = 'school' ORDER BY school"
    )
    return [(SchoolId(row["school"]), row["name"]) for row in rows]


async def _people(connection: Connection, school: SchoolId) -> int:
    merged = await connection.execute(
        """
        INSERT INTO people AS p (school, person, source_id, given, family, preferred, email, sms,
            phone, identifier, grade, student, guardian, roles, active)
        SELECT school, person, source_id, given, family, preferred, email, sms, phone,
            identifier, grade, student, guardian, roles, true
        FROM now_people WHERE school = $1
        ON CONFLICT (school, person) DO UPDATE SET source_id = excluded.source_id,
            given = excluded.given, family = excluded.family, preferred = excluded.preferred,
            email = excluded.email, sms = excluded.sms, phone = excluded.phone,
            identifier = excluded.identifier, grade = excluded.grade,
            student = excluded.student, guardian = excluded.guardian, roles = excluded.roles,
            active = true
        WHERE (p.given, p.family, p.preferred, p.email, p.sms, p.phone, p.identifier, p.grade,
            p.student, p.guardian, p.roles, p.active)
            IS DISTINCT FROM (excluded.given, excluded.family, excluded.preferred,
            excluded.email, excluded.sms, excluded.phone, excluded.identifier, excluded.grade,
            excluded.student, excluded.guardian, excluded.roles, true)
        """,
        school,
    )
    gone = await connection.execute(
        """
        UPDATE people p SET active = false WHERE p.school = $1 AND p.active
        AND NOT EXISTS (SELECT FROM now_people n WHERE n.school = $1 AND n.person = p.person)
        """,
        school,
    )
    return affected(merged) + affected(gone)


async def _classes(connection: Connection, school: SchoolId) -> int:
    statements = (
        """
        INSERT INTO classes AS c (school, class_id, source_id, title, type, room, active)
        SELECT school, class_id, source_id, title, type, room, true
        FROM now_classes WHERE school = $1
        ON CONFLICT (school, class_id) DO UPDATE SET title = excluded.title,
            type = excluded.type, room = excluded.room, active = true
        WHERE (c.title, c.type, c.room, c.active)
            IS DISTINCT FROM (excluded.title, excluded.type, excluded.room, true)
        """,
        """
        UPDATE classes c SET active = false WHERE c.school = $1 AND c.active
        AND NOT EXISTS (SELECT FROM now_classes n WHERE n.school = $1 AND n.class_id = c.class_id)
        """,
        """
        DELETE FROM enrollments e WHERE e.school = $1 AND NOT EXISTS (
            SELECT FROM now_enrollments n WHERE n.school = $1 AND n.class_id = e.class_id
            AND n.person = e.person AND n.role = e.role)
        """,
        """
        INSERT INTO enrollments (school, class_id, person, role)
        SELECT school, class_id, person, role FROM now_enrollments WHERE school = $1
        ON CONFLICT DO NOTHING
        """,
    )
    return sum([affected(await connection.execute(sql, school)) for sql in statements])


async def _links(connection: Connection, school: SchoolId) -> int:
    """Links follow the package; rights and languages only begin with it."""
    statements = (
        """
        DELETE FROM links l WHERE l.school = $1 AND NOT EXISTS (
            SELECT FROM now_links n
            WHERE n.school = $1 AND n.guardian = l.guardian AND n.student = l.student)
        """,
        """
        INSERT INTO links (school, guardian, student)
        SELECT school, guardian, student FROM now_links WHERE school = $1
        ON CONFLICT DO NOTHING
        """,
        """
        INSERT INTO rights (school, guardian, student, message, information, routine)
        SELECT school, guardian, student, message, message, routine
        FROM now_links WHERE school = $1
        ON CONFLICT DO NOTHING
        """,
        """
        INSERT INTO languages (school, person, language)
        SELECT school, person, language FROM now_people
        WHERE school = $1 AND language IN ('en', 'es')
        ON CONFLICT DO NOTHING
        """,
    )
    return sum([affected(await connection.execute(sql, school)) for sql in statements])


def affected(status: str) -> int:
    """Rows that a statement changed, from its status such as "INSERT 0 12"."""
    return int(status.rsplit(" ", 1)[-1])
