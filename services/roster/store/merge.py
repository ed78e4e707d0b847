"""One school's tables become what the package says; what is the school's own stays."""

from __future__ import annotations

import datetime as dt
from typing import Final

from schemas.identifiers import SchoolId
from services.chassis.database import Connection
from services.roster.store.intake import ELSEWHERE
from services.roster.store.snapshots import new_version


async def merge(
    connection: Connection,
    school: SchoolId,
    now: dt.datetime,
    *,
    import_id: str,
    whole: bool,
    births: bool,
    written: int | None,
) -> int | None:
    """Merges now_* into the school; returns its new version, None when nothing changed.

    The transaction must see this school. Every change of a row counts: a new telephone number
    is a new version, or the notifier would keep the old one. What changes is remembered already,
    and goes on being remembered. whole: what now_* does not have is
    gone; else only within region_*. births: the package speaks of birth dates. import_id: under
    which the rows that change are remembered. written: the version whose snapshot can be patched.
    """
    version = await connection.fetchval(
        "SELECT version FROM schools WHERE school = $1 FOR UPDATE", school
    )
    if not version:
        await remember(connection, "")
        await _remember_empty(connection, school, import_id)
    changed = await merge_people(connection, school, whole=whole, births=births)
    changed += await _classes(connection, school, whole=whole)
    changed += await _enrollments(connection, school, whole=whole)
    changed += await _links(connection, school, now, whole=whole)
    if not version:
        await remember(connection, import_id)
    if not changed and version:
        return None
    patch = import_id if version and version == written and not whole else ""
    return await new_version(connection, school, now, patch=patch)


async def remember(connection: Connection, import_id: str) -> None:
    """From here on the tables' triggers remember what this import changes; "" ends that."""
    await connection.execute("SELECT set_config('muster.import', $1, true)", import_id)


async def _remember_empty(connection: Connection, school: SchoolId, import_id: str) -> None:
    """Of a school that had nothing there is nothing to remember but that."""
    await connection.execute(
        "INSERT INTO import_changes (school, import_id, place, before, after)"
        " VALUES ($1, $2, '*', '[]', '[]')",
        school,
        import_id,
    )


async def register_schools(connection: Connection) -> None:
    """Organisations and schools of the package, known from now on."""
    await connection.execute(
        """
        INSERT INTO orgs AS o (source_id, school, name, type, parent, active)
        SELECT source_id, school, name, type, parent, true FROM in_orgs
        ON CONFLICT (source_id) DO UPDATE SET name = excluded.name, type = excluded.type,
            parent = excluded.parent, active = true
        WHERE (o.name, o.type, o.parent, o.active)
            IS DISTINCT FROM (excluded.name, excluded.type, excluded.parent, true)
        """
    )
    await connection.execute(
        """
        UPDATE orgs SET active = false WHERE active AND source_id IN (
            SELECT g.source_id FROM in_gone g WHERE g.place = 'orgs'
            AND NOT EXISTS (SELECT FROM in_orgs i WHERE i.source_id = g.source_id))
        """
    )
    await connection.execute(
        """
        INSERT INTO schools (school, source_id, name)
        SELECT school, source_id, name FROM in_orgs WHERE type = 'school'
        ON CONFLICT (school) DO UPDATE SET name = excluded.name
        WHERE schools.name <> excluded.name
        """
    )


async def merge_people(
    connection: Connection, school: SchoolId, *, whole: bool, births: bool
) -> int:
    # Rows that are as they were are left out first: a conflict would lock, and write, each one.
    merged = await connection.execute(
        """
        INSERT INTO people AS p (school, person, source_id, given, family, preferred, email, sms,
            phone, identifier, grade, student, guardian, roles, active, memberships, agents,
            birth_date, listed)
        SELECT school, person, source_id, given, family, preferred, email, sms, phone,
            identifier, grade, student, guardian, roles, $3, memberships, agents, birth_date, true
        FROM now_people n WHERE school = $1 AND NOT EXISTS (
            SELECT FROM people p WHERE p.school = $1 AND p.person = n.person
            AND (p.given, p.family, p.preferred, p.email, p.sms, p.phone, p.identifier, p.grade,
                p.student, p.guardian, p.roles, p.active, p.memberships, p.agents, p.listed)
            IS NOT DISTINCT FROM (n.given, n.family, n.preferred, n.email, n.sms, n.phone,
                n.identifier, n.grade, n.student, n.guardian, n.roles, $3, n.memberships,
                n.agents, true)
            AND (NOT $2 OR p.birth_date IS NOT DISTINCT FROM n.birth_date))
        ON CONFLICT (school, person) DO UPDATE SET source_id = excluded.source_id,
            given = excluded.given, family = excluded.family, preferred = excluded.preferred,
            email = excluded.email, sms = excluded.sms, phone = excluded.phone,
            identifier = excluded.identifier, grade = excluded.grade,
            student = excluded.student, guardian = excluded.guardian, roles = excluded.roles,
            active = $3, memberships = excluded.memberships, agents = excluded.agents,
            birth_date = CASE WHEN $2 THEN excluded.birth_date ELSE p.birth_date END,
            listed = true
        """,
        school,
        births,
        school != ELSEWHERE,
    )
    return affected(merged) + await _gone_people(connection, school, whole=whole)


