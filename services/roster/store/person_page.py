"""One person as a page shows them; the transaction sees the school."""

from __future__ import annotations

import datetime as dt

import asyncpg
import msgspec

from schemas.identifiers import PersonId, SchoolId
from schemas.roster_people import (
    AssistancePlan,
    Changed,
    FamilyCode,
    Named,
    PersonPage,
    ReadBy,
)
from services.chassis.database import Connection
from services.roster.domain.custody.authority import Sight
from services.roster.domain.custody.facts import Sealed
from services.roster.domain.custody.pairs import of_age
from services.roster.store.opening import opened_plan
from services.roster.store.pairs import read_named, read_pairs, read_reach
from services.roster.store.sealing import Seals

SHOWN_CHANGES = 100
SHOWN_READS = 30
# Fields of a change whose values are ids of people.
NAMING = ("helper", "backup", "students")


class PersonReader:
    """Reads one person of one school. now: of the question; today: there."""

    def __init__(
        self,
        connection: Connection,
        seals: Seals,
        school: SchoolId,
        person: PersonId,
        *,
        now: dt.datetime,
        today: dt.date,
    ) -> None:
        self._connection = connection
        self._seals = seals
        self._school = school
        self._person = person
        self._now = now
        self._today = today

    async def page(self, sight: Sight) -> PersonPage:
        outline = await self._outline(sight)
        if sight == "outline":
            return outline
        plan = await read_plan(self._connection, self._seals, self._school, self._person)
        if sight == "helper":
            return msgspec.structs.replace(outline, plan=plan)
        return await self._whole(msgspec.structs.replace(outline, plan=plan))

    async def _outline(self, sight: Sight) -> PersonPage:
        named = (await read_named(self._connection, self._school, (self._person,)))[self._person]
        # The birth date is there once an import brings it; until then there is no such column.
        row = await self._connection.fetchrow(
            """
            SELECT student, roles, to_jsonb(p) ->> 'birth_date' AS birth
            FROM people p WHERE school = $1 AND person = $2
            """,
            self._school,
            self._person,
        )
        home = await self._connection.fetchrow(
            """
            SELECT c.title, c.room FROM enrollments e JOIN classes c USING (school, class_id)
            WHERE e.school = $1 AND e.person = $2 AND e.role = 'student' AND c.active
                AND c.type = 'homeroom' ORDER BY c.title, c.class_id LIMIT 1
            """,
            self._school,
            self._person,
        )
        student = bool(row and row["student"])
        birth = dt.date.fromisoformat(row["birth"]) if row and row["birth"] else None
        seen = birth if sight == "office" and student else None
        return PersonPage(
            person=named,
            sight=sight,
            student=student,
            roles=tuple(row["roles"]) if row else (),
            homeroom=home["title"] if home else "",
            room=home["room"] if home else "",
            birth=seen,
            of_age=of_age(seen, self._today),
        )

    async def _whole(self, page: PersonPage) -> PersonPage:
        pairs = await read_pairs(
            self._connection,
            self._seals,
            self._school,
            self._person,
            today=self._today,
            now=self._now,
        )
        contacts = tuple(pair for pair in pairs if pair.student.id == self._person)
        students = tuple(
            pair
            for pair in pairs
            if pair.guardian.id == self._person and pair.student.id != self._person
        )
        reached = {self._person, *(pair.guardian.id for pair in contacts)}
        history = await self._history()
        reads = await self._reads()
        return msgspec.structs.replace(
            page,
            contacts=contacts,
            students=students,
            reach=await read_reach(self._connection, self._school, sorted(reached)),
            siblings=await self._siblings(),
            codes=await self._codes(),
            history=history,
            reads=reads,
            names=await self._names(page, pairs=contacts + students, history=history, reads=reads),
            staff=await self._staff() if page.student else (),
        )

    async def _siblings(self) -> tuple[Named, ...]:
        rows = await self._connection.fetch(
            """
            WITH linked AS (
                SELECT guardian, student FROM links WHERE school = $1
                UNION SELECT guardian, student FROM own_links WHERE school = $1
            )
            SELECT DISTINCT other.student FROM linked mine JOIN linked other USING (guardian)
            WHERE mine.student = $2 AND other.student <> $2
            """,
            self._school,
            self._person,
        )
        named = await read_named(self._connection, self._school, [row[0] for row in rows])
        return tuple(sorted((one for one in named.values() if one.here), key=lambda n: n.name))

    async def _codes(self) -> tuple[FamilyCode, ...]:
        rows = await self._connection.fetch(
            """
            SELECT id, guardian, students, issued_by, issued_at, tries, state FROM family_codes
            WHERE school = $1 AND (guardian = $2 OR $2 = ANY (students))
            ORDER BY issued_at DESC, id
            """,
            self._school,
            self._person,
        )
        return tuple(
            FamilyCode(
                id=row["id"],
                guardian=row["guardian"],
                students=tuple(row["students"]),
                issued_by=row["issued_by"],
                issued_at=row["issued_at"],
                tries=row["tries"],
                state=row["state"],
            )
            for row in rows
        )

    async def _history(self) -> tuple[Changed, ...]:
        rows = await self._connection.fetch(
            """
            SELECT actor, op_id, n, at, fact, person, student, second, sealed FROM own_changes
            WHERE school = $1 AND (person = $2 OR student = $2)
            ORDER BY line DESC LIMIT $3
            """,
            self._school,
            self._person,
            SHOWN_CHANGES,
        )
        return tuple(self._changed(row) for row in rows)

    def _changed(self, row: asyncpg.Record) -> Changed:
        place = f"change/{row['actor']}/{row['op_id']}/{row['n']}"
        sealed = self._seals.open(self._school, place, row["sealed"], Sealed)
        return Changed(
            at=row["at"],
            by=row["actor"],
            fact=row["fact"],
            person=row["person"],
            student=row["student"],
            was=sealed.was,
            now=sealed.now,
            reason=sealed.reason,
            second=row["second"],
        )

    async def _reads(self) -> tuple[ReadBy, ...]:
        rows = await self._connection.fetch(
            """
            SELECT at, reader, what FROM custody_reads WHERE school = $1 AND subject = $2
            ORDER BY at DESC, reader, what LIMIT $3
            """,
            self._school,
            self._person,
            SHOWN_READS,
        )
        return tuple(ReadBy(at=row["at"], reader=row["reader"], what=row["what"]) for row in rows)

    async def _names(
        self,
        page: PersonPage,
        *,
        pairs: tuple[object, ...],
        history: tuple[Changed, ...],
        reads: tuple[ReadBy, ...],
    ) -> dict[PersonId, str]:
        wanted: set[str] = {read.reader for read in reads} | {change.by for change in history}
        for change in history:
            wanted |= {change.person, change.student or change.person, change.second or change.by}
            for values in (change.was, change.now):
                wanted |= set(" ".join(values.get(field, "") for field in NAMING).split())
        for pair in pairs:
            built = msgspec.to_builtins(pair)
            wanted |= {built.get("routine_by", ""), (built.get("apart") or {}).get("set_by", "")}
            wanted.add((built.get("proposal") or {}).get("by", ""))
        for code in await self._codes():
            wanted |= {code.guardian, *code.students, code.issued_by}
        named = await read_named(self._connection, self._school, map(PersonId, sorted(wanted)))
        return {person: one.name for person, one in named.items()}

    async def _staff(self) -> tuple[Named, ...]:
        rows = await self._connection.fetch(
            "SELECT person FROM people WHERE school = $1 AND active AND roles <> '{}'",
            self._school,
        )
        named = await read_named(self._connection, self._school, [row[0] for row in rows])
        return tuple(sorted(named.values(), key=lambda one: one.name))


async def read_plan(
    connection: Connection, seals: Seals, school: SchoolId, student: PersonId
) -> AssistancePlan | None:
    row = await connection.fetchrow(
        "SELECT helper, backup, sealed FROM assistance_plans WHERE school = $1 AND student = $2",
        school,
        student,
    )
    if row is None:
        return None
    plan = opened_plan(seals, school, student, row)
    people = [PersonId(one) for one in (student, plan.helper, plan.backup) if one]
    named = await read_named(connection, school, people)
    return AssistancePlan(
        student=named[student],
        helper=named.get(PersonId(plan.helper)),
        backup=named.get(PersonId(plan.backup)),
        equipment=plan.text.equipment,
        medication_place=plan.text.medication_place,
        refuge_area=plan.text.refuge_area,
        communication=plan.text.communication,
    )
