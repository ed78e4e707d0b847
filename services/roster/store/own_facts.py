"""The school's own facts: sittings that change them, questions that are remembered."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from schemas.commands import Command
from schemas.identifiers import PersonId, SchoolId
from schemas.roster_people import AssistancePlan, Families, Family, PersonPage
from schemas.roster_rights import FamilyMatch, RightsFile
from schemas.vocabulary import SYSTEM
from services.chassis.database import Connection, Pool, in_school
from services.roster.domain.custody.authority import Sight, sight_of
from services.roster.domain.custody.codes import TRIES, selector
from services.roster.domain.custody.facts import Sealed
from services.roster.domain.custody.families import grouped, without
from services.roster.store.exports import Rows, export_rows
from services.roster.store.order_days import APART_ON, day_at
from services.roster.store.pairs import read_named
from services.roster.store.person_page import PersonReader, read_plan
from services.roster.store.sealing import KeyedSecrets, Seals
from services.roster.store.sitting_people import StoredSitting

STAGED_LIVES = dt.timedelta(days=1)


class StoredOwnFacts:
    """Fulfils ports.OwnFactStore."""

    def __init__(self, pool: Pool, seals: Seals, keys: KeyedSecrets) -> None:
        self._pool = pool
        self._seals = seals
        self._keys = keys

    @asynccontextmanager
    async def sitting(self, command: Command, now: dt.datetime) -> AsyncIterator[StoredSitting]:
        async with in_school(self._pool, command.school) as connection:
            sitting = StoredSitting(
                connection,
                command,
                seals=self._seals,
                secrets=self._keys,
                now=now,
                today=await day_at(connection, command.school, now),
            )
            await sitting.open()
            yield sitting

    async def verify(self, school: SchoolId, signs: str, now: dt.datetime) -> FamilyMatch | None:
        digest = self._keys.digest(school, signs)
        async with in_school(self._pool, school) as connection:
            # Counted before it is compared: tries in parallel cannot outrun the lock.
            row = await connection.fetchrow(
                """
                UPDATE family_codes SET tries = tries + 1
                WHERE school = $1 AND selector = $2 AND state = 'open'
                RETURNING id, digest, guardian, students, tries
                """,
                school,
                selector(signs),
            )
            if row is None:
                return None
            if not hmac.compare_digest(row["digest"], digest):
                if row["tries"] >= TRIES:
                    await self._lock(connection, school, row["id"], row["guardian"], now)
                return None
            await connection.execute(
                "UPDATE family_codes SET tries = 0 WHERE school = $1 AND id = $2",
                school,
                row["id"],
            )
            students = await told_of(connection, school, row["guardian"], row["students"], now)
        match = FamilyMatch(id=row["id"], guardian=row["guardian"], students=students)
        return match if students else None

    async def _lock(
        self, connection: Connection, school: SchoolId, code: str, guardian: str, now: dt.datetime
    ) -> None:
        await connection.execute(
            "UPDATE family_codes SET state = 'locked' WHERE school = $1 AND id = $2", school, code
        )
        place = f"change/{SYSTEM.person}/lock-{code}/0"
        sealed = self._seals.seal(
            school, place, Sealed(was={"state": "open"}, now={"state": "locked"})
        )
        await connection.execute(
            """
            INSERT INTO own_changes (school, actor, op_id, n, at, fact, person, fields, sealed)
            VALUES ($1, $2, $3, 0, $4, 'family_code', $5, '{state}', $6)
            """,
            school,
            SYSTEM.person,
            f"lock-{code}",
            now,
            guardian,
            sealed,
        )

    async def sight(
        self, school: SchoolId, person: PersonId, reader: PersonId, roles: Sequence[str]
    ) -> Sight | None:
        async with in_school(self._pool, school) as connection:
            named = await read_named(connection, school, (person,))
            row = await connection.fetchrow(
                "SELECT helper, backup FROM assistance_plans WHERE school = $1 AND student = $2",
                school,
                person,
            )
        if person not in named:
            return None
        return sight_of(reader, roles, [one for one in row or () if one])

    async def page(
        self, school: SchoolId, person: PersonId, sight: Sight, now: dt.datetime
    ) -> PersonPage:
        async with in_school(self._pool, school) as connection:
            today = await day_at(connection, school, now)
            reader = PersonReader(connection, self._seals, school, person, now=now, today=today)
            return await reader.page(sight)

    async def families(self, school: SchoolId, now: dt.datetime) -> Families | None:
        async with in_school(self._pool, school) as connection:
            if not await connection.fetchval("SELECT true FROM schools WHERE school = $1", school):
                return None
            today = await day_at(connection, school, now)
            return Families(school=school, families=await read_families(connection, school, today))

    async def helped_by(self, school: SchoolId, staff: PersonId) -> list[AssistancePlan]:
        async with in_school(self._pool, school) as connection:
            rows = await connection.fetch(
                """
                SELECT a.student FROM assistance_plans a JOIN people p
                    ON p.school = a.school AND p.person = a.student AND p.active
                WHERE a.school = $1 AND (a.helper = $2 OR a.backup = $2)
                ORDER BY p.family, p.given, p.person
                """,
                school,
                staff,
            )
            plans = [
                await read_plan(connection, self._seals, school, PersonId(row["student"]))
                for row in rows
            ]
        return [plan for plan in plans if plan is not None]

    async def keep_read(
        self,
        school: SchoolId,
        reader: PersonId,
        subjects: Mapping[PersonId, Sequence[str]],
        now: dt.datetime,
    ) -> None:
        rows = [(subject, what) for subject, read in subjects.items() for what in read]
        async with in_school(self._pool, school) as connection:
            await connection.execute(
                """
                INSERT INTO custody_reads (school, subject, at, reader, what)
                SELECT $1, subject, $2, $3, what
                FROM unnest($4::text [], $5::text []) AS read (subject, what)
                ON CONFLICT DO NOTHING
                """,
                school,
                now,
                reader,
                [subject for subject, _what in rows],
                [what for _subject, what in rows],
            )

    async def export(self, school: SchoolId, file: RightsFile) -> tuple[Rows, Sequence[PersonId]]:
        async with in_school(self._pool, school) as connection:
            rows = await export_rows(connection, self._seals, school, file)
            sources = [row.get("studentSourcedId", "") for row in rows]
            sources += [one for row in rows for one in row.get("studentSourcedIds", "").split(",")]
            named = await connection.fetch(
                "SELECT person FROM people WHERE school = $1 AND source_id = ANY ($2)",
                school,
                sources,
            )
        return rows, [row["person"] for row in named]

    async def turned_orders(self, school: SchoolId, now: dt.datetime) -> list[str]:
        """Orders that began or ended with the day and of which the log has not told yet."""
        async with in_school(self._pool, school) as connection:
            rows = await connection.fetch(
                f"SELECT guardian, student FROM apart a WHERE school = $1"  # noqa: S608
                f" AND told <> ({APART_ON}) ORDER BY guardian, student",
                school,
                await day_at(connection, school, now),
            )
        return [f"{row['guardian']}/{row['student']}" for row in rows]

    async def told_orders(self, school: SchoolId, now: dt.datetime) -> None:
        async with in_school(self._pool, school) as connection:
            await connection.execute(
                f"UPDATE apart a SET told = ({APART_ON}) WHERE school = $1"  # noqa: S608
                f" AND told <> ({APART_ON})",
                school,
                await day_at(connection, school, now),
            )

    async def stage(self, school: SchoolId, reader: PersonId, body: bytes, now: dt.datetime) -> str:
        import_id = secrets.token_hex(16)
        async with in_school(self._pool, school) as connection:
            # Files with plans in them do not lie about for longer.
            await connection.execute(
                "DELETE FROM rights_imports WHERE school = $1 AND staged_at < $2",
                school,
                now - STAGED_LIVES,
            )
            await connection.execute(
                "INSERT INTO rights_imports (school, id, staged_by, staged_at, sealed)"
                " VALUES ($1, $2, $3, $4, $5)",
                school,
                import_id,
                reader,
                now,
                self._seals.seal(school, f"import/{import_id}", body),
            )
        return import_id


async def told_of(
    connection: Connection,
    school: SchoolId,
    guardian: str,
    students: Sequence[str],
    now: dt.datetime,
) -> tuple[PersonId, ...]:
    """Those of the students whom this guardian may be told about now."""
    rows = await connection.fetch(
        f"""
        SELECT r.student FROM rights r
        JOIN (
            SELECT guardian, student FROM links WHERE school = $1
            UNION SELECT guardian, student FROM own_links WHERE school = $1
        ) l USING (guardian, student)
        JOIN people p ON p.school = $1 AND p.person = r.student AND p.active
        WHERE r.school = $1 AND r.guardian = $3 AND r.student = ANY ($4) AND r.information
            AND NOT EXISTS (SELECT FROM apart a WHERE a.school = $1 AND a.guardian = r.guardian
                AND a.student = r.student AND {APART_ON})
        ORDER BY r.student
        """,  # noqa: S608 -- our own text
        school,
        await day_at(connection, school, now),
        guardian,
        list(students),
    )
    return tuple(PersonId(row["student"]) for row in rows)


async def read_families(
    connection: Connection, school: SchoolId, today: dt.date
) -> tuple[Family, ...]:
    """Students who are here, with guardians who are here or whom the school wrote down."""
    students = await connection.fetch(
        """
        SELECT person FROM people WHERE school = $1 AND active AND student
        ORDER BY family, given, person
        """,
        school,
    )
    links = await connection.fetch(
        f"""
        SELECT l.guardian, l.student, a.student IS NOT NULL AS apart,
            coalesce(r.message, false) AS message, coalesce(r.pick_up, false) AS pick_up
        FROM (
            SELECT guardian, student FROM links WHERE school = $1
            UNION SELECT guardian, student FROM own_links WHERE school = $1
        ) l
        LEFT JOIN rights r ON r.school = $1 AND r.guardian = l.guardian
            AND r.student = l.student
        LEFT JOIN apart a ON a.school = $1 AND a.guardian = l.guardian
            AND a.student = l.student AND {APART_ON}
        ORDER BY l.guardian, l.student
        """,  # noqa: S608 -- our own text
        school,
        today,
    )
    told = {row["student"]: True for row in links if row["message"] and not row["apart"]}
    fetched = {row["student"]: True for row in links if row["pick_up"] and not row["apart"]}
    families = grouped(
        [row["person"] for row in students], [(row["guardian"], row["student"]) for row in links]
    )
    everyone = [person for family in families for side in family for person in side]
    named = await read_named(connection, school, everyone)
    return tuple(
        Family(
            students=tuple(named[one] for one in children),
            guardians=tuple(named[one] for one in adults if one in named),
            unmessaged=without(children, told),
            unfetched=without(children, fetched),
        )
        for children, adults in families
    )
