"""The flagged list: what it says is sealed; who read it is kept."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from schemas.identifiers import PersonId, SchoolId
from schemas.roster_site import (
    FlagCategory,
    FlaggedDecision,
    FlaggedEntry,
    FlaggedList,
    LiftFlagged,
    RecordFlagged,
)
from services.chassis.database import Pool, in_school
from services.roster.domain.codes import derived_id
from services.roster.store.sealing import Seals

DECISIONS_SHOWN = 50


class FlaggedSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry says, as it is sealed."""

    name: str
    aliases: tuple[str, ...]
    description: str
    category: FlagCategory
    document: str


def flagged_place(entry: str) -> str:
    return f"flagged/{entry}"


def decision_place(visit: str) -> str:
    return f"decision/{visit}"


class StoredFlagged:
    """Fulfils ports.site.Flagged."""

    def __init__(self, pool: Pool, seals: Seals, secret: bytes) -> None:
        self._pool = pool
        self._seals = seals
        self._secret = secret

    def entry_id(self, command: RecordFlagged) -> str:
        return derived_id(
            self._secret, "flagged", command.school, command.actor.person, command.op_id
        )

    async def knows(self, school: SchoolId, entry: str) -> bool:
        async with in_school(self._pool, school) as connection:
            found = await connection.fetchval(
                "SELECT true FROM flagged WHERE school = $1 AND entry = $2", school, entry
            )
        return bool(found)

    async def record(self, command: RecordFlagged, entry: str, now: dt.datetime) -> None:
        said = FlaggedSaid(
            name=command.name,
            aliases=command.aliases,
            description=command.description,
            category=command.category,
            document=command.document,
        )
        async with in_school(self._pool, command.school) as connection:
            await connection.execute(
                """
                INSERT INTO flagged (
                    school, entry, sealed, starts, ends, photo, recorded_by, recorded_at
                ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                ON CONFLICT (school, entry) DO UPDATE
                SET sealed = excluded.sealed, starts = excluded.starts, ends = excluded.ends,
                    photo = CASE WHEN excluded.photo = '' THEN flagged.photo
                        ELSE excluded.photo END,
                    recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at
                """,
                command.school,
                entry,
                self._seals.seal(command.school, flagged_place(entry), said),
                command.starts,
                command.ends,
                command.photo,
                command.actor.person,
                now,
            )

    async def lift(self, command: LiftFlagged, now: dt.datetime) -> None:
        async with in_school(self._pool, command.school) as connection:
            await connection.execute(
                """
                UPDATE flagged SET lifted_by = $3, lifted_at = $4
                WHERE school = $1 AND entry = $2 AND lifted_at IS NULL
                """,
                command.school,
                command.entry,
                command.actor.person,
                now,
            )

    async def read(self, school: SchoolId, reader: str, why: str, now: dt.datetime) -> FlaggedList:
        """The whole list; that it was read is stored in the same transaction."""
        async with in_school(self._pool, school) as connection:
            await connection.execute(
                "INSERT INTO flagged_reads (school, read_id, reader, what, at)"
                " VALUES ($1, $2, $3, $4, $5)",
                school,
                uuid.uuid4().hex,
                reader,
                why,
                now,
            )
            rows = await connection.fetch(
                "SELECT * FROM flagged WHERE school = $1 ORDER BY recorded_at DESC, entry", school
            )
            decisions = await connection.fetch(
                "SELECT visit, sealed FROM flagged_decisions WHERE school = $1"
                " ORDER BY decided_at DESC LIMIT $2",
                school,
                DECISIONS_SHOWN,
            )
            reads = await connection.fetchval(
                "SELECT count(*) FROM flagged_reads WHERE school = $1", school
            )
        entries = []
        for row in rows:
            place = flagged_place(row["entry"])
            said = self._seals.open(school, place, row["sealed"], FlaggedSaid)
            entries.append(
                FlaggedEntry(
                    entry=row["entry"],
                    name=said.name,
                    aliases=said.aliases,
                    description=said.description,
                    category=said.category,
                    document=said.document,
                    starts=row["starts"],
                    ends=row["ends"],
                    photo=row["photo"],
                    recorded_by=PersonId(row["recorded_by"]),
                    recorded_at=row["recorded_at"],
                    lifted_at=row["lifted_at"],
                )
            )
        kept = (
            self._seals.open(school, decision_place(row["visit"]), row["sealed"], FlaggedDecision)
            for row in decisions
        )
        return FlaggedList(entries=tuple(entries), decisions=tuple(kept), reads=reads or 0)
