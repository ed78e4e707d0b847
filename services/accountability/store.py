"""Accountability's own tables: accounts, students, withdrawn counters, last words."""

from collections.abc import Sequence

import msgspec

from schemas.accountability import Observation, Row, SchoolAccounting, Why
from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import IncidentId, SchoolId
from schemas.roster import RosterSnapshot
from schemas.roster_day import DayMoment
from services.accountability.domain.account import Account
from services.accountability.domain.school import KEPT, School
from services.chassis.database import Connection, Pool, in_school

VERSIONS_KEPT = KEPT

_OBSERVATIONS = msgspec.json.Decoder(tuple[Observation, ...])
_WHY: msgspec.json.Decoder[Why | None] = msgspec.json.Decoder(Why | None)
_MOMENT = msgspec.json.Decoder(DayMoment)


class AccountBook:
    """Keeps a school's accounts in tables, beside the log in the same transaction."""

    def empty(self, school: SchoolId) -> School:
        """A school that never had an incident."""
        return School(school)

    def copy(self, state: School) -> School:
        """The working copy of one batch."""
        return state.copy()

    def apply(self, state: School, event: Envelope, data: Event) -> None:
        """Fold one event into the working copy."""
        state.apply(event, data)

    def snapshot(self, state: School) -> SchoolAccounting:
        """GET /state."""
        return state.view()

    async def load(self, conn: Connection, school: SchoolId) -> School:
        """The latest accounts of a school, oldest first."""
        found = await conn.fetch(
            "SELECT * FROM account WHERE school = $1 ORDER BY opened_pos DESC LIMIT $2",
            school,
            KEPT,
        )
        state = School(school)
        for record in reversed(found):
            account = Account(
                incident=record["incident"],
                mode=record["mode"],
                roster_version=record["roster_version"],
                seq=record["seq"],
                open=record["open"],
                moment=_MOMENT.decode(record["moment"]),
            )
            await self._load_students(conn, school, account)
            state.accounts[account.incident] = account
        return state

    async def _load_students(self, conn: Connection, school: SchoolId, account: Account) -> None:
        key = (school, account.incident)
        for record in await conn.fetch(
            "SELECT student, class_id, state, seq, contradicted, observations, why"
            " FROM student WHERE school = $1 AND incident = $2 ORDER BY student",
            *key,
        ):
            student = record["student"]
            account.rows[student] = Row(
                student,
                record["state"],
                record["seq"],
                record["class_id"],
                record["contradicted"],
                _WHY.decode(record["why"]),
            )
            said = _OBSERVATIONS.decode(record["observations"])
            if said:
                account.observations[student] = said
        for record in await conn.fetch(
            "SELECT observer, device, n FROM withdrawn WHERE school = $1 AND incident = $2", *key
        ):
            account.withdrawn.add((record["observer"], record["device"], record["n"]))
        for record in await conn.fetch(
            "SELECT class_id, at FROM last_word WHERE school = $1 AND incident = $2", *key
        ):
            account.last_word[record["class_id"]] = record["at"]

    async def save(
        self,
        conn: Connection,
        school: SchoolId,
        state: School,
        events: Sequence[tuple[Envelope, Event]],
    ) -> None:
        """Write what the batch's events changed: touched students only."""
        first_seq: dict[IncidentId, int] = {}
        first_pos: dict[IncidentId, int] = {}
        for envelope, _data in events:
            if envelope.incident is not None:
                first_seq.setdefault(envelope.incident, envelope.seq)
                first_pos.setdefault(envelope.incident, envelope.pos)
        for incident, since in first_seq.items():
            account = state.account(incident)
            if account is not None:
                await self._save_account(conn, school, account, first_pos[incident])
                await self._save_students(conn, school, account, since)
                await self._save_marginal(conn, school, account)

    async def _save_account(
        self, conn: Connection, school: SchoolId, account: Account, pos: int
    ) -> None:
        await conn.execute(
            "INSERT INTO account VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            " ON CONFLICT (school, incident) DO UPDATE SET seq = excluded.seq,"
            " roster_version = excluded.roster_version, open = excluded.open,"
            " moment = excluded.moment",
            school,
            account.incident,
            account.mode,
            account.roster_version,
            account.seq,
            account.open,
            pos,
            msgspec.json.encode(account.moment),
        )

    async def _save_students(
        self, conn: Connection, school: SchoolId, account: Account, since: int
    ) -> None:
        rows = [row for row in account.rows.values() if row.seq >= since]
        if not rows:
            return
        await conn.execute(
            "INSERT INTO student SELECT $1, $2, * FROM unnest("
            " $3::text[], $4::text[], $5::text[], $6::bigint[], $7::boolean[], $8::bytea[],"
            " $9::bytea[])"
            " ON CONFLICT (school, incident, student) DO UPDATE SET class_id = excluded.class_id,"
            " state = excluded.state, seq = excluded.seq, contradicted = excluded.contradicted,"
            " observations = excluded.observations, why = excluded.why",
            school,
            account.incident,
            [row.student for row in rows],
            [row.class_id for row in rows],
            [row.state for row in rows],
            [row.seq for row in rows],
            [row.contradicted for row in rows],
            [msgspec.json.encode(account.observations.get(row.student, ())) for row in rows],
            [msgspec.json.encode(row.why) for row in rows],
        )

    async def _save_marginal(self, conn: Connection, school: SchoolId, account: Account) -> None:
        if account.withdrawn:
            await conn.execute(
                "INSERT INTO withdrawn (school, incident, observer, device, n)"
                " SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::bigint[])"
                " ON CONFLICT DO NOTHING",
                school,
                account.incident,
                *(list(column) for column in zip(*account.withdrawn, strict=True)),
            )
        if account.last_word:
            await conn.execute(
                "INSERT INTO last_word SELECT $1, $2, * FROM unnest($3::text[], $4::timestamptz[])"
                " ON CONFLICT (school, incident, class_id) DO UPDATE SET at = excluded.at",
                school,
                account.incident,
                list(account.last_word),
                list(account.last_word.values()),
            )


class SnapshotStore:
    """Roster snapshots at hand: the newest few versions of each school."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def read(self, school: SchoolId, version: int) -> RosterSnapshot | None:
        """That version, or the newest kept one when it is 0."""
        async with in_school(self._pool, school) as connection:
            body = await connection.fetchval(
                "SELECT body FROM snapshot WHERE school = $1 AND (version = $2 OR $2 = 0)"
                " ORDER BY version DESC LIMIT 1",
                school,
                version,
            )
        return None if body is None else msgspec.json.decode(body, type=RosterSnapshot)

    async def keep(self, snapshot: RosterSnapshot) -> None:
        """Keep this version and forget all but the newest few."""
        async with in_school(self._pool, snapshot.school.id) as connection:
            await connection.execute(
                "INSERT INTO snapshot VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                snapshot.school.id,
                snapshot.version,
                msgspec.json.encode(snapshot),
            )
            await connection.execute(
                "DELETE FROM snapshot WHERE school = $1 AND version <= $2::bigint - $3::bigint",
                snapshot.school.id,
                snapshot.version,
                VERSIONS_KEPT,
            )
