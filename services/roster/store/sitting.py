"""One op on the school's own facts, in one transaction: pairs, history, who is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

from schemas.commands import Command
from schemas.identifiers import PersonId
from schemas.roster_rights import LiftProposal
from services.chassis.database import Connection
from services.roster.domain.custody.facts import (
    Change,
    LiftText,
    Order,
    Rights,
    Sealed,
    Standing,
)
from services.roster.domain.custody.people import Known, KnownPerson
from services.roster.store.opening import opened_lift, opened_order
from services.roster.store.sealing import KeyedSecrets, Seals

PAIRS: Final = """
    SELECT guardian, student FROM links WHERE school = $1
    UNION SELECT guardian, student FROM own_links WHERE school = $1
"""
# A link that a file dropped, or an order alone, still makes someone family.
EVER: Final = """
    SELECT guardian, student FROM links WHERE school = $1
    UNION SELECT guardian, student FROM own_links WHERE school = $1
    UNION SELECT guardian, student FROM rights WHERE school = $1
    UNION SELECT guardian, student FROM apart WHERE school = $1
"""


class PairSitting:
    """Rights, orders and history; the transaction sees the command's school."""

    def __init__(
        self,
        connection: Connection,
        command: Command,
        *,
        seals: Seals,
        secrets: KeyedSecrets,
        now: dt.datetime,
        today: dt.date,
    ) -> None:
        self._connection = connection
        self._command = command
        self._school = command.school
        self._seals = seals
        self._secrets = secrets
        self._now = now
        self._lines = 0
        self.today = today
        self.fresh = True

    async def open(self) -> None:
        """One sitting at a time at a school; then whether this op was here before."""
        await self._connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('own facts ' || $1, 0))", self._school
        )
        self.fresh = not await self._connection.fetchval(
            """
            SELECT EXISTS (SELECT FROM ops WHERE school = $1 AND actor = $2 AND op_id = $3)
            OR EXISTS (SELECT FROM own_changes WHERE school = $1 AND actor = $2 AND op_id = $3)
            """,
            self._school,
            self._command.actor.person,
            self._command.op_id,
        )

    async def written_before(self) -> Sequence[Change]:
        rows = await self._connection.fetch(
            """
            SELECT fact, person, student, second, fields FROM own_changes
            WHERE school = $1 AND actor = $2 AND op_id = $3 ORDER BY n
            """,
            self._school,
            self._command.actor.person,
            self._command.op_id,
        )
        return [
            Change(
                fact=row["fact"],
                person=PersonId(row["person"]),
                student=row["student"],
                second=row["second"],
                now=dict.fromkeys(row["fields"], ""),
            )
            for row in rows
        ]

    async def record(self, change: Change) -> None:
        actor, op_id = self._command.actor.person, self._command.op_id
        place = f"change/{actor}/{op_id}/{self._lines}"
        sealed = Sealed(was=change.was, now=change.now, reason=change.reason)
        await self._connection.execute(
            """
            INSERT INTO own_changes
                (school, actor, op_id, n, at, fact, person, student, second, fields, sealed)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            self._school,
            actor,
            op_id,
            self._lines,
            self._now,
            change.fact,
            change.person,
            change.student,
            change.second,
            list(change.fields),
            self._seals.seal(self._school, place, sealed),
        )
        self._lines += 1

    async def known(self, people: Iterable[PersonId]) -> Known:
        rows = await self._connection.fetch(
            f"""
            SELECT asked.person, coalesce(p.student, false) AS student,
                coalesce(p.roles <> '{{}}' AND p.active, false) AS staff,
                p.person IS NOT NULL AS imported,
                EXISTS (SELECT FROM ({PAIRS}) k WHERE k.guardian = asked.person) AS guardian
            FROM unnest($2::text []) AS asked (person)
            LEFT JOIN people p ON p.school = $1 AND p.person = asked.person
            LEFT JOIN own_guardians o ON o.school = $1 AND o.person = asked.person
            WHERE p.person IS NOT NULL OR o.person IS NOT NULL
            """,  # noqa: S608 -- our own text
            self._school,
            list(people),
        )
        found = (
            KnownPerson(
                id=PersonId(row["person"]),
                student=row["student"],
                staff=row["staff"],
                guardian=row["guardian"],
                imported=row["imported"],
            )
            for row in rows
        )
        return {one.id: one for one in found}

    async def own_family(self, people: Iterable[PersonId]) -> bool:
        return bool(
            await self._connection.fetchval(
                f"""
                WITH pairs AS MATERIALIZED ({EVER}),
                mine AS (SELECT student FROM pairs WHERE guardian = $2)
                SELECT $2 = ANY ($3)
                    OR EXISTS (SELECT FROM mine WHERE student = ANY ($3))
                    OR EXISTS (SELECT FROM mine JOIN pairs USING (student)
                        WHERE pairs.guardian = ANY ($3))
                """,  # noqa: S608 -- our own text
                self._school,
                self._command.actor.person,
                list(people),
            )
        )

    async def standing(self, guardian: PersonId, student: PersonId) -> Standing:
        known = await self.known((guardian, student))
        adult, child = known.get(guardian), known.get(student)
        row = await self._connection.fetchrow(
            f"""
            SELECT EXISTS (SELECT FROM ({PAIRS}) k WHERE k.guardian = $2 AND k.student = $3)
                AS linked, r.message, r.information, r.pick_up, r.routine, r.routine_how,
                r.priority, r.relationship, a.sealed, a.begins, a.ends, a.revision
            FROM (SELECT $1::text AS school, $2::text AS guardian, $3::text AS student) one
            LEFT JOIN rights r USING (school, guardian, student)
            LEFT JOIN apart a USING (school, guardian, student)
            """,  # noqa: S608 -- our own text
            self._school,
            guardian,
            student,
        )
        assert row is not None
        rights = Rights()
        if row["message"] is not None:
            rights = Rights(**{name: row[name] for name in Rights.__struct_fields__})
        return Standing(
            guardian_known=adult is not None,
            student_known=child is not None and child.student,
            linked=row["linked"],
            own_family=await self.own_family((guardian, student)),
            rights=rights,
            order=None
            if row["sealed"] is None
            else opened_order(self._seals, self._school, guardian, student, row),
            revision=row["revision"] or 0,
        )

    async def keep_rights(
        self, guardian: PersonId, student: PersonId, rights: Rights, *, consent: bool = False
    ) -> None:
        await self._connection.execute(
            """
            INSERT INTO rights AS r (school, guardian, student, message, information, pick_up,
                routine, routine_how, priority, relationship, routine_by, routine_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce($11, ''), $12)
            ON CONFLICT (school, guardian, student) DO UPDATE SET message = excluded.message,
                information = excluded.information, pick_up = excluded.pick_up,
                routine = excluded.routine, routine_how = excluded.routine_how,
                priority = excluded.priority, relationship = excluded.relationship,
                routine_by = coalesce($11, r.routine_by),
                routine_at = coalesce($12, r.routine_at)
            """,
            self._school,
            guardian,
            student,
            rights.message,
            rights.information,
            rights.pick_up,
            rights.routine,
            rights.routine_how,
            rights.priority,
            rights.relationship,
            self._command.actor.person if consent else None,
            self._now if consent else None,
        )

    async def keep_order(
        self, guardian: PersonId, student: PersonId, order: Order | None, revision: int
    ) -> None:
        # What was proposed for the order as it was says nothing about another one.
        await self._connection.execute(
            "DELETE FROM lift_proposals WHERE school = $1 AND guardian = $2 AND student = $3",
            self._school,
            guardian,
            student,
        )
        if order is None:
            await self._connection.execute(
                "DELETE FROM apart WHERE school = $1 AND guardian = $2 AND student = $3",
                self._school,
                guardian,
                student,
            )
            return
        await self._connection.execute(
            """
            INSERT INTO apart (school, guardian, student, sealed, begins, ends, revision,
                set_by, set_at, told)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (school, guardian, student) DO UPDATE SET sealed = excluded.sealed,
                begins = excluded.begins, ends = excluded.ends, revision = excluded.revision,
                set_by = excluded.set_by, set_at = excluded.set_at, told = excluded.told
            """,
            self._school,
            guardian,
            student,
            self._seals.seal(self._school, f"apart/{guardian}/{student}", order),
            order.begins,
            order.ends,
            revision,
            self._command.actor.person,
            self._now,
            order.holds(self.today),
        )

    async def keep_lift(self, lift: LiftProposal) -> None:
        await self._connection.execute(
            """
            INSERT INTO lift_proposals
                (school, id, guardian, student, revision, proposed_by, expires, sealed)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            self._school,
            lift.id,
            lift.guardian,
            lift.student,
            lift.version,
            lift.by,
            lift.expires,
            self._seals.seal(
                self._school,
                f"lift/{lift.id}",
                LiftText(reason=lift.reason, made_by=lift.made_by),
            ),
        )

    async def lift(self, proposal: str) -> LiftProposal | None:
        row = await self._connection.fetchrow(
            "SELECT * FROM lift_proposals WHERE school = $1 AND id = $2", self._school, proposal
        )
        return None if row is None else opened_lift(self._seals, self._school, row)
