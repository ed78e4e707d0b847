"""A delta's rows over what is known, sorted out by school into the same now_* tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from schemas.identifiers import SchoolId
from services.chassis.database import Connection
from services.roster.store.intake import COPY_DEADLINE, index_now
from services.roster.store.known import load_known
from services.roster.store.spool import Spooled


async def sort_out_changes(
    connection: Connection, schools: Sequence[SchoolId], about: Spooled, today: dt.date
) -> None:
    """Fills now_* and region_* from a delta. schools: every school of the installation.

    Someone touched gets their whole row, roles, classes and links at each school; only
    region_* may then change.
    """
    await load_known(connection, schools, about)
    await _classes(connection)
    await _seats(connection)
    await _targets(connection)
    await _members(connection, about)
    await _teaching(connection, today)
    await _links(connection)
    await _people(connection, about)
    await index_now(connection)


async def _classes(connection: Connection) -> None:
    """A class without a known school stays where it was, or goes to the only school there is."""
    await connection.execute(
        """
        CREATE TEMPORARY TABLE delta_classes ON COMMIT DROP AS
        SELECT coalesce(o.school, k.scope, only_one.school) AS school, c.class_id, c.source_id,
            c.title, c.type, c.room, c.periods
        FROM in_classes c
        LEFT JOIN now_orgs o ON o.source_id = c.org AND o.type = 'school'
        LEFT JOIN LATERAL (
            SELECT min(scope) AS scope FROM known_classes k WHERE k.class_id = c.class_id
        ) k ON true
        LEFT JOIN (
            SELECT min(school) AS school FROM now_orgs WHERE type = 'school' HAVING count(*) = 1
        ) only_one ON true;

        CREATE TEMPORARY TABLE live_classes ON COMMIT DROP AS
        SELECT school, class_id, source_id, title, type, room, periods FROM delta_classes
        WHERE school IS NOT NULL
        UNION ALL
        SELECT k.scope, k.class_id, k.source_id, k.title, k.type, k.room, k.periods
        FROM known_classes k
        WHERE k.active
            AND k.scope IN (SELECT school FROM now_orgs WHERE type = 'school')
            AND NOT EXISTS (SELECT FROM delta_classes d WHERE d.class_id = k.class_id)
            AND NOT EXISTS (SELECT FROM gone_classes g WHERE g.class_id = k.class_id);
        CREATE INDEX ON live_classes (class_id);
        ANALYZE live_classes;

        INSERT INTO region_classes
        SELECT scope, class_id FROM known_classes k
        WHERE scope IN (SELECT school FROM changed_schools)
            OR EXISTS (SELECT FROM in_classes i WHERE i.class_id = k.class_id)
            OR EXISTS (SELECT FROM gone_classes g WHERE g.class_id = k.class_id)
        """
    )


async def _seats(connection: Connection) -> None:
    """Every enrollment of those loaded that the source has from now on, counted or not."""
    await connection.execute(
        """
        CREATE TEMPORARY TABLE seats ON COMMIT DROP AS
        SELECT coalesce(c.school, k.scope) AS school, k.class_id, k.person, k.role, k.source_id,
            k.ends, c.class_id IS NOT NULL AS live
        FROM known_seats k
        LEFT JOIN live_classes c ON c.class_id = k.class_id
        WHERE (k.source_id = '' OR k.source_id NOT IN (SELECT source_id FROM named_seats))
            AND k.scope NOT IN (SELECT scope FROM dropped_seats)
            AND NOT EXISTS (
                SELECT FROM in_gone g WHERE g.place = 'enrollments'
                AND (g.source_id = '' OR k.source_id = '')
                AND g.class_id = k.class_id AND g.person = k.person
                AND g.role IN ('', k.role))
        UNION
        SELECT coalesce(c.school, k.scope), e.class_id, e.person, e.role, e.source_id, e.ends,
            c.class_id IS NOT NULL
        FROM in_enrollments e
        LEFT JOIN live_classes c ON c.class_id = e.class_id
        LEFT JOIN LATERAL (
            SELECT min(scope) AS scope FROM known_classes k WHERE k.class_id = e.class_id
        ) k ON true
        WHERE coalesce(c.school, k.scope) IS NOT NULL;
        CREATE INDEX ON seats (school, person);
        ANALYZE seats (school, person, class_id, role)
        """
    )


async def _targets(connection: Connection) -> None:
    """At which schools each of those loaded has to be looked at, and from which known row.

    The school's own row counts before another's: two systems may use one id for two people.
    """
    await connection.execute(
        """
        CREATE TEMPORARY TABLE at_school ON COMMIT DROP AS
        SELECT scope AS school, person FROM known_people WHERE scope <> 'elsewhere'
        UNION SELECT o.school, m.person FROM in_memberships m
            JOIN now_orgs o ON o.source_id = m.org AND o.type = 'school'
        UNION SELECT school, person FROM seats;
        INSERT INTO at_school
        SELECT DISTINCT a.school, p.other FROM at_school a
        JOIN partners p ON p.one = a.person
        JOIN loaded l ON l.person = p.other;
        ANALYZE at_school;

        CREATE TEMPORARY TABLE targets ON COMMIT DROP AS
        SELECT a.school, a.person, i.person IS NOT NULL AS named,
            CASE WHEN own.listed OR elsewhere.scope IS NULL THEN own.scope
                ELSE elsewhere.scope END AS source,
            i.person IS NOT NULL OR (
                (coalesce(own.listed, false) OR elsewhere.scope IS NOT NULL)
                AND (a.person, '') NOT IN (SELECT person, scope FROM gone_people)
                AND (a.person, a.school) NOT IN (SELECT person, scope FROM gone_people)
            ) AS alive
        FROM (SELECT DISTINCT school, person FROM at_school) a
        LEFT JOIN in_people i ON i.person = a.person
        LEFT JOIN known_people own ON own.person = a.person AND own.scope = a.school
        LEFT JOIN LATERAL (
            SELECT k.scope FROM known_people k
            WHERE own.listed IS NOT TRUE
                AND k.person = a.person AND k.listed AND k.scope <> a.school
            ORDER BY k.scope <> 'elsewhere', k.scope LIMIT 1
        ) elsewhere ON true;
        CREATE INDEX ON targets (person);
        ANALYZE targets
        """
    )


async def _members(connection: Connection, about: Spooled) -> None:
    """Roles: the delta's, and the known ones that it neither replaces nor takes away."""
    await connection.execute(
        """
        CREATE TEMPORARY TABLE members (
            school text, person text, org text, role text, source_id text
        ) ON COMMIT DROP
        """
    )
    await connection.execute(
        """
        INSERT INTO members
        SELECT t.school, t.person, m ->> 0, m ->> 1, m ->> 2
        FROM targets t
        JOIN known_people k ON k.person = t.person AND k.scope = t.source
        CROSS JOIN LATERAL jsonb_array_elements(k.memberships) m
        WHERE (m ->> 2 <> '' OR $1 OR NOT t.named)
            AND m ->> 2 NOT IN (SELECT source_id FROM named_roles)
            AND (m ->> 2 = '' OR m ->> 0 NOT IN (SELECT org FROM dropped_roles))
        UNION
        SELECT t.school, m.person, CASE WHEN o.source_id IS NULL THEN '' ELSE m.org END, m.role,
            m.source_id
        FROM targets t
        JOIN in_memberships m USING (person)
        LEFT JOIN now_orgs o ON o.source_id = m.org
        """,
        about.roles_apart,
        timeout=COPY_DEADLINE,
    )
    await connection.execute("CREATE INDEX ON members (school, person); ANALYZE members")


