"""Guardians whom messages may reach; the transaction sees the school."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from schemas.identifiers import PersonId, SchoolId
from schemas.roster import Contact, StudentLink
from services.chassis.database import Connection
from services.roster.domain.custody.audience import with_devices
from services.roster.store.order_days import APART_ON
from services.roster.store.pairs import read_devices
from services.roster.store.reading import contact_of


async def read_guardians(
    connection: Connection, school: SchoolId, today: dt.date
) -> tuple[Contact, ...]:
    """Guardians of students who are here; a link without a row of rights gives none.

    Whoever an order keeps apart from a student today stands here for their other students only.
    """
    links = await connection.fetch(
        f"""
        SELECT k.guardian, k.student, coalesce(r.message, false) AS message,
            coalesce(r.routine, false) AS routine
        FROM (
            SELECT guardian, student FROM links WHERE school = $1
            UNION SELECT guardian, student FROM own_links WHERE school = $1
        ) k
        JOIN people s ON s.school = $1 AND s.person = k.student AND s.active AND s.student
        LEFT JOIN rights r ON r.school = $1 AND r.guardian = k.guardian
            AND r.student = k.student
        WHERE NOT EXISTS (
            SELECT FROM apart a WHERE a.school = $1 AND a.guardian = k.guardian
                AND a.student = k.student AND {APART_ON}
        )
        ORDER BY k.guardian, k.student
        """,  # noqa: S608 -- our own text
        school,
        today,
    )
    by_guardian: dict[str, list[StudentLink]] = defaultdict(list)
    for row in links:
        link = StudentLink(PersonId(row["student"]), row["message"], row["routine"])
        by_guardian[row["guardian"]].append(link)
    rows = await connection.fetch(
        """
        SELECT g.person, coalesce(p.given, o.name) AS given, coalesce(p.preferred, '') AS preferred,
            coalesce(p.family, '') AS family, coalesce(p.email, '') AS email,
            coalesce(p.sms, '') AS sms, coalesce(l.language, 'en') AS language
        FROM (
            SELECT person FROM people WHERE school = $1 AND active AND guardian
            UNION SELECT person FROM own_guardians WHERE school = $1 AND active
        ) g
        LEFT JOIN people p ON p.school = $1 AND p.person = g.person
        LEFT JOIN own_guardians o ON o.school = $1 AND o.person = g.person
        LEFT JOIN languages l ON l.school = $1 AND l.person = g.person
        ORDER BY family, given, g.person
        """,
        school,
    )
    devices = await read_devices(connection, school)
    return tuple(
        contact
        for row in rows
        if row["person"] in by_guardian
        for contact in with_devices(
            contact_of(row, tuple(by_guardian[row["person"]])), devices[row["person"]]
        )
    )
