"""A whole package's rows into temporary tables, sorted out by school.

COPY into tables under row-level security is refused; temporary ones have none, and nobody
else sees them. `now_*` is what each school has from now on; changes.py fills the same tables
for a delta.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from services.chassis.database import Connection
from services.roster.store.spool import TABLES

COPY_DEADLINE: Final = 300.0
SORTED: Final = (
    "region_people", "region_classes", "now_orgs", "now_classes", "now_enrollments", "now_aside",
    "now_links", "now_people",
)  # fmt: skip
MARKS: Final = "sorted_for"
ELSEWHERE: Final = "elsewhere"
"""Where people are kept whom the source puts at no school; never a school's id."""


async def copy_rows(connection: Connection, folder: Path) -> None:
    """Fills in_* with the package's rows, inside a transaction that also sees now_*."""
    await create_in(connection)
    for table in TABLES:
        await copy_in(connection, table, folder)
    # Only what is joined by: names and contacts are wide and tell a plan nothing.
    await connection.execute(
        "ANALYZE in_people (person); ANALYZE in_memberships (person, role);"
        " ANALYZE in_agents (person, agent); ANALYZE in_links; ANALYZE in_births (person);"
        " ANALYZE in_enrollments (class_id, person); ANALYZE in_orgs; ANALYZE in_classes;"
        " ANALYZE in_gone"
    )
    await _create_now(connection)


async def create_in(connection: Connection) -> None:
    # The same few statements for each of eighty schools: planned once, not eighty times.
    await connection.execute(
        "SET LOCAL work_mem = '48MB'; SET LOCAL jit = off;"
        " SET LOCAL plan_cache_mode = force_generic_plan"
    )
    for table, columns in TABLES.items():
        fields = ", ".join(f"{column} text NOT NULL" for column in columns)
        await connection.execute(f"CREATE TEMPORARY TABLE {table} ({fields}) ON COMMIT DROP")


async def copy_in(connection: Connection, table: str, folder: Path) -> None:
    path = folder / f"{table}.csv"
    if not path.stat().st_size:
        return
    await connection.copy_to_table(
        table,
        source=path,
        columns=TABLES[table],
        format="csv",
        null="\\N",
        timeout=COPY_DEADLINE,
    )


async def copy_nothing(connection: Connection) -> None:
    """Empty now_* and region_*: what compares with them finds no change."""
    await _create_now(connection)


async def _create_now(connection: Connection) -> None:
    """region_*: whom and what a delta may change; empty for a whole package."""
    await connection.execute(
        """
        CREATE TEMPORARY TABLE now_orgs (
            source_id text, school text, name text, type text, parent text
        ) ON COMMIT DROP;
        CREATE TEMPORARY TABLE now_classes (
            school text, class_id text, source_id text, title text,
            type text, room text, periods text
        ) ON COMMIT DROP;
        CREATE TEMPORARY TABLE now_enrollments (
            school text, class_id text, person text,
            role text, source_id text, ends text
        ) ON COMMIT DROP;
        CREATE TEMPORARY TABLE now_aside (LIKE now_enrollments) ON COMMIT DROP;
        CREATE TEMPORARY TABLE now_links (
            school text, guardian text, student text,
            routine boolean, message boolean
        ) ON COMMIT DROP;
        CREATE TEMPORARY TABLE now_people (
            school text, person text, source_id text, given text,
            family text, preferred text, email text, sms text, phone text, identifier text,
            grade text, language text, student boolean, guardian boolean, roles text [],
            memberships jsonb, agents text [], birth_date date
        ) ON COMMIT DROP;
        CREATE TEMPORARY TABLE region_people (
            school text, person text, alive boolean, memberships jsonb
        ) ON COMMIT DROP;
        CREATE TEMPORARY TABLE region_classes (
            school text, class_id text
        ) ON COMMIT DROP;
        """
    )


async def sort_out(connection: Connection, today: dt.date) -> None:
    """Fills now_* from a whole package.

    today: enrollments that ended on or before it are set aside (end dates are exclusive).
    """
    await _sort_out_teaching(connection, today)
    await _sort_out_people(connection)
    await index_now(connection)


async def _sort_out_teaching(connection: Connection, today: dt.date) -> None:
    await connection.execute(
        """
        INSERT INTO now_orgs SELECT source_id, school, name, type, parent FROM in_orgs;
        INSERT INTO now_classes
        SELECT o.school, c.class_id, c.source_id, c.title, c.type, c.room, c.periods
        FROM in_classes c JOIN in_orgs o ON o.source_id = c.org AND o.type = 'school'
        ORDER BY o.school, c.class_id;
        ANALYZE now_classes
        """,
        timeout=COPY_DEADLINE,
    )
    await connection.execute(
        """
        INSERT INTO now_enrollments
        SELECT DISTINCT ON (c.school, e.class_id, e.person, e.role)
            c.school, e.class_id, e.person, e.role, e.source_id, e.ends
        FROM in_enrollments e JOIN now_classes c USING (class_id)
        WHERE e.ends = '' OR e.ends > $1
        ORDER BY c.school, e.class_id, e.person, e.role, e.source_id
        """,
        today.isoformat(),
        timeout=COPY_DEADLINE,
    )
    await connection.execute(
        """
        INSERT INTO now_aside
        SELECT DISTINCT c.school, e.class_id, e.person, e.role, e.source_id, e.ends
        FROM in_loose e JOIN now_classes c USING (class_id)
        """
    )
    uncounted = await connection.fetchval(
        """
        SELECT (SELECT count(*) FROM in_enrollments JOIN now_classes USING (class_id))
            > (SELECT count(*) FROM now_enrollments)
        """
    )
    if uncounted:
        await connection.execute(
            """
            INSERT INTO now_aside
            SELECT DISTINCT c.school, e.class_id, e.person, e.role, e.source_id, e.ends
            FROM in_enrollments e JOIN now_classes c USING (class_id)
            EXCEPT
            SELECT school, class_id, person, role, source_id, ends FROM now_enrollments
            """,
            timeout=COPY_DEADLINE,
        )


