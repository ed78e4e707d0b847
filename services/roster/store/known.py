"""What the installation already knows of the people whom a delta touches.

A delta names few rows; what follows from them needs the rest of these people: their other
roles, classes and links. Each school is read in turn, as row-level security has it, into
temporary tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from schemas.identifiers import SchoolId
from services.chassis.database import Connection, set_school
from services.roster.store.intake import ELSEWHERE
from services.roster.store.spool import Spooled

# What a whole file of a delta no longer has, of the schools that it names. Only when it has
# rows: a file that is empty removes nobody.
MISSING: Final = {
    "users": """
        INSERT INTO gone_people
        SELECT p.school, p.person FROM people p WHERE p.school = $1 AND p.listed
        AND NOT EXISTS (SELECT FROM in_people i WHERE i.person = p.person)
        AND p.school IN (SELECT school FROM whole_schools WHERE place = 'users')
        """,
    "classes": """
        INSERT INTO gone_classes
        SELECT c.class_id FROM classes c WHERE c.school = $1 AND c.active
        AND NOT EXISTS (SELECT FROM in_classes i WHERE i.class_id = c.class_id)
        AND c.school IN (SELECT school FROM whole_schools WHERE place = 'classes')
        """,
    "enrollments": """
        INSERT INTO dropped_seats SELECT $1 WHERE EXISTS (
            SELECT FROM in_enrollments e JOIN classes c ON c.class_id = e.class_id
            WHERE c.school = $1)
        """,
}


async def load_known(connection: Connection, schools: Sequence[SchoolId], about: Spooled) -> None:
    """Fills known_classes, then of the people that matter near_agents, known_people, known_seats
    and known_rows.

    region: whose rows may change: named by the delta, or linked to someone named. loaded: also
    those linked to the region, whose links the region's depend on.
    """
    scopes = (*schools, SchoolId(ELSEWHERE))
    await _create(connection)
    await _name_people(connection, about)
    by_school, by_role = await _whom_else(connection, about)
    for school in scopes:
        await set_school(connection, school)
        await _load_school(connection, school, about)
        if by_school:
            await _name_by_school(connection, school)
        if by_role:
            await _name_by_role(connection, school)
    await _name_by_seats(connection, scopes)
    await _widen(connection)
    await _load_region(connection, scopes)


async def _create(connection: Connection) -> None:
    await connection.execute(
        """
        INSERT INTO now_orgs
        SELECT source_id, school, name, type, parent FROM orgs o WHERE active
            AND NOT EXISTS (SELECT FROM in_orgs i WHERE i.source_id = o.source_id)
            AND NOT EXISTS (SELECT FROM in_gone g
                WHERE g.place = 'orgs' AND g.source_id = o.source_id)
        UNION ALL SELECT source_id, school, name, type, parent FROM in_orgs;

        CREATE TEMPORARY TABLE changed_schools ON COMMIT DROP AS
        SELECT i.school FROM in_orgs i LEFT JOIN orgs o USING (source_id)
        WHERE (i.type = 'school') IS DISTINCT FROM (o.active AND o.type = 'school')
        UNION
        SELECT o.school FROM in_gone g JOIN orgs o USING (source_id)
        WHERE g.place = 'orgs' AND o.active
            AND NOT EXISTS (SELECT FROM in_orgs i WHERE i.source_id = g.source_id);

        CREATE TEMPORARY TABLE known_people (
            scope text, person text, listed boolean, memberships jsonb, agents text []
        ) ON COMMIT DROP;
        CREATE TEMPORARY TABLE known_agents (scope text, person text, agent text)
        ON COMMIT DROP;
        CREATE TEMPORARY TABLE known_classes (
            scope text, class_id text, source_id text, title text, type text, room text,
            periods text, active boolean
        ) ON COMMIT DROP;
        CREATE TEMPORARY TABLE known_seats (
            scope text, class_id text, person text, role text, source_id text, ends text
        ) ON COMMIT DROP;
        CREATE TEMPORARY TABLE known_rows (LIKE people) ON COMMIT DROP;
        CREATE TEMPORARY TABLE gone_people (scope text, person text) ON COMMIT DROP;
        CREATE TEMPORARY TABLE gone_classes (class_id text) ON COMMIT DROP;
        CREATE TEMPORARY TABLE dropped_roles (org text) ON COMMIT DROP;
        CREATE TEMPORARY TABLE dropped_seats (scope text) ON COMMIT DROP;
        CREATE TEMPORARY TABLE named (person text) ON COMMIT DROP;
        CREATE TEMPORARY TABLE named_seats ON COMMIT DROP AS
        SELECT source_id FROM in_enrollments WHERE source_id <> ''
        UNION SELECT source_id FROM in_gone WHERE place = 'enrollments' AND source_id <> '';
        CREATE TEMPORARY TABLE named_roles ON COMMIT DROP AS
        SELECT source_id FROM in_memberships WHERE source_id <> ''
        UNION SELECT source_id FROM in_gone WHERE place = 'roles';
        """
    )


async def _name_people(connection: Connection, about: Spooled) -> None:
    """Everyone whom a row of the delta names. What a whole file no longer has follows."""
    await connection.execute(
        """
        INSERT INTO gone_people
        SELECT '', id FROM in_gone g WHERE place = 'users'
            AND NOT EXISTS (SELECT FROM in_people i WHERE i.person = g.id);
        INSERT INTO gone_classes
        SELECT id FROM in_gone g WHERE place = 'classes'
            AND NOT EXISTS (SELECT FROM in_classes i WHERE i.class_id = g.id);
        INSERT INTO named
        SELECT person FROM in_people UNION SELECT person FROM in_memberships
        UNION SELECT person FROM in_agents UNION SELECT agent FROM in_agents
        UNION SELECT person FROM in_enrollments UNION SELECT person FROM in_births
        UNION SELECT id FROM in_gone WHERE place IN ('users', 'demographics')
        UNION SELECT person FROM in_gone WHERE place = 'enrollments' AND person <> '';

        CREATE TEMPORARY TABLE whole_schools ON COMMIT DROP AS
        SELECT 'users' AS place, o.school FROM in_memberships m JOIN in_people USING (person)
        JOIN now_orgs o ON o.source_id = m.org
        UNION SELECT 'classes', o.school FROM in_classes c JOIN now_orgs o ON o.source_id = c.org
        """
    )
    if "roles" in about.whole:
        await connection.execute(
            "INSERT INTO dropped_roles"
            " SELECT DISTINCT org FROM in_memberships WHERE source_id <> '' AND org <> ''"
        )


async def _load_school(connection: Connection, school: SchoolId, about: Spooled) -> None:
    await connection.execute(
        """
        INSERT INTO known_classes
        SELECT school, class_id, source_id, title, type, room, periods, active
        FROM classes WHERE school = $1
        """,
        school,
    )
    await connection.execute(
        """
        INSERT INTO known_agents
        SELECT school, person, unnest(agents) FROM people WHERE school = $1 AND agents <> '{}'
        """,
        school,
    )
    for table in about.whole:
        if table in MISSING:
            await connection.execute(MISSING[table], school)


async def _whom_else(connection: Connection, about: Spooled) -> tuple[bool, bool]:
    """Whether a school's change, or a whole file, names people; and whether a role does."""
    row = await connection.fetchrow(
        """
        SELECT EXISTS (SELECT FROM changed_schools),
            EXISTS (SELECT FROM named_roles) OR EXISTS (SELECT FROM dropped_roles)
        """
    )
    assert row is not None
    return row[0] or bool(about.whole), row[1]


