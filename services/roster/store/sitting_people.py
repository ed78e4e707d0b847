"""One op on the school's own facts: guardians, plans, devices, codes, files."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence

from schemas.identifiers import PersonId
from schemas.roster_rights import CodeState
from services.roster.domain.custody.codes import plain, selector
from services.roster.domain.custody.facts import (
    CodeFact,
    DeviceFact,
    OwnGuardian,
    Plan,
    Spoken,
)
from services.roster.domain.custody.files import People
from services.roster.domain.custody.people import KnownPerson
from services.roster.store.opening import opened_plan
from services.roster.store.sitting import PairSitting


class StoredSitting(PairSitting):
    """Fulfils ports.Sitting."""

    async def own_guardian(self, guardian: PersonId) -> OwnGuardian | None:
        row = await self._connection.fetchrow(
            "SELECT * FROM own_guardians WHERE school = $1 AND person = $2",
            self._school,
            guardian,
        )
        if row is None:
            return None
        students = await self._connection.fetch(
            "SELECT student FROM own_links WHERE school = $1 AND guardian = $2 ORDER BY student",
            self._school,
            guardian,
        )
        return OwnGuardian(
            kind=row["kind"],
            name=row["name"],
            caseworker=row["caseworker"],
            badge=row["badge"],
            call_back=row["call_back"],
            students=tuple(one["student"] for one in students),
        )

    async def keep_guardian(self, guardian: PersonId, fact: OwnGuardian | None) -> None:
        await self._connection.execute(
            "DELETE FROM own_links WHERE school = $1 AND guardian = $2", self._school, guardian
        )
        if fact is None:
            await self._connection.execute(
                "UPDATE own_guardians SET active = false WHERE school = $1 AND person = $2",
                self._school,
                guardian,
            )
            return
        await self._connection.execute(
            """
            INSERT INTO own_guardians
                (school, person, kind, name, caseworker, badge, call_back, active)
            VALUES ($1, $2, $3, $4, $5, $6, $7, true)
            ON CONFLICT (school, person) DO UPDATE SET kind = excluded.kind,
                name = excluded.name, caseworker = excluded.caseworker, badge = excluded.badge,
                call_back = excluded.call_back, active = true
            """,
            self._school,
            guardian,
            fact.kind,
            fact.name,
            fact.caseworker,
            fact.badge,
            fact.call_back,
        )
        await self._connection.execute(
            "INSERT INTO own_links (school, guardian, student)"
            " SELECT $1, $2, student FROM unnest($3::text []) AS student",
            self._school,
            guardian,
            list(fact.students),
        )

    async def plan(self, student: PersonId) -> Plan:
        row = await self._connection.fetchrow(
            "SELECT helper, backup, sealed FROM assistance_plans"
            " WHERE school = $1 AND student = $2",
            self._school,
            student,
        )
        return Plan() if row is None else opened_plan(self._seals, self._school, student, row)

    async def keep_plan(self, student: PersonId, plan: Plan) -> None:
        if plan.empty:
            await self._connection.execute(
                "DELETE FROM assistance_plans WHERE school = $1 AND student = $2",
                self._school,
                student,
            )
            return
        await self._connection.execute(
            """
            INSERT INTO assistance_plans (school, student, helper, backup, sealed)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (school, student) DO UPDATE SET helper = excluded.helper,
                backup = excluded.backup, sealed = excluded.sealed
            """,
            self._school,
            student,
            plan.helper or None,
            plan.backup or None,
            self._seals.seal(self._school, f"plan/{student}", plan.text),
        )

    async def devices(self, person: PersonId) -> Mapping[str, DeviceFact]:
        rows = await self._connection.fetch(
            "SELECT id, label, channel, address FROM guardian_devices"
            " WHERE school = $1 AND person = $2",
            self._school,
            person,
        )
        return {
            row["id"]: DeviceFact(
                label=row["label"], channel=row["channel"], address=row["address"]
            )
            for row in rows
        }

    async def device(self, device: str) -> tuple[PersonId, DeviceFact] | None:
        person = await self._connection.fetchval(
            "SELECT person FROM guardian_devices WHERE school = $1 AND id = $2",
            self._school,
            device,
        )
        return None if person is None else (person, (await self.devices(person))[device])

    async def keep_device(self, device: str, person: PersonId, fact: DeviceFact | None) -> None:
        if fact is None:
            await self._connection.execute(
                "DELETE FROM guardian_devices WHERE school = $1 AND id = $2", self._school, device
            )
            return
        await self._connection.execute(
            "INSERT INTO guardian_devices (school, id, person, label, channel, address)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            self._school,
            device,
            person,
            fact.label,
            fact.channel,
            fact.address,
        )

    async def spoken(self, person: PersonId) -> Spoken:
        row = await self._connection.fetchrow(
            "SELECT speaks, interpreter FROM speaks WHERE school = $1 AND person = $2",
            self._school,
            person,
        )
        return Spoken() if row is None else Spoken(speaks=row[0], interpreter=row[1])

    async def keep_spoken(self, person: PersonId, fact: Spoken) -> None:
        await self._connection.execute(
            """
            INSERT INTO speaks (school, person, speaks, interpreter) VALUES ($1, $2, $3, $4)
            ON CONFLICT (school, person) DO UPDATE SET speaks = excluded.speaks,
                interpreter = excluded.interpreter
            """,
            self._school,
            person,
            fact.speaks,
            fact.interpreter,
        )

    async def language(self, person: PersonId) -> str:
        found = await self._connection.fetchval(
            "SELECT language FROM languages WHERE school = $1 AND person = $2",
            self._school,
            person,
        )
        return found or "en"

    async def keep_language(self, person: PersonId, language: str) -> None:
        await self._connection.execute(
            """
            INSERT INTO languages (school, person, language) VALUES ($1, $2, $3)
            ON CONFLICT (school, person) DO UPDATE SET language = excluded.language
            """,
            self._school,
            person,
            language,
        )

    async def code(self, code_id: str) -> tuple[PersonId, CodeFact] | None:
        row = await self._connection.fetchrow(
            "SELECT guardian, state, students FROM family_codes WHERE school = $1 AND id = $2",
            self._school,
            code_id,
        )
        if row is None:
            return None
        return row["guardian"], CodeFact(state=row["state"], students=tuple(row["students"]))

    async def is_code(self, code_id: str, code: str) -> bool:
        digest = self._secrets.digest(self._school, plain(code))
        kept = await self._connection.fetchval(
            "SELECT digest FROM family_codes WHERE school = $1 AND id = $2", self._school, code_id
        )
        return kept is not None and hmac.compare_digest(kept, digest)

    async def keep_code(
        self, code_id: str, code: str, guardian: PersonId, students: Sequence[PersonId]
    ) -> bool:
        signs = plain(code)
        kept = await self._connection.execute(
            """
            INSERT INTO family_codes
                (school, id, selector, digest, guardian, students, issued_by, issued_at, state)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open')
            ON CONFLICT (school, selector) DO NOTHING
            """,
            self._school,
            code_id,
            selector(signs),
            self._secrets.digest(self._school, signs),
            guardian,
            list(students),
            self._command.actor.person,
            self._now,
        )
        return kept.endswith(" 1")

    async def end_code(self, code_id: str, state: CodeState) -> None:
        await self._connection.execute(
            "UPDATE family_codes SET state = $3 WHERE school = $1 AND id = $2",
            self._school,
            code_id,
            state,
        )

    async def people(self) -> People:
        rows = await self._connection.fetch(
            "SELECT person, source_id, student, roles, active FROM people WHERE school = $1",
            self._school,
        )
        own = await self._connection.fetch(
            "SELECT person FROM own_guardians WHERE school = $1", self._school
        )
        return People(
            by_source={
                row["source_id"]: KnownPerson(
                    id=row["person"],
                    student=row["student"],
                    staff=bool(row["roles"]) and row["active"],
                )
                for row in rows
            },
            own={
                row["person"]: KnownPerson(id=row["person"], guardian=True, imported=False)
                for row in own
            },
        )

    async def students_of(self, guardian: PersonId) -> Sequence[PersonId]:
        rows = await self._connection.fetch(
            """
            SELECT student FROM links WHERE school = $1 AND guardian = $2
            UNION SELECT student FROM own_links WHERE school = $1 AND guardian = $2
            ORDER BY student
            """,
            self._school,
            guardian,
        )
        return [row["student"] for row in rows]

    async def staged(self, import_id: str) -> bytes | None:
        row = await self._connection.fetchrow(
            "SELECT sealed FROM rights_imports WHERE school = $1 AND id = $2",
            self._school,
            import_id,
        )
        if row is None:
            return None
        return self._seals.open_bytes(self._school, f"import/{import_id}", row["sealed"])

    async def drop_staged(self, import_id: str) -> None:
        await self._connection.execute(
            "DELETE FROM rights_imports WHERE school = $1 AND id = $2", self._school, import_id
        )