async def _teaching(connection: Connection, today: dt.date) -> None:
    await connection.execute(
        """
        UPDATE seats s SET role = CASE WHEN EXISTS (
            SELECT FROM members m
            WHERE m.school = s.school AND m.person = s.person AND m.role = 'student'
        ) THEN 'student' ELSE 'teacher' END
        WHERE role = '';
        CREATE TEMPORARY TABLE seated (LIKE now_enrollments) ON COMMIT DROP
        """
    )
    await connection.execute(
        """
        INSERT INTO seated
        SELECT DISTINCT ON (s.school, s.class_id, s.person, s.role)
            s.school, s.class_id, s.person, s.role, s.source_id, s.ends
        FROM seats s JOIN targets t ON t.school = s.school AND t.person = s.person AND t.alive
        WHERE s.live AND (s.ends = '' OR s.ends > $1)
        ORDER BY s.school, s.class_id, s.person, s.role, s.source_id
        """,
        today.isoformat(),
    )
    await connection.execute(
        """
        CREATE INDEX ON seated (school, person);
        INSERT INTO now_enrollments
        SELECT s.school, s.class_id, s.person, s.role, s.source_id, s.ends
        FROM seated s JOIN region USING (person) ORDER BY s.school;
        INSERT INTO now_aside
        SELECT DISTINCT s.school, s.class_id, s.person, s.role, s.source_id, s.ends
        FROM seats s JOIN region r ON r.person = s.person
        EXCEPT
        SELECT school, class_id, person, role, source_id, ends FROM now_enrollments;

        INSERT INTO now_classes
        SELECT c.school, c.class_id, c.source_id, c.title, c.type, c.room, c.periods
        FROM live_classes c
        WHERE EXISTS (SELECT FROM now_enrollments e WHERE e.class_id = c.class_id)
            OR EXISTS (SELECT FROM region_classes r WHERE r.class_id = c.class_id)
            OR EXISTS (SELECT FROM in_classes i WHERE i.class_id = c.class_id);

        CREATE TEMPORARY TABLE held ON COMMIT DROP AS
        SELECT t.school, t.person, m.role
        FROM targets t
        JOIN members m ON m.school = t.school AND m.person = t.person
        JOIN now_orgs o ON o.source_id = m.org AND o.school = t.school AND o.type = 'school'
        WHERE t.alive AND m.role NOT IN ('parent', 'guardian', 'relative')
        UNION
        SELECT t.school, t.person, m.role
        FROM targets t
        JOIN members m ON m.school = t.school AND m.person = t.person
        WHERE t.alive AND m.role NOT IN ('parent', 'guardian', 'relative')
            AND EXISTS (SELECT FROM seated e
                WHERE e.school = t.school AND e.person = t.person);
        CREATE INDEX ON held (school, person);
        ANALYZE held; ANALYZE now_enrollments
        """
    )


