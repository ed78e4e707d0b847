"""Who came and went, in the school's tables."""

from __future__ import annotations

import datetime as dt

import asyncpg

from schemas.identifiers import PersonId, SchoolId
from schemas.roster_site import (
    DecideVisit,
    FlaggedDecision,
    Resemblance,
    SetSitePolicy,
    SignIn,
    SignOut,
    Visit,
)
from services.chassis.database import Connection, Pool, in_school
from services.roster.domain.codes import (
    badge_code,
    checked_at_random,
    derived_id,
    fingerprint,
    read_code,
)
from services.roster.domain.contacts import called
from services.roster.domain.desk import KnownStaff, is_left_over
from services.roster.domain.resemblance import FlaggedName
from services.roster.ports.site import DeskFacts, NewVisit
from services.roster.store.sealing import Seals
from services.roster.store.site_flagged import FlaggedSaid, decision_place, flagged_place
from services.roster.store.site_ops import first_time, zone_name

COLUMNS = """
    v.visit, v.kind, v.name, v.reason, v.host, v.host_said, v.organisation, v.photo,
    v.expected_until, v.kiosk_name, v.state, v.since, v.left_at, v.left_unknown, v.wait_reason,
    v.sealed, v.decided_by, v.decided_at, p.given, p.preferred, p.family
"""
FROM_VISITS = "FROM visits v LEFT JOIN people p ON p.school = v.school AND p.person = v.host"


def visit_place(visit: str) -> str:
    return f"visit/{visit}"


class StoredVisits:
    """Fulfils ports.site.Visits."""

    def __init__(self, pool: Pool, seals: Seals, secret: bytes) -> None:
        self._pool = pool
        self._seals = seals
        self._secret = secret

    def visit_id(self, command: SignIn) -> str:
        return derived_id(
            self._secret, "visit", command.school, command.actor.person, command.op_id
        )

    def checked(self, visit: str, percent: int) -> bool:
        return checked_at_random(self._secret, visit, percent)

    async def facts(self, command: SignIn, now: dt.datetime) -> DeskFacts | None:
        school = command.school
        async with in_school(self._pool, school) as connection:
            zone = await zone_name(connection, school)
            if zone is None:
                return None
            staff = await known_staff(connection, school)
            flagged = await connection.fetch(
                "SELECT entry, sealed, starts, ends FROM flagged"
                " WHERE school = $1 AND lifted_at IS NULL",
                school,
            )
            percent = await connection.fetchval(
                "SELECT check_percent FROM site_policies WHERE school = $1", school
            )
            kiosk_name = await connection.fetchval(
                "SELECT name FROM kiosks WHERE school = $1 AND kiosk = $2 AND ended_at IS NULL",
                school,
                command.kiosk,
            )
            photo_known = not command.photo or await connection.fetchval(
                "SELECT true FROM site_photos WHERE school = $1 AND photo = $2",
                school,
                command.photo,
            )
        return DeskFacts(
            zone=zone,
            staff=tuple(staff),
            flagged=tuple(self._flagged_name(school, row) for row in flagged),
            check_percent=2 if percent is None else percent,
            kiosk_name=kiosk_name,
            photo_known=bool(photo_known),
        )

    def _flagged_name(self, school: SchoolId, row: asyncpg.Record) -> FlaggedName:
        said = self._seals.open(school, flagged_place(row["entry"]), row["sealed"], FlaggedSaid)
        return FlaggedName(row["entry"], (said.name, *said.aliases), row["starts"], row["ends"])

    async def add(self, command: SignIn, visit: NewVisit, now: dt.datetime) -> Visit:
        school, secret = command.school, self._secret
        badge = fingerprint(secret, school, badge_code(secret, school, visit.id))
        async with in_school(self._pool, school) as connection:
            await connection.execute(
                """
                INSERT INTO visits (
                    school, visit, kind, name, reason, host, host_said, organisation, photo,
                    expected_until, kiosk, kiosk_name, signed_in_by, state, since, wait_reason,
                    sealed, badge
                ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                    $17, $18)
                ON CONFLICT (school, visit) DO NOTHING
                """,
                school,
                visit.id,
                command.visit_kind,
                visit.name,
                visit.reason,
                visit.host,
                visit.host_said,
                visit.organisation,
                command.photo,
                command.expected_until,
                command.kiosk,
                visit.kiosk_name,
                command.actor.person,
                "waiting" if visit.wait_reason else "in",
                now,
                visit.wait_reason,
                self._seals.seal(school, visit_place(visit.id), visit.resembles),
                badge,
            )
        stored = await self.find(school, visit.id, now)
        assert stored is not None
        return stored

    async def find(self, school: SchoolId, visit: str, now: dt.datetime) -> Visit | None:
        found = await self._where(school, now, "v.visit = $2", visit)
        return found[0] if found else None

    async def by_code(self, school: SchoolId, code: str, now: dt.datetime) -> Visit | None:
        mark = fingerprint(self._secret, school, read_code(code))
        found = await self._where(school, now, "v.badge = $2", mark)
        return found[0] if found else None

    async def sign_out(self, command: SignOut, visit: str, now: dt.datetime) -> None:
        async with in_school(self._pool, command.school) as connection:
            await connection.execute(
                """
                UPDATE visits SET state = 'out', left_at = $3, left_unknown = $4
                WHERE school = $1 AND visit = $2 AND state = 'in'
                """,
                command.school,
                visit,
                now,
                command.time_unknown,
            )

    async def decide(self, command: DecideVisit, visit: Visit, now: dt.datetime) -> bool:
        async with in_school(self._pool, command.school) as connection:
            if not await first_time(connection, command, now):
                return True
            decided = await connection.fetchval(
                """
                UPDATE visits SET state = $3::text, decided_by = $4,
                    decided_at = $5::timestamptz,
                    left_at = CASE WHEN $3::text = 'turned_away' THEN $5::timestamptz END
                WHERE school = $1 AND visit = $2 AND state = 'waiting' RETURNING true
                """,
                command.school,
                visit.id,
                "in" if command.decision == "let_in" else "turned_away",
                command.actor.person,
                now,
            )
            if not decided:
                # Decided before, perhaps the same way: what was said first holds.
                return visit.state != "waiting"
            if visit.wait_reason == "flagged":
                await self._keep_decision(connection, command, visit, now)
        return True

    async def _keep_decision(
        self, connection: Connection, command: DecideVisit, visit: Visit, now: dt.datetime
    ) -> None:
        decision = FlaggedDecision(
            visit=visit.id,
            name=visit.name,
            resembles=visit.resembles,
            decision=command.decision,
            decided_by=command.actor.person,
            decided_at=now,
        )
        await connection.execute(
            """
            INSERT INTO flagged_decisions (school, visit, sealed, decision, decided_by, decided_at)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
            """,
            command.school,
            visit.id,
            self._seals.seal(command.school, decision_place(visit.id), decision),
            command.decision,
            command.actor.person,
            now,
        )

    async def set_policy(self, command: SetSitePolicy) -> None:
        async with in_school(self._pool, command.school) as connection:
            await connection.execute(
                """
                INSERT INTO site_policies (school, keep_days, check_percent) VALUES ($1, $2, $3)
                ON CONFLICT (school) DO UPDATE
                SET keep_days = excluded.keep_days, check_percent = excluded.check_percent
                """,
                command.school,
                command.keep_days,
                command.check_percent,
            )

    async def _where(
        self, school: SchoolId, now: dt.datetime, condition: str, value: object
    ) -> list[Visit]:
        async with in_school(self._pool, school) as connection:
            zone = await zone_name(connection, school) or "UTC"
            # The condition is one of this file's own, never what someone typed.
            rows = await connection.fetch(
                f"SELECT {COLUMNS} {FROM_VISITS} WHERE v.school = $1 AND {condition}",
                school,
                value,
            )
        return [
            visit_of(self._seals, self._secret, school, row, now=now, zone=zone) for row in rows
        ]