async def _name_by_school(connection: Connection, school: SchoolId) -> None:
    await connection.execute(
        """
        INSERT INTO named
        SELECT person FROM people WHERE school = $1 AND (
            school IN (SELECT school FROM changed_schools)
            OR school IN (SELECT scope FROM dropped_seats))
        UNION ALL SELECT person FROM gone_people WHERE scope = $1
        """,
        school,
    )


async def _name_by_role(connection: Connection, school: SchoolId) -> None:
    await connection.execute(
        """
        INSERT INTO named
        SELECT p.person FROM people p, jsonb_array_elements(p.memberships) m
        WHERE p.school = $1
            AND (m ->> 2 IN (SELECT source_id FROM named_roles)
                OR m ->> 2 <> '' AND m ->> 0 IN (SELECT org FROM dropped_roles))
        """,
        school,
    )


async def _name_by_seats(connection: Connection, scopes: Sequence[SchoolId]) -> None:
    """People of the enrollments and classes that the delta names."""
    wanted = await connection.fetchval(
        """
        SELECT EXISTS (SELECT FROM named_seats) OR EXISTS (SELECT FROM in_classes)
            OR EXISTS (SELECT FROM gone_classes)
        """
    )
    for school in scopes if wanted else ():
        await set_school(connection, school)
        await connection.execute(
            """
            INSERT INTO named
            SELECT person FROM (
                SELECT person, class_id, source_id FROM enrollments WHERE school = $1
                UNION ALL
                SELECT person, class_id, source_id FROM enrollments_aside WHERE school = $1
            ) seats
            WHERE source_id IN (SELECT source_id FROM named_seats)
                OR class_id IN (SELECT class_id FROM in_classes)
                OR class_id IN (SELECT class_id FROM gone_classes)
            """,
            school,
        )


