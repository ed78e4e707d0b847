"""Rows of a delta that name what nobody knows: found where everything known is at hand."""

from __future__ import annotations

from schemas.roster import Finding
from services.chassis.database import Connection
from services.roster.domain.problems import SHOWN_PER_KIND, finding
from services.roster.store.spool import Spooled


async def find_doubts(connection: Connection, about: Spooled) -> tuple[Finding, ...]:
    """Row-level warnings, after sort_out_changes; the first hundred of each kind, then a number."""
    await connection.execute(
        """
        CREATE TEMPORARY TABLE someone ON COMMIT DROP AS
        SELECT person FROM in_people UNION
        SELECT person FROM known_people k WHERE listed AND NOT EXISTS (
            SELECT FROM gone_people g WHERE g.person = k.person AND g.scope IN ('', k.scope));
        ANALYZE someone
        """
    )
    await connection.execute(
        "CREATE TEMPORARY TABLE doubts (code text, place text, line int, col text) ON COMMIT DROP"
    )
    await _doubt_references(connection)
    await _doubt_removals(connection)
    rows = await connection.fetch(
        """
        WITH ranked AS (
            SELECT *, row_number() OVER kind AS at, count(*) OVER kind_all AS number
            FROM doubts
            WINDOW kind AS (PARTITION BY code, place, col ORDER BY line),
                kind_all AS (PARTITION BY code, place, col)
        )
        SELECT code, place, line, col, at, number FROM ranked WHERE at <= $1
        ORDER BY place, line, code
        """,
        SHOWN_PER_KIND,
    )
    found = []
    for code, place, line, column, at, number in rows:
        file = about.files.get(place, f"{place}.csv")
        found.append(finding(code, file=file, line=line, column=column))
        if at == SHOWN_PER_KIND < number:
            rest = f"{number - at} × {code}"
            found.append(finding("more_like_this", file=file, column=column, value=rest))
    return tuple(found)


async def _doubt_references(connection: Connection) -> None:
    await connection.execute(
        """
        INSERT INTO doubts
        SELECT 'unknown_class', 'enrollments', line::int, 'classSourcedId' FROM in_enrollments e
        WHERE NOT EXISTS (SELECT FROM live_classes c WHERE c.class_id = e.class_id)
        UNION ALL
        SELECT 'unknown_user', 'enrollments', line::int, 'userSourcedId' FROM in_enrollments e
        WHERE NOT EXISTS (SELECT FROM someone s WHERE s.person = e.person)
        UNION ALL
        SELECT 'unknown_user', 'roles', line::int, 'userSourcedId' FROM in_memberships m
        WHERE source_id <> '' AND NOT EXISTS (SELECT FROM someone s WHERE s.person = m.person)
        UNION ALL
        SELECT 'unknown_user', 'demographics', line::int, 'sourcedId' FROM in_births b
        WHERE NOT EXISTS (SELECT FROM someone s WHERE s.person = b.person)
        UNION ALL
        SELECT 'unknown_agent', 'users', line::int, 'agentSourcedIds' FROM in_agents a
        WHERE NOT EXISTS (SELECT FROM someone s WHERE s.person = a.agent)
        UNION ALL
        SELECT DISTINCT 'unknown_org', CASE WHEN source_id = '' THEN 'users' ELSE 'roles' END,
            line::int, CASE WHEN source_id = '' THEN 'orgSourcedIds' ELSE 'orgSourcedId' END
        FROM in_memberships m
        WHERE org <> '' AND org NOT IN (SELECT source_id FROM now_orgs)
        UNION ALL
        SELECT 'unknown_org', 'classes', line::int, 'schoolSourcedId' FROM in_classes c
        WHERE org <> ''
            AND org NOT IN (SELECT source_id FROM now_orgs WHERE type = 'school')
        """
    )


async def _doubt_removals(connection: Connection) -> None:
    await connection.execute(
        """
        INSERT INTO doubts
        SELECT 'unknown_row', place, line::int, 'sourcedId' FROM in_gone g WHERE NOT CASE place
            WHEN 'orgs' THEN EXISTS (SELECT FROM orgs o WHERE o.source_id = g.source_id)
            WHEN 'users' THEN EXISTS (SELECT FROM known_people k WHERE k.person = g.id)
            WHEN 'demographics' THEN
                EXISTS (SELECT FROM known_people k WHERE k.person = g.id)
            WHEN 'classes' THEN EXISTS (SELECT FROM known_classes k WHERE k.class_id = g.id)
            WHEN 'roles' THEN g.source_id IN (
                SELECT m ->> 2 FROM known_people k, jsonb_array_elements(k.memberships) m)
            ELSE g.source_id IN (SELECT source_id FROM known_seats WHERE source_id <> '')
                OR (g.class_id, g.person) IN (
                    SELECT class_id, person FROM known_seats WHERE source_id = '')
                OR (g.source_id = '' AND (g.class_id, g.person) IN (
                    SELECT class_id, person FROM known_seats)) END
        UNION ALL
        SELECT 'row_repeated', place, line::int, 'status' FROM in_gone g WHERE CASE place
            WHEN 'orgs' THEN EXISTS (SELECT FROM in_orgs i WHERE i.source_id = g.source_id)
            WHEN 'users' THEN EXISTS (SELECT FROM in_people i WHERE i.person = g.id)
            WHEN 'classes' THEN EXISTS (SELECT FROM in_classes i WHERE i.class_id = g.id)
            WHEN 'roles' THEN
                EXISTS (SELECT FROM in_memberships i WHERE i.source_id = g.source_id)
            WHEN 'enrollments' THEN g.source_id <> ''
                AND EXISTS (SELECT FROM in_enrollments i WHERE i.source_id = g.source_id)
            ELSE false END
        """
    )
