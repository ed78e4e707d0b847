"""Guardians and students in pairs, as a page shows them; the transaction sees the school."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

import asyncpg

from schemas.identifiers import PersonId, SchoolId
from schemas.roster_people import ApartOrder, Device, Named, Pair, Reach
from schemas.roster_rights import LiftProposal
from services.chassis.database import Connection
from services.roster.domain.contacts import called
from services.roster.store.opening import opened_lift, opened_order
from services.roster.store.sealing import Seals


async def read_named(
    connection: Connection, school: SchoolId, people: Iterable[PersonId]
) -> dict[PersonId, Named]:
    """Everyone of these who is or was of the school, by the import or by its own word."""
    rows = await connection.fetch(
        """
        SELECT asked.person, p.given, p.preferred, p.family, p.grade,
            coalesce(p.active, false) OR coalesce(o.active, false) AS here, o.name
        FROM unnest($2::text []) AS asked (person)
        LEFT JOIN people p ON p.school = $1 AND p.person = asked.person
        LEFT JOIN own_guardians o ON o.school = $1 AND o.person = asked.person
        WHERE p.person IS NOT NULL OR o.person IS NOT NULL
        """,
        school,
        list(people),
    )
    return {PersonId(row["person"]): _named(row) for row in rows}


def _named(row: asyncpg.Record) -> Named:
    imported = row["given"] is not None
    return Named(
        id=PersonId(row["person"]),
        name=called(row["given"], row["preferred"], row["family"]) if imported else row["name"],
        grade=row["grade"] or "",
        here=row["here"],
    )


async def read_pairs(
    connection: Connection,
    seals: Seals,
    school: SchoolId,
    person: PersonId,
    *,
    today: dt.date,
    now: dt.datetime,
) -> list[Pair]:
    """Pairs that the person is in on either side; orders first, then in the order of calling."""
    rows = await connection.fetch(
        """
        WITH linked AS (
            SELECT guardian, student FROM links WHERE school = $1
            UNION SELECT guardian, student FROM own_links WHERE school = $1
        ), pairs AS (
            SELECT guardian, student FROM linked
            UNION SELECT guardian, student FROM apart WHERE school = $1
        )
        SELECT k.guardian, k.student, l.guardian IS NOT NULL AS linked, o.kind, o.active,
            r.message, r.information, r.pick_up, r.routine, r.routine_how, r.routine_by,
            r.routine_at, r.priority, r.relationship,
            a.sealed, a.begins, a.ends, a.revision, a.set_by, a.set_at
        FROM pairs k
        LEFT JOIN linked l USING (guardian, student)
        LEFT JOIN own_guardians o ON o.school = $1 AND o.person = k.guardian
        LEFT JOIN rights r ON r.school = $1 AND r.guardian = k.guardian
            AND r.student = k.student
        LEFT JOIN apart a ON a.school = $1 AND a.guardian = k.guardian
            AND a.student = k.student
        WHERE k.guardian = $2 OR k.student = $2
        """,
        school,
        person,
    )
    named = await read_named(
        connection, school, {row[side] for row in rows for side in ("guardian", "student")}
    )
    lifts = await read_lifts(connection, seals, school, now)
    found = [
        _pair(seals, school, row, named, lifts, today)
        for row in rows
        if row["guardian"] in named and row["student"] in named
    ]
    return sorted(found, key=_calling)


def _calling(pair: Pair) -> tuple[bool, int, str]:
    return pair.apart is None, pair.priority or 100, pair.guardian.name


async def read_lifts(
    connection: Connection, seals: Seals, school: SchoolId, now: dt.datetime
) -> dict[tuple[str, str], LiftProposal]:
    """The last proposal of each pair that can still be approved."""
    rows = await connection.fetch(
        "SELECT * FROM lift_proposals WHERE school = $1 AND expires > $2 ORDER BY expires",
        school,
        now,
    )
    return {(row["guardian"], row["student"]): opened_lift(seals, school, row) for row in rows}


def _pair(
    seals: Seals,
    school: SchoolId,
    row: asyncpg.Record,
    named: dict[PersonId, Named],
    lifts: dict[tuple[str, str], LiftProposal],
    today: dt.date,
) -> Pair:
    guardian, student = PersonId(row["guardian"]), PersonId(row["student"])
    order = None
    if row["sealed"] is not None:
        kept = opened_order(seals, school, guardian, student, row)
        order = ApartOrder(
            reference=kept.reference,
            version=row["revision"],
            holds=kept.holds(today),
            begins=kept.begins,
            ends=kept.ends,
            set_by=PersonId(row["set_by"]),
            set_at=row["set_at"],
        )
    lift = lifts.get((guardian, student))
    return Pair(
        guardian=named[guardian],
        student=named[student],
        linked=row["linked"],
        kind=row["kind"] if row["active"] else None,
        message=bool(row["message"]),
        information=bool(row["information"]),
        pick_up=bool(row["pick_up"]),
        routine=bool(row["routine"]),
        routine_how=row["routine_how"] or "",
        routine_by=PersonId(row["routine_by"] or ""),
        routine_at=row["routine_at"],
        priority=row["priority"] or 0,
        relationship=row["relationship"] or "",
        apart=order,
        proposal=lift if order and lift and lift.version == order.version else None,
    )


async def read_reach(
    connection: Connection, school: SchoolId, people: Sequence[PersonId]
) -> dict[PersonId, Reach]:
    """How each of these is reached and spoken to."""
    rows = await connection.fetch(
        """
        SELECT asked.person, p.email, p.sms, p.phone, l.language, s.speaks, s.interpreter,
            o.kind, o.caseworker, o.badge, o.call_back, o.active
        FROM unnest($2::text []) AS asked (person)
        LEFT JOIN people p ON p.school = $1 AND p.person = asked.person
        LEFT JOIN languages l ON l.school = $1 AND l.person = asked.person
        LEFT JOIN speaks s ON s.school = $1 AND s.person = asked.person
        LEFT JOIN own_guardians o ON o.school = $1 AND o.person = asked.person
        """,
        school,
        list(people),
    )
    devices = await read_devices(connection, school)
    return {
        PersonId(row["person"]): Reach(
            person=PersonId(row["person"]),
            email=row["email"] or "",
            sms=row["sms"] or "",
            phone=row["phone"] or "",
            language=row["language"] or "en",
            speaks=row["speaks"] or "",
            interpreter=row["interpreter"] or "none",
            kind=row["kind"] if row["active"] else None,
            caseworker=row["caseworker"] or "",
            badge=row["badge"] or "",
            call_back=row["call_back"] or "",
            devices=tuple(devices[row["person"]]),
        )
        for row in rows
    }


async def read_devices(connection: Connection, school: SchoolId) -> dict[str, list[Device]]:
    """What the school added, by person, in the order of their labels."""
    rows = await connection.fetch(
        "SELECT id, person, label, channel, address FROM guardian_devices WHERE school = $1"
        " ORDER BY person, label, id",
        school,
    )
    found: dict[str, list[Device]] = defaultdict(list)
    for row in rows:
        found[row["person"]].append(
            Device(
                id=row["id"],
                person=PersonId(row["person"]),
                label=row["label"],
                channel=row["channel"],
                address=row["address"],
            )
        )
    return found