async def _widen(connection: Connection) -> None:
    """From those named to those linked to them, from either side, and once more."""
    await connection.execute(
        """
        INSERT INTO known_agents SELECT '', person, agent FROM in_agents;
        ANALYZE known_agents (person, agent); ANALYZE named;
        CREATE TEMPORARY TABLE region ON COMMIT DROP AS
        SELECT person FROM named
        UNION SELECT agent FROM known_agents WHERE person IN (SELECT person FROM named)
        UNION SELECT person FROM known_agents WHERE agent IN (SELECT person FROM named);
        CREATE UNIQUE INDEX ON region (person);
        ANALYZE region;
        CREATE TEMPORARY TABLE partners (one, other) ON COMMIT DROP AS
        WITH near AS (
            SELECT DISTINCT person, agent FROM known_agents
            WHERE person IN (SELECT person FROM region) OR agent IN (SELECT person FROM region)
        )
        SELECT person, agent FROM near UNION SELECT agent, person FROM near;
        CREATE TEMPORARY TABLE loaded ON COMMIT DROP AS
        SELECT person FROM region UNION SELECT other FROM partners;
        CREATE UNIQUE INDEX ON loaded (person);
        ANALYZE loaded;
        CREATE TEMPORARY TABLE near_agents ON COMMIT DROP AS
        SELECT scope, person, agent FROM known_agents
        WHERE scope <> '' AND person IN (SELECT person FROM loaded);
        CREATE INDEX ON near_agents (person);
        CREATE INDEX ON known_classes (class_id);
        CREATE INDEX ON partners (one);
        CREATE INDEX ON in_people (person);
        CREATE INDEX ON gone_people (person);
        ANALYZE near_agents; ANALYZE known_classes; ANALYZE gone_people; ANALYZE gone_classes;
        ANALYZE partners
        """
    )


async def _load_region(connection: Connection, scopes: Sequence[SchoolId]) -> None:
    for school in scopes:
        await set_school(connection, school)
        await connection.execute(
            """
            INSERT INTO known_rows SELECT p.* FROM people p
            WHERE p.school = $1 AND p.person IN (SELECT person FROM loaded)
            """,
            school,
        )
        await connection.execute(
            """
            INSERT INTO known_seats
            SELECT school, class_id, person, role, source_id, ends FROM (
                SELECT school, class_id, person, role, source_id, ends
                FROM enrollments WHERE school = $1
                UNION ALL SELECT school, class_id, person, role, source_id, ends
                FROM enrollments_aside WHERE school = $1
            ) seats WHERE person IN (SELECT person FROM loaded)
            """,
            school,
        )
    await connection.execute(
        """
        INSERT INTO known_people
        SELECT school, person, listed, memberships, agents FROM known_rows
        """
    )
    await connection.execute(
        "CREATE INDEX ON known_people (person); CREATE INDEX ON known_seats (class_id, person);"
        " ANALYZE known_people (scope, person); ANALYZE known_seats (scope, class_id, person);"
        " ANALYZE known_rows (school, person)"
    )
