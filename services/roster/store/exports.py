"""Own facts as rows of the files that can be imported again; the transaction sees the school."""

from __future__ import annotations

import datetime as dt

from schemas.identifiers import SchoolId
from schemas.roster_rights import RightsFile
from services.chassis.database import Connection
from services.roster.store.opening import opened_order, opened_plan
from services.roster.store.sealing import Seals

Rows = list[dict[str, str]]


async def export_rows(
    connection: Connection, seals: Seals, school: SchoolId, file: RightsFile
) -> Rows:
    match file:
        case "rights":
            return await _rights(connection, seals, school)
        case "consents":
            return await _consents(connection, school)
        case "guardians":
            return await _guardians(connection, school)
        case "plans":
            return await _plans(connection, seals, school)


async def _rights(connection: Connection, seals: Seals, school: SchoolId) -> Rows:
    rows = await connection.fetch(
        """
        WITH linked AS (
            SELECT guardian, student FROM links WHERE school = $1
            UNION SELECT guardian, student FROM own_links WHERE school = $1
        )
        SELECT k.guardian, k.student, coalesce(g.source_id, k.guardian) AS guardian_source,
            s.source_id AS student_source, r.message, r.information, r.pick_up, r.priority,
            r.relationship, a.sealed
        FROM (
            SELECT guardian, student FROM linked
            UNION SELECT guardian, student FROM apart WHERE school = $1
        ) k
        JOIN people s ON s.school = $1 AND s.person = k.student
        LEFT JOIN people g ON g.school = $1 AND g.person = k.guardian
        LEFT JOIN rights r ON r.school = $1 AND r.guardian = k.guardian AND r.student = k.student
        LEFT JOIN apart a ON a.school = $1 AND a.guardian = k.guardian AND a.student = k.student
        ORDER BY s.source_id, guardian_source
        """,
        school,
    )
    found: Rows = []
    for row in rows:
        line = {
            "guardianSourcedId": row["guardian_source"],
            "studentSourcedId": row["student_source"],
            "message": _said(row["message"]),
            "information": _said(row["information"]),
            "pickUp": _said(row["pick_up"]),
            "priority": str(row["priority"] or ""),
            "relationship": row["relationship"] or "",
        }
        if row["sealed"] is not None:
            order = opened_order(seals, school, row["guardian"], row["student"], row)
            line |= {
                "apart": "true",
                "apartReference": order.reference,
                "apartFrom": _day(order.begins),
                "apartUntil": _day(order.ends),
            }
        found.append(line)
    return found


async def _consents(connection: Connection, school: SchoolId) -> Rows:
    rows = await connection.fetch(
        """
        SELECT coalesce(g.source_id, r.guardian) AS guardian, s.source_id AS student, r.routine,
            r.routine_how
        FROM rights r JOIN people s ON s.school = $1 AND s.person = r.student
        LEFT JOIN people g ON g.school = $1 AND g.person = r.guardian
        WHERE r.school = $1 AND r.routine_how <> '' ORDER BY s.source_id, guardian
        """,
        school,
    )
    return [
        {
            "guardianSourcedId": row["guardian"],
            "studentSourcedId": row["student"],
            "consent": _said(row["routine"]),
            "how": row["routine_how"],
        }
        for row in rows
    ]


async def _guardians(connection: Connection, school: SchoolId) -> Rows:
    rows = await connection.fetch(
        """
        SELECT coalesce(g.source_id, o.person) AS guardian, o.kind, o.name, o.caseworker,
            o.badge, o.call_back, string_agg(s.source_id, ',' ORDER BY s.source_id) AS students
        FROM own_guardians o JOIN own_links l ON l.school = $1 AND l.guardian = o.person
        JOIN people s ON s.school = $1 AND s.person = l.student
        LEFT JOIN people g ON g.school = $1 AND g.person = o.person
        WHERE o.school = $1 AND o.active
        GROUP BY g.source_id, o.person, o.kind, o.name, o.caseworker, o.badge, o.call_back
        ORDER BY guardian
        """,
        school,
    )
    return [
        {
            "guardianId": row["guardian"],
            "type": row["kind"],
            "name": row["name"],
            "caseworker": row["caseworker"],
            "badge": row["badge"],
            "callBack": row["call_back"],
            "studentSourcedIds": row["students"],
        }
        for row in rows
    ]


async def _plans(connection: Connection, seals: Seals, school: SchoolId) -> Rows:
    rows = await connection.fetch(
        """
        SELECT a.student, a.helper, a.backup, a.sealed, s.source_id, h.source_id AS helper_source,
            b.source_id AS backup_source
        FROM assistance_plans a JOIN people s ON s.school = $1 AND s.person = a.student
        LEFT JOIN people h ON h.school = $1 AND h.person = a.helper
        LEFT JOIN people b ON b.school = $1 AND b.person = a.backup
        WHERE a.school = $1 ORDER BY s.source_id
        """,
        school,
    )
    found: Rows = []
    for row in rows:
        text = opened_plan(seals, school, row["student"], row).text
        found.append(
            {
                "studentSourcedId": row["source_id"],
                "helperSourcedId": row["helper_source"] or "",
                "backupSourcedId": row["backup_source"] or "",
                "equipment": text.equipment,
                "medicationPlace": text.medication_place,
                "refugeArea": text.refuge_area,
                "communication": text.communication,
            }
        )
    return found


def _said(value: bool | None) -> str:
    return "" if value is None else "true" if value else "false"


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