async def _sort_out_people(connection: Connection) -> None:
    """Someone is at a school by a role there, by a class there, or by a child there.

    Sorted by school: each school then reads its own few pages.
    """
    await connection.execute(
        """
        CREATE TEMPORARY TABLE now_held ON COMMIT DROP AS
        SELECT o.school, m.person, m.role
        FROM in_memberships m JOIN in_orgs o ON o.source_id = m.org AND o.type = 'school'
        WHERE m.role NOT IN ('parent', 'guardian', 'relative')
        UNION
        SELECT e.school, e.person, m.role
        FROM (SELECT DISTINCT school, person FROM now_enrollments) e
        JOIN in_memberships m USING (person)
        WHERE m.role NOT IN ('parent', 'guardian', 'relative');
        ANALYZE now_held;

        INSERT INTO now_links
        SELECT held.school, l.guardian, l.student, p.routine = 'true' AS routine,
            coalesce(m.message, false) AS message
        FROM in_links l
        JOIN now_held held ON held.person = l.student AND held.role = 'student'
        JOIN in_people p ON p.person = l.guardian
        LEFT JOIN (SELECT person, true AS message FROM in_memberships
            WHERE role IN ('parent', 'guardian') GROUP BY person) m ON m.person = l.guardian
        ORDER BY held.school, l.guardian, l.student;

        CREATE TEMPORARY TABLE now_summed ON COMMIT DROP AS
        SELECT school, person,
            bool_or(role = 'student') AS student,
            bool_or(role = 'guardian') AS guardian,
            coalesce(
                array_agg(role ORDER BY role)
                    FILTER (WHERE role NOT IN ('student', 'guardian')),
                '{}'
            ) AS roles
        FROM (
            SELECT school, person, role FROM now_held
            UNION SELECT school, guardian, 'guardian' FROM now_links
        ) AS everyone
        GROUP BY school, person;
        ANALYZE now_summed (school, person)
        """,
        timeout=COPY_DEADLINE,
    )
    await _rows(connection)


async def _rows(connection: Connection) -> None:
    """Everyone at each of their schools, or elsewhere, with what the source says of them."""
    await connection.execute(
        """
        WITH members AS (
            SELECT person, jsonb_agg(DISTINCT jsonb_build_array(org, role, source_id)) AS held
            FROM in_memberships GROUP BY person
        ), named AS (
            SELECT person, array_agg(DISTINCT agent) AS agents FROM in_agents GROUP BY person
        )
        INSERT INTO now_people
        SELECT coalesce(s.school, 'elsewhere'), p.person, p.source_id, p.given, p.family,
            p.preferred, p.email, p.sms, p.phone, p.identifier, p.grade, p.language,
            coalesce(s.student, false), coalesce(s.guardian, false), coalesce(s.roles, '{}'),
            coalesce(m.held, '[]'), coalesce(a.agents, '{}'), b.born::date
        FROM in_people p
        LEFT JOIN now_summed s USING (person)
        LEFT JOIN members m USING (person)
        LEFT JOIN named a USING (person)
        LEFT JOIN in_births b USING (person)
        ORDER BY 1, 2
        """,
        timeout=COPY_DEADLINE,
    )


async def index_now(connection: Connection) -> None:
    """Each school then reads its own rows; they lie together, sorted."""
    await connection.execute(
        """
        CREATE INDEX ON now_people (school);
        CREATE INDEX ON now_classes (school);
        CREATE INDEX ON now_enrollments (school);
        CREATE INDEX ON now_aside (school);
        CREATE INDEX ON now_links (school);
        CREATE INDEX ON region_people (school);
        ANALYZE now_people (school, person); ANALYZE now_classes;
        ANALYZE now_enrollments (school, class_id, person, role);
        ANALYZE now_links (school, guardian, student);
        ANALYZE now_aside (school); ANALYZE region_people; ANALYZE region_classes
        """,
        timeout=COPY_DEADLINE,
    )


async def keep_sorted(connection: Connection, folder: Path, marks: Sequence[str]) -> None:
    """Writes now_* beside the package's rows: applying it need not sort them out again.

    marks: what they depend on besides the package, and then what the difference depends on.
    Written by this server for itself.
    """
    for table in SORTED:
        path = folder / f"{table}.bin"
        await connection.copy_from_table(table, output=path, format="binary", timeout=COPY_DEADLINE)
    (folder / MARKS).write_text("\n".join(marks))


async def take_sorted(connection: Connection, folder: Path, marks: Sequence[str]) -> int:
    """Fills now_* from what keep_sorted wrote; returns how many of the marks hold still.

    0: not filled. All: the difference that was shown holds as well.
    """
    path = folder / MARKS
    kept = path.read_text().split("\n") if path.exists() else []
    if kept[:1] != list(marks[:1]):
        return 0
    await create_in(connection)
    for table in ("in_orgs", "in_gone"):
        await copy_in(connection, table, folder)
    await _create_now(connection)
    for table in SORTED:
        path = folder / f"{table}.bin"
        await connection.copy_to_table(table, source=path, format="binary", timeout=COPY_DEADLINE)
    await index_now(connection)
    return len(marks) if kept == list(marks) else 1