async def _gone_people(connection: Connection, school: SchoolId, *, whole: bool) -> int:
    """Whoever left keeps their row. What the source still says of them stays in a delta alone."""
    if whole:
        gone = await connection.execute(
            """
            UPDATE people p SET active = false, listed = false, memberships = '[]', agents = '{}'
            WHERE p.school = $1 AND p.listed
            AND NOT EXISTS (SELECT FROM now_people n WHERE n.school = $1 AND n.person = p.person)
            AND ($1 <> 'elsewhere' OR NOT EXISTS (
                SELECT FROM jsonb_array_elements(p.memberships) m
                WHERE m ->> 0 NOT IN (SELECT source_id FROM in_orgs)))
            """,
            school,
        )
        return affected(gone)
    gone = await connection.execute(
        """
        UPDATE people p SET active = false, listed = false,
            memberships = r.memberships,
            agents = CASE WHEN r.alive THEN '{}' ELSE p.agents END
        FROM region_people r
        WHERE p.school = $1 AND r.school = $1 AND r.person = p.person AND p.listed
        AND NOT EXISTS (SELECT FROM now_people n WHERE n.school = $1 AND n.person = p.person)
        """,
        school,
    )
    return affected(gone)


async def _classes(connection: Connection, school: SchoolId, *, whole: bool) -> int:
    merged = await connection.execute(
        """
        INSERT INTO classes AS c (school, class_id, source_id, title, type, room, periods,
            active)
        SELECT school, class_id, source_id, title, type, room, periods, true
        FROM now_classes WHERE school = $1
        ON CONFLICT (school, class_id) DO UPDATE SET title = excluded.title,
            type = excluded.type, room = excluded.room, periods = excluded.periods, active = true
        WHERE (c.title, c.type, c.room, c.periods, c.active)
            IS DISTINCT FROM (excluded.title, excluded.type, excluded.room, excluded.periods, true)
        """,
        school,
    )
    gone = await connection.execute(
        """
        UPDATE classes c SET active = false WHERE c.school = $1 AND c.active
        AND ($2 OR c.class_id IN (SELECT class_id FROM region_classes WHERE school = $1))
        AND NOT EXISTS (SELECT FROM now_classes n WHERE n.school = $1 AND n.class_id = c.class_id)
        """,
        school,
        whole,
    )
    return affected(merged) + affected(gone)


async def _enrollments(connection: Connection, school: SchoolId, *, whole: bool) -> int:
    changed = 0
    for table, fresh in (("enrollments", "now_enrollments"), ("enrollments_aside", "now_aside")):
        # Names of our own tables, from the line above.
        gone = await connection.execute(
            f"""
            DELETE FROM {table} e WHERE e.school = $1
            AND ($2 OR e.person IN (SELECT person FROM region_people WHERE school = $1))
            AND NOT EXISTS (
                SELECT FROM {fresh} n WHERE n.school = $1 AND n.class_id = e.class_id
                AND n.person = e.person AND n.role = e.role
                AND n.source_id = e.source_id AND n.ends = e.ends)
            """,  # noqa: S608
            school,
            whole,
        )
        came = await connection.execute(
            f"""
            INSERT INTO {table} (school, class_id, person, role, source_id, ends)
            SELECT school, class_id, person, role, source_id, ends FROM {fresh} WHERE school = $1
            ON CONFLICT DO NOTHING
            """,  # noqa: S608
            school,
        )
        changed += affected(gone) + affected(came)
    return changed


# A student system that numbers its people anew brings someone back who is kept apart: whoever
# has their name, number or address begins without a right, until the office gives it.
COMES_BACK: Final = """
    EXISTS (
        SELECT FROM apart a
        JOIN people was ON was.school = a.school AND was.person = a.guardian
        JOIN people came ON came.school = a.school AND came.person = n.guardian
        WHERE a.school = n.school AND a.student = n.student AND a.guardian <> n.guardian
            AND (a.ends IS NULL OR a.ends >= $2)
            AND ((lower(was.given), lower(was.family)) = (lower(came.given), lower(came.family))
                OR (came.sms <> '' AND was.sms = came.sms)
                OR (came.email <> '' AND lower(was.email) = lower(came.email)))
    )
"""


async def _links(connection: Connection, school: SchoolId, now: dt.datetime, *, whole: bool) -> int:
    """Links follow the package; rights and languages only begin with it."""
    gone = await connection.execute(
        """
        DELETE FROM links l WHERE l.school = $1
        AND ($2 OR l.guardian IN (SELECT person FROM region_people WHERE school = $1)
            OR l.student IN (SELECT person FROM region_people WHERE school = $1))
        AND NOT EXISTS (
            SELECT FROM now_links n
            WHERE n.school = $1 AND n.guardian = l.guardian AND n.student = l.student)
        """,
        school,
        whole,
    )
    # A day early is early enough for every zone.
    yesterday = (now - dt.timedelta(days=1)).date()
    await connection.execute(
        f"""
        INSERT INTO rights (school, guardian, student, message, information, routine)
        SELECT school, guardian, student, message AND allowed, message AND allowed,
            routine AND allowed
        FROM (SELECT n.*, NOT {COMES_BACK} AS allowed FROM now_links n WHERE n.school = $1) m
        ON CONFLICT DO NOTHING
        """,  # noqa: S608 -- our own text
        school,
        yesterday,
    )
    statements = (
        """
        INSERT INTO links (school, guardian, student)
        SELECT school, guardian, student FROM now_links WHERE school = $1
        ON CONFLICT DO NOTHING
        """,
        """
        INSERT INTO languages (school, person, language)
        SELECT school, person, language FROM now_people
        WHERE school = $1 AND language IN ('en', 'es')
        ON CONFLICT DO NOTHING
        """,
    )
    came = [affected(await connection.execute(sql, school)) for sql in statements]
    return affected(gone) + sum(came)


def affected(status: str) -> int:
    """Rows that a statement changed, from its status such as "INSERT 0 12"."""
    return int(status.rsplit(" ", 1)[-1])
