"""What the installation already knows of the people whom a delta touches.

A delta names few rows; what follows from them needs the rest of these people: their other
roles, classes and links. Each school is read in turn, as row-level security has it, into
temporary tables.
"""

from __future__ import annotations

from collections.abc import Sequence

from schemas.identifiers import SchoolId
from services.chassis.database import Connection, set_school
from services.roster.store.intake import ELSEWHERE
from services.roster.store.spool import Spooled


async def load_known(connection: Connection, schools: Sequence[SchoolId], about: Spooled) -> None:
    """Fills known_people, known_classes, then region and loaded, then known_seats and known_rows.

    region: whose rows may change: named by the delta, or linked to someone named. loaded: also
    those linked to the region, whose links the region's depend on.
    """
    scopes = (*schools, SchoolId(ELSEWHERE))
    await _create(connection)
    for school in scopes:
        await set_school(connection, school)
        await connection.execute(
            """
            INSERT INTO known_people
            SELECT school, person, listed, memberships, agents FROM people WHERE school = $1
            """,
            school,
        )
        await connection.execute(
            """
            INSERT INTO known_classes
            SELECT school, class_id, source_id, title, type, room, active
            FROM classes WHERE school = $1
            """,
            school,
        )
    await connection.execute("ANALYZE known_people; ANALYZE known_classes")
    await _name_removals(connection, about)
    await _name_people(connection)
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
        CREATE TEMPORARY TABLE known_classes (
            scope text, class_id text, source_id text, title text, type text, room text,
            active boolean
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


async def _name_removals(connection: Connection, about: Spooled) -> None:
    """Rows marked as gone, and those that a whole file of the delta no longer has.

    A whole file speaks of the schools that it names, and only when it has rows.
    """
    await connection.execute(
        """
        INSERT INTO gone_people
        SELECT '', id FROM in_gone g WHERE place = 'users'
            AND NOT EXISTS (SELECT FROM in_people i WHERE i.person = g.id);
        INSERT INTO gone_classes
        SELECT id FROM in_gone g WHERE place = 'classes'
            AND NOT EXISTS (SELECT FROM in_classes i WHERE i.class_id = g.id)
        """
    )
    whole = {
        "users": """
            INSERT INTO gone_people
            SELECT k.scope, k.person FROM known_people k
            WHERE k.listed AND NOT EXISTS (SELECT FROM in_people i WHERE i.person = k.person)
            AND k.scope IN (
                SELECT o.school FROM in_memberships m JOIN in_people USING (person)
                JOIN now_orgs o ON o.source_id = m.org)
            """,
        "classes": """
            INSERT INTO gone_classes
            SELECT k.class_id FROM known_classes k
            WHERE k.active AND NOT EXISTS (SELECT FROM in_classes i WHERE i.class_id = k.class_id)
            AND k.scope IN (
                SELECT o.school FROM in_classes c JOIN now_orgs o ON o.source_id = c.org)
            """,
        "enrollments": """
            INSERT INTO dropped_seats
            SELECT DISTINCT k.scope FROM in_enrollments e JOIN known_classes k USING (class_id)
            """,
        "roles": """
            INSERT INTO dropped_roles
            SELECT DISTINCT org FROM in_memberships WHERE source_id <> '' AND org <> ''
            """,
    }
    for table in about.whole:
        if table in whole:
            await connection.execute(whole[table])


async def _name_people(connection: Connection) -> None:
    await connection.execute(
        """
        INSERT INTO named
        SELECT person FROM in_people UNION SELECT person FROM in_memberships
        UNION SELECT person FROM in_agents UNION SELECT agent FROM in_agents
        UNION SELECT person FROM in_enrollments UNION SELECT person FROM in_births
        UNION SELECT person FROM gone_people
        UNION SELECT id FROM in_gone WHERE place IN ('users', 'demographics')
        UNION SELECT person FROM in_gone WHERE place = 'enrollments' AND person <> ''
        UNION SELECT person FROM known_people
            WHERE scope IN (SELECT school FROM changed_schools)
            OR scope IN (SELECT scope FROM dropped_seats)
        UNION SELECT k.person FROM known_people k, jsonb_array_elements(k.memberships) m
            WHERE EXISTS (SELECT FROM in_gone WHERE place = 'roles')
            AND m ->> 2 IN (SELECT source_id FROM named_roles)
        UNION SELECT k.person FROM known_people k, jsonb_array_elements(k.memberships) m
            WHERE EXISTS (SELECT FROM dropped_roles) AND m ->> 2 <> ''
            AND m ->> 0 IN (SELECT org FROM dropped_roles);
        ANALYZE named
        """
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
        CREATE TEMPORARY TABLE known_agents ON COMMIT DROP AS
        SELECT k.scope, k.person, a.agent
        FROM known_people k, unnest(k.agents) AS a (agent);
        CREATE TEMPORARY TABLE partners ON COMMIT DROP AS
        SELECT person AS one, agent AS other FROM known_agents
        UNION SELECT agent, person FROM known_agents
        UNION SELECT person, agent FROM in_agents
        UNION SELECT agent, person FROM in_agents;
        ANALYZE known_agents; ANALYZE partners;
        CREATE TEMPORARY TABLE region ON COMMIT DROP AS
        SELECT person FROM named
        UNION SELECT p.other FROM partners p JOIN named n ON n.person = p.one;
        CREATE TEMPORARY TABLE loaded ON COMMIT DROP AS
        SELECT person FROM region
        UNION SELECT p.other FROM partners p JOIN region r ON r.person = p.one;
        CREATE UNIQUE INDEX ON region (person);
        CREATE UNIQUE INDEX ON loaded (person);
        ANALYZE region; ANALYZE loaded;
        DELETE FROM known_people k
        WHERE NOT EXISTS (SELECT FROM loaded l WHERE l.person = k.person);
        DELETE FROM known_agents k
        WHERE NOT EXISTS (SELECT FROM loaded l WHERE l.person = k.person);
        ANALYZE known_people; ANALYZE known_agents
        """
    )


async def _load_region(connection: Connection, scopes: Sequence[SchoolId]) -> None:
    for school in scopes:
        await set_school(connection, school)
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
            INSERT INTO known_rows SELECT * FROM people
            WHERE school = $1 AND person IN (SELECT person FROM region)
            """,
            school,
        )
    await connection.execute("ANALYZE known_seats; ANALYZE known_rows")
