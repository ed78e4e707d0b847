"""A package's rows into temporary tables, sorted out by school.

COPY into tables under row-level security is refused; temporary ones have none, and nobody
else sees them.
"""

from __future__ import annotations

import datetime as dt

from services.chassis.database import Connection
from services.roster.store.spool import TABLES, Spool

COPY_DEADLINE = 300.0


async def take_in(connection: Connection, spool: Spool, today: dt.date) -> None:
    """Fills in_* with the package and now_* with what each school has. Inside a transaction.

    today: enrollments that ended on or before it are left out (end dates are exclusive).
    """
    await _create(connection)
    for table, columns in TABLES.items():
        await connection.copy_to_table(
            table,
            source=spool.files[table].rewind(),
            columns=columns,
            format="csv",
            null="\\N",
            timeout=COPY_DEADLINE,
        )
    await connection.execute(
        "ANALYZE in_people; ANALYZE in_memberships; ANALYZE in_links; ANALYZE in_classes;"
        " ANALYZE in_enrollments"
    )
    await _sort_out_teaching(connection, today)
    await _sort_out_people(connection)


async def _create(connection: Connection) -> None:
    for table, columns in TABLES.items():
        fields = ", ".join(f"{column} text NOT NULL" for column in columns)
        await connection.execute(f"CREATE TEMPORARY TABLE {table} ({fields}) ON COMMIT DROP")


async def _sort_out_teaching(connection: Connection, today: dt.date) -> None:
    await connection.execute(
        """
        CREATE TEMPORARY TABLE now_classes ON COMMIT DROP AS
        SELECT o.school, c.class_id, c.source_id, c.title, c.type, c.room
        FROM in_classes c JOIN in_orgs o ON o.source_id = c.org AND o.type = 'school'
        ORDER BY o.school;
        CREATE TEMPORARY TABLE now_enrollments (
            school text, class_id text, person text, role text
        ) ON COMMIT DROP
        """,
        timeout=COPY_DEADLINE,
    )
    await connection.execute(
        """
        INSERT INTO now_enrollments
        SELECT DISTINCT c.school, e.class_id, e.person, e.role
        FROM in_enrollments e JOIN now_classes c USING (class_id)
        WHERE e.ends = '' OR e.ends > $1
        ORDER BY c.school
        """,
        today.isoformat(),
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

        CREATE TEMPORARY TABLE now_links ON COMMIT DROP AS
        SELECT held.school, l.guardian, l.student, p.routine = 'true' AS routine,
            coalesce(m.message, false) AS message
        FROM in_links l
        JOIN now_held held ON held.person = l.student AND held.role = 'student'
        JOIN in_people p ON p.person = l.guardian
        LEFT JOIN (SELECT person, true AS message FROM in_memberships
            WHERE role IN ('parent', 'guardian') GROUP BY person) m ON m.person = l.guardian
        ORDER BY held.school;

        CREATE TEMPORARY TABLE now_people ON COMMIT DROP AS
        WITH summed AS (
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
            GROUP BY school, person
        )
        SELECT s.school, p.person, p.source_id, p.given, p.family, p.preferred, p.email, p.sms,
            p.phone, p.identifier, p.grade, p.language, s.student, s.guardian, s.roles
        FROM summed s JOIN in_people p USING (person)
        ORDER BY s.school;

        CREATE INDEX ON now_people (school, person);
        CREATE INDEX ON now_classes (school, class_id);
        CREATE INDEX ON now_enrollments (school, class_id, person);
        CREATE INDEX ON now_links (school, guardian, student);
        ANALYZE now_people; ANALYZE now_classes; ANALYZE now_enrollments; ANALYZE now_links
        """,
        timeout=COPY_DEADLINE,
    )