async def _links(connection: Connection) -> None:
    """Links that someone's row names from either side, of which one is of the region."""
    await connection.execute(
        """
        CREATE TEMPORARY TABLE pairs ON COMMIT DROP AS
        SELECT t.school, t.person, a.agent FROM targets t
        JOIN in_agents a ON a.person = t.person WHERE t.named AND t.alive
        UNION
        SELECT t.school, t.person, a.agent FROM targets t
        JOIN near_agents a ON a.person = t.person AND a.scope = t.source
        WHERE NOT t.named AND t.alive;

        INSERT INTO now_links
        SELECT p.school, p.guardian, p.student, coalesce(i.routine = 'true', false),
            bool_or(m.role IN ('parent', 'guardian'))
        FROM (
            SELECT school, person AS guardian, agent AS student FROM pairs
            UNION SELECT school, agent, person FROM pairs
        ) p
        JOIN members m ON m.school = p.school AND m.person = p.guardian
            AND m.role IN ('parent', 'guardian', 'relative')
        JOIN targets t ON t.school = p.school AND t.person = p.guardian AND t.alive
        LEFT JOIN in_people i ON i.person = p.guardian
        WHERE EXISTS (SELECT FROM held h
                WHERE h.school = p.school AND h.person = p.student AND h.role = 'student')
            AND (p.guardian IN (SELECT person FROM region)
                OR p.student IN (SELECT person FROM region))
        GROUP BY 1, 2, 3, 4
        ORDER BY 1;
        ANALYZE now_links
        """
    )


async def _people(connection: Connection, about: Spooled) -> None:
    await connection.execute(
        """
        CREATE TEMPORARY TABLE summed ON COMMIT DROP AS
        SELECT school, person, bool_or(role = 'student') AS student,
            bool_or(role = 'guardian') AS guardian,
            coalesce(array_agg(role ORDER BY role)
                FILTER (WHERE role NOT IN ('student', 'guardian')), '{}') AS roles
        FROM (
            SELECT school, person, role FROM held
            UNION SELECT school, guardian, 'guardian' FROM now_links
        ) everyone
        WHERE person IN (SELECT person FROM region)
        GROUP BY school, person;
        ANALYZE summed;

        -- Whoever is in the source and at no school is kept elsewhere.
        INSERT INTO targets
        SELECT 'elsewhere', r.person, i.person IS NOT NULL, k.scope, true
        FROM region r
        LEFT JOIN in_people i USING (person)
        LEFT JOIN LATERAL (
            SELECT k.scope FROM known_people k WHERE k.person = r.person AND k.listed
            ORDER BY k.scope <> 'elsewhere', k.scope LIMIT 1
        ) k ON true
        WHERE (i.person IS NOT NULL OR (k.scope IS NOT NULL AND NOT EXISTS (
                SELECT FROM gone_people g
                WHERE g.person = r.person AND g.scope IN ('', k.scope))))
            AND NOT EXISTS (SELECT FROM summed s WHERE s.person = r.person);
        """
    )
    await _brought_along(connection, about)
    await _rows(connection)
    await _region(connection)