async def known_staff(connection: Connection, school: SchoolId) -> list[KnownStaff]:
    """Adults of the roster that holds; never a student."""
    rows = await connection.fetch(
        "SELECT person, given, preferred, family FROM people"
        " WHERE school = $1 AND active AND roles <> '{}' AND NOT student",
        school,
    )
    return [KnownStaff(PersonId(row[0]), called(row[1], row[2], row[3])) for row in rows]


def visit_of(
    seals: Seals,
    secret: bytes,
    school: SchoolId,
    row: asyncpg.Record,
    *,
    now: dt.datetime,
    zone: str,
) -> Visit:
    """A row of COLUMNS; the badge's code is drawn with the secret, not read."""
    known = row["family"] is not None
    host_name = called(row["given"], row["preferred"], row["family"]) if known else ""
    resembles: tuple[Resemblance, ...] = seals.open(
        school, visit_place(row["visit"]), row["sealed"], tuple[Resemblance, ...]
    )
    return Visit(
        id=row["visit"],
        visit_kind=row["kind"],
        name=row["name"],
        reason=row["reason"],
        host=row["host"],
        host_name=host_name or row["host_said"],
        organisation=row["organisation"],
        state=row["state"],
        since=row["since"],
        left=row["left_at"],
        left_unknown=row["left_unknown"],
        expected_until=row["expected_until"],
        not_signed_out=row["state"] == "in" and is_left_over(row["since"], now, zone),
        photo=bool(row["photo"]),
        kiosk=row["kiosk_name"],
        wait_reason=row["wait_reason"],
        resembles=resembles,
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        badge_code=badge_code(secret, school, row["visit"]),
    )
