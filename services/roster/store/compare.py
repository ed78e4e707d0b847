"""What a package would change at one school, in numbers. Reads only."""

from __future__ import annotations

import asyncpg

from schemas.identifiers import SchoolId
from schemas.roster import RoomMoves, SchoolDifference
from services.chassis.database import Connection
from services.roster.domain.imports import Losses, too_many_removals

ROOMS_SHOWN = 3


async def difference(
    connection: Connection, school: SchoolId, name: str, *, whole: bool
) -> SchoolDifference:
    """Compares now_* with the school's tables; the transaction must see this school.

    whole: what now_* does not have would go; else only within region_*.
    """
    people = await _people(connection, school, whole=whole)
    classes = await _classes(connection, school, whole=whole)
    links = await _links(connection, school, whole=whole)
    moves = await _moves(connection, school, whole=whole)
    losses = Losses(
        students=people["students"],
        students_gone=people["gone_students"],
        staff=people["staff"],
        staff_gone=people["gone_staff"],
        links=links["before"],
        links_gone=links["gone_of_staying"],
    )
    return SchoolDifference(
        school=school,
        name=name,
        new_students=people["new_students"],
        returning_students=people["returning_students"],
        gone_students=people["gone_students"],
        moved_students=sum(move.students for move in moves),
        changed_people=people["changed"],
        new_staff=people["new_staff"],
        gone_staff=people["gone_staff"],
        new_classes=classes["new"],
        gone_classes=classes["gone"],
        students_before=people["students"],
        too_many_removals=too_many_removals(losses),
        moved_to=moves[:ROOMS_SHOWN],
        new_links=links["new"],
        gone_links=links["gone"],
        staff_before=people["staff"],
        links_before=links["before"],
        classes_before=classes["before"],
    )


async def _people(connection: Connection, school: SchoolId, *, whole: bool) -> asyncpg.Record:
    row = await connection.fetchrow(
        """
        SELECT
            count(*) FILTER (WHERE n.student AND NOT coalesce(p.student, false)) AS new_students,
            count(*) FILTER (WHERE n.student AND p.student AND NOT p.active)
                AS returning_students,
            count(*) FILTER (WHERE p.student AND p.active
                AND NOT coalesce(n.student, false)) AS gone_students,
            min(held.students) AS students,
            count(*) FILTER (WHERE p.active AND (n.given, n.family, n.preferred, n.email, n.sms,
                n.phone, n.grade) IS DISTINCT FROM (p.given, p.family, p.preferred, p.email,
                p.sms, p.phone, p.grade) AND n.person IS NOT NULL) AS changed,
            count(*) FILTER (WHERE n.roles <> '{}'
                AND NOT (coalesce(p.active, false) AND p.roles <> '{}')) AS new_staff,
            count(*) FILTER (WHERE p.active AND p.roles <> '{}'
                AND coalesce(n.roles, '{}') = '{}') AS gone_staff,
            min(held.staff) AS staff
        FROM (
            SELECT * FROM people WHERE school = $1
            AND ($2 OR person IN (SELECT person FROM region_people WHERE school = $1))
        ) p
        FULL JOIN (SELECT * FROM now_people WHERE school = $1) n USING (person)
        RIGHT JOIN (
            SELECT count(*) FILTER (WHERE student) AS students,
                count(*) FILTER (WHERE roles <> '{}') AS staff
            FROM people WHERE school = $1 AND active
        ) held ON true
        """,
        school,
        whole,
    )
    assert row is not None
    return row


async def _classes(connection: Connection, school: SchoolId, *, whole: bool) -> asyncpg.Record:
    row = await connection.fetchrow(
        """
        SELECT count(*) FILTER (WHERE c.class_id IS NULL OR NOT c.active) AS new,
            count(*) FILTER (WHERE c.touched AND n.class_id IS NULL AND c.active) AS gone,
            count(*) FILTER (WHERE c.active) AS before
        FROM (
            SELECT *, $2 OR class_id IN (SELECT class_id FROM region_classes WHERE school = $1)
                AS touched
            FROM classes WHERE school = $1
        ) c
        FULL JOIN (SELECT * FROM now_classes WHERE school = $1) n USING (class_id)
        """,
        school,
        whole,
    )
    assert row is not None
    return row


async def _moves(connection: Connection, school: SchoolId, *, whole: bool) -> tuple[RoomMoves, ...]:
    """Students whose homeroom, or its room, is another one, by where they are from then on."""
    rows = await connection.fetch(
        """
        WITH before AS (
            SELECT e.person, min(e.class_id || ' ' || c.room) AS home
            FROM enrollments e JOIN classes c USING (school, class_id)
            WHERE e.school = $1 AND e.role = 'student' AND c.type = 'homeroom' AND c.active
                AND ($2 OR e.person IN (SELECT person FROM region_people WHERE school = $1))
            GROUP BY e.person
        ), after AS (
            SELECT DISTINCT ON (e.person) e.person, e.class_id || ' ' || c.room AS home,
                coalesce(nullif(c.room, ''), c.title) AS room
            FROM now_enrollments e JOIN now_classes c USING (school, class_id)
            WHERE e.school = $1 AND e.role = 'student' AND c.type = 'homeroom'
            ORDER BY e.person, e.class_id || ' ' || c.room
        )
        SELECT after.room, count(*) AS students FROM before JOIN after USING (person)
        WHERE before.home <> after.home GROUP BY after.room ORDER BY 2 DESC, 1
        """,
        school,
        whole,
    )
    return tuple(RoomMoves(row["room"], row["students"]) for row in rows)


async def _links(connection: Connection, school: SchoolId, *, whole: bool) -> asyncpg.Record:
    """Guardian links now, those that would come, and those that would go.

    gone_of_staying: of students who stay, which is what a half-exported file looks like.
    """
    row = await connection.fetchrow(
        """
        SELECT count(l.guardian) AS before,
            count(*) FILTER (WHERE l.guardian IS NULL) AS new,
            count(*) FILTER (WHERE l.touched AND n.guardian IS NULL) AS gone,
            count(*) FILTER (WHERE l.touched AND n.guardian IS NULL
                AND EXISTS (SELECT FROM now_people p WHERE p.school = $1
                    AND p.person = l.student AND p.student)) AS gone_of_staying
        FROM (
            SELECT guardian, student,
                $2 OR guardian IN (SELECT person FROM region_people WHERE school = $1)
                    OR student IN (SELECT person FROM region_people WHERE school = $1) AS touched
            FROM links WHERE school = $1
        ) l
        FULL JOIN (SELECT guardian, student FROM now_links WHERE school = $1) n
            USING (guardian, student)
        """,
        school,
        whole,
    )
    assert row is not None
    return row