async def _brought_along(connection: Connection, about: Spooled) -> None:
    """Roles of those at no school, which nothing has looked at yet."""
    await connection.execute(
        """
        INSERT INTO members
        SELECT t.school, t.person, m ->> 0, m ->> 1, m ->> 2
        FROM targets t
        JOIN known_people k ON k.person = t.person AND k.scope = t.source
        CROSS JOIN LATERAL jsonb_array_elements(k.memberships) m
        WHERE t.school = 'elsewhere' AND (m ->> 2 <> '' OR $1 OR NOT t.named)
            AND m ->> 2 NOT IN (SELECT source_id FROM named_roles)
        UNION
        SELECT t.school, m.person, m.org, m.role, m.source_id
        FROM targets t JOIN in_memberships m USING (person)
        WHERE t.school = 'elsewhere' AND m.org IN (SELECT source_id FROM now_orgs)
        """,
        about.roles_apart,
    )


async def _region(connection: Connection) -> None:
    """Who may change where, and what the source still says of those who are no longer there."""
    await connection.execute(
        """
        INSERT INTO region_people
        SELECT seen.school, seen.person, lives.yes, CASE WHEN lives.yes THEN '[]' ELSE coalesce((
            SELECT jsonb_agg(DISTINCT jsonb_build_array(m.org, m.role, m.source_id))
            FROM members m WHERE m.school = seen.school AND m.person = seen.person
        ), '[]') END
        FROM (
            SELECT school, person FROM targets UNION SELECT scope, person FROM known_people
        ) seen JOIN region USING (person)
        CROSS JOIN LATERAL (
            SELECT EXISTS (
                SELECT FROM targets t WHERE t.person = seen.person AND t.alive
            ) AS yes
        ) lives
        ORDER BY seen.school
        """
    )


async def _rows(connection: Connection) -> None:
    """The person's row: the delta's own, else the known one."""
    await connection.execute(
        """
        INSERT INTO now_people
        SELECT t.school, t.person, coalesce(i.source_id, k.source_id),
            coalesce(i.given, k.given), coalesce(i.family, k.family),
            coalesce(i.preferred, k.preferred), coalesce(i.email, k.email),
            coalesce(i.sms, k.sms), coalesce(i.phone, k.phone),
            coalesce(i.identifier, k.identifier), coalesce(i.grade, k.grade),
            coalesce(i.language, ''), coalesce(s.student, false), coalesce(s.guardian, false),
            coalesce(s.roles, '{}'),
            coalesce(h.roles, '[]'),
            CASE WHEN t.named THEN coalesce(a.agents, '{}') ELSE k.agents END,
            coalesce(b.born::date, CASE WHEN g.id IS NULL THEN k.birth_date END)
        FROM targets t
        JOIN region r ON r.person = t.person
        LEFT JOIN summed s ON s.school = t.school AND s.person = t.person
        LEFT JOIN in_people i ON i.person = t.person
        LEFT JOIN known_rows k ON k.person = t.person AND k.school = t.source
        LEFT JOIN in_births b ON b.person = t.person
        LEFT JOIN (
            SELECT school, person,
                jsonb_agg(DISTINCT jsonb_build_array(org, role, source_id)) AS roles
            FROM members GROUP BY school, person
        ) h ON h.school = t.school AND h.person = t.person
        LEFT JOIN (
            SELECT person, array_agg(DISTINCT agent) AS agents FROM in_agents GROUP BY person
        ) a ON a.person = t.person
        LEFT JOIN (SELECT DISTINCT id FROM in_gone WHERE place = 'demographics') g
            ON g.id = t.person
        WHERE t.alive AND (s.person IS NOT NULL OR t.school = 'elsewhere')
            AND (i.person IS NOT NULL OR k.person IS NOT NULL)
        ORDER BY t.school, t.person
        """,
        timeout=COPY_DEADLINE,
    )
