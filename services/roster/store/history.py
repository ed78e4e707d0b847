"""The history of imports: one row for each package, whatever became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import asyncpg
import msgspec

from schemas.identifiers import SchoolId
from schemas.roster import StagedImport
from services.chassis.database import Connection
from services.roster.domain.history import Facts, KeptImport, KeptState

WAITS: Final = dt.timedelta(days=1)
ROW: Final = "SELECT id, state, staged, created_at, number, facts FROM imports"


async def insert(connection: Connection, import_id: str, facts: Facts, now: dt.datetime) -> None:
    await connection.execute(
        "INSERT INTO imports (id, state, staged, created_at, facts)"
        " VALUES ($1, 'checking', '', $2, $3) ON CONFLICT (id) DO NOTHING",
        import_id,
        now,
        msgspec.json.encode(facts).decode(),
    )


async def set_staged(connection: Connection, staged: StagedImport) -> None:
    await connection.execute(
        "UPDATE imports SET state = $3, staged = $2 WHERE id = $1",
        staged.id,
        msgspec.json.encode(staged),
        "refused" if staged.refused else "staged",
    )


async def expire(connection: Connection, now: dt.datetime) -> list[str]:
    """Packages that nobody applied in a day: a whole school in one file does not lie about."""
    rows = await connection.fetch(
        "UPDATE imports SET state = 'expired'"
        " WHERE state IN ('checking', 'staged', 'waiting') AND created_at < $1 RETURNING id",
        now - WAITS,
    )
    return [row["id"] for row in rows]


async def find(connection: Connection, import_id: str) -> KeptImport | None:
    row = await connection.fetchrow(f"{ROW} WHERE id = $1", import_id)
    return kept_of(row) if row else None


async def newest(connection: Connection, limit: int) -> list[KeptImport]:
    rows = await connection.fetch(
        f"{ROW} ORDER BY created_at DESC, number DESC, id LIMIT $1", limit
    )
    return [kept_of(row) for row in rows]


async def set_facts(
    connection: Connection,
    kept: KeptImport,
    facts: Facts,
    *,
    state: KeptState,
    number: int | None = None,
    staged: StagedImport | None = None,
) -> None:
    await connection.execute(
        "UPDATE imports SET state = $2, facts = $3, number = $4, staged = coalesce($5, staged)"
        " WHERE id = $1",
        kept.id,
        state,
        msgspec.json.encode(facts).decode(),
        kept.number if number is None else number,
        msgspec.json.encode(staged) if staged else None,
    )


async def next_number(connection: Connection) -> int:
    """Under the lock of imports: the place of the next import or undo in their order."""
    found = await connection.fetchval(
        "SELECT max(greatest(number, (facts ->> 'undone_number')::bigint)) FROM imports"
    )
    return (found or 0) + 1


async def is_newest(connection: Connection, number: int, schools: Sequence[SchoolId]) -> bool:
    """Whether no later import, or later undo of an earlier one, changed one of these schools.

    An import that came later and was undone since left everything as it was.
    """
    later = await connection.fetchval(
        """
        SELECT true FROM imports i WHERE (
            (i.number > $1 AND i.state = 'applied')
            OR (i.number < $1 AND (i.facts ->> 'undone_number')::bigint > $1)
        ) AND EXISTS (
            SELECT FROM jsonb_array_elements_text(i.facts -> 'touched') s WHERE s = ANY($2::text [])
        ) LIMIT 1
        """,
        number,
        list(schools),
    )
    return not later


async def same_file(connection: Connection, sha256: str) -> KeptImport | None:
    """The last applied import of exactly these files."""
    if not sha256:
        return None
    row = await connection.fetchrow(
        f"{ROW} WHERE sha256 = $1 AND state = 'applied' ORDER BY number DESC LIMIT 1", sha256
    )
    return kept_of(row) if row else None


async def set_file(connection: Connection, import_id: str, sha256: str, same_as: str) -> None:
    await connection.execute(
        "UPDATE imports SET sha256 = $2, facts = facts || jsonb_build_object('same_as', $3::text)"
        " WHERE id = $1",
        import_id,
        sha256,
        same_as,
    )


def kept_of(row: asyncpg.Record) -> KeptImport:
    return KeptImport(
        id=row["id"],
        state=row["state"],
        at=row["created_at"],
        number=row["number"],
        facts=msgspec.json.decode(row["facts"], type=Facts),
        staged=msgspec.json.decode(row["staged"], type=StagedImport) if row["staged"] else None,
    )
