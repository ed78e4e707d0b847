"""What a package would change at one school, in numbers. Reads only."""

from __future__ import annotations

from schemas.identifiers import SchoolId
from schemas.roster import SchoolDifference
from services.chassis.database import Connection
from services.roster.domain.imports import Losses, too_many_removals


async def difference(connection: Connection, school: SchoolId, name: str) -> SchoolDifference:
    """Compares now_* with the school's tables; the transaction must see this school."""
    people = await connection.fetchrow(
        """
        SELECT
            count(*) FILTER (WHERE n.student AND NOT coalesce(p.student, false)) AS new_students,
            count(*) FILTER (WHERE n.student AND p.student AND NOT p.active)
                AS returning_students,
            count(*) FILTER (WHERE p.student AND p.active AND NOT coalesce(n.student, false))
                AS gone_students,
            count(*) FILTER (WHERE p.student AND p.active) AS students,
            count(*) FILTER (WHERE p.active AND (n.given, n.family, n.preferred, n.email, n.sms,
                n.phone, n.grade) IS DISTINCT FROM (p.given, p.family, p.preferred, p.email,
                p.sms, p.phone, p.grade) AND n.person IS NOT NULL) AS changed,
            count(*) FILTER (WHERE n.roles <> '{}'
                AND NOT (coalesce(p.active, false) AND p.roles <> '{}')) AS new_staff,
            count(*) FILTER (WHERE p.active AND p.roles <> '{}'
                AND coalesce(n.roles, '{}') = '{}') AS gone_staff,
            count(*) FILTER (WHERE p.active AND p.roles <> '{}') AS staff
        FROM (SELECT * FROM people WHERE school = $1) p
        FULL JOIN (SELECT * FROM now_people WHERE school = $1) n USING (person)
        """,
        school,
    )
    classes = await connection.fetchrow(
        """
        SELECT count(*) FILTER (WHERE c.class_id IS NULL OR NOT c.active) AS new,
            count(*) FILTER (WHERE n.class_id IS NULL AND c.active) AS gone
        FROM (SELECT * FROM classes WHERE school = $1) c
        FULL JOIN (SELECT * FROM now_classes WHERE school = $1) n USING (class_id)
        """,
        school,
    )
    links, links_gone = await _links(connection, school)
    assert people is not None
    assert classes is not None
    losses = Losses(
        students=people["students"],
        students_gone=people["gone_students"],
        staff=people["staff"],
        staff_gone=people["gone_staff"],
        links=links,
        links_gone=links_gone,
    )
    return SchoolDifference(
        school=school,
        name=name,
        new_students=people["new_students"],
        returning_students=people["returning_students"],
        gone_students=people["gone_students"],
        moved_students=await _moved(connection, school),
        changed_people=people["changed"],
        new_staff=people["new_staff"],
        gone_staff=people["gone_staff"],
        new_classes=classes["new"],
        gone_classes=classes["gone"],
        students_before=people["students"],
        too_many_removals=too_many_removals(losses),
    )


async def _moved(connection: Connection, school: SchoolId) -> int:
    """Students whose homeroom, or its room, is another one."""
    return int(
        await connection.fetchval(
            """
            WITH before AS (
                SELECT e.person, min(e.class_id || ' ' || c.room) AS home
                FROM enrollments e JOIN classes c USING (school, class_id)
                WHERE e.school = $1 AND e.role = 'student' AND c.type = 'homeroom' AND c.active
                GROUP BY e.person
            ), after AS (
                SELECT e.person, min(e.class_id || ' ' || c.room) AS home
                FROM now_enrollments e JOIN now_classes c USING (school, class_id)
                WHERE e.school = $1 AND e.role = 'student' AND c.type = 'homeroom'
                GROUP BY e.person
            )
            SELECT count(*) FROM before JOIN after USING (person)
            WHERE before.home <> after.home
            """,
            school,
        )
    )


async def _links(connection: Connection, school: SchoolId) -> tuple[int, int]:
    """Guardian links now, and those that the package no longer has of students who stay."""
    row = await connection.fetchrow(
        """
        SELECT count(*) AS links, count(*) FILTER (
            WHERE NOT EXISTS (SELECT FROM now_links n WHERE n.school = l.school
                AND n.guardian = l.guardian AND n.student = l.student)
            AND EXISTS (SELECT FROM now_people p WHERE p.school = l.school
                AND p.person = l.student AND p.student)
        ) AS gone
        FROM links l WHERE l.school = $1
        """,
        school,
    )
    assert row is not None
    return row["links"], row["gone"]
