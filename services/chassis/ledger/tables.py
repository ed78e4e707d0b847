"""The ledger's own tables: SQL and nothing else, inside the caller's transaction."""

import datetime as dt
from collections.abc import AsyncIterator, Collection, Sequence

import asyncpg

from schemas.identifiers import IncidentId, SchoolId
from services.chassis.database import Connection, set_school
from services.chassis.ledger.chain import LoggedRow
from services.chassis.ledger.errors import Deposed, HeadMoved
from services.chassis.ledger.staging import OpKey, S, Staged, StoredOp

DEPOSED, HEAD_MOVED = "MU001", "MU002"


async def find_ops(
    connection: Connection, school: SchoolId, keys: Collection[OpKey]
) -> dict[OpKey, StoredOp]:
    """Those of these keys (actor, op_id) that were answered before."""
    rows = await connection.fetch(
        """
        SELECT o.actor, o.op_id, o.body, o.reply
        FROM ops o JOIN unnest($2::text[], $3::text[]) AS k(actor, op_id) USING (actor, op_id)
        WHERE o.school = $1
        """,
        school,
        [actor for actor, _ in keys],
        [op_id for _, op_id in keys],
    )
    return {(r["actor"], r["op_id"]): StoredOp(r["body"], r["reply"]) for r in rows}


async def append(connection: Connection, epoch: int, staged: Staged[S]) -> None:
    """Take a school's log and add events, answers and cursors, in one round trip.

    Raises Deposed, HeadMoved.
    """
    try:
        await connection.execute(
            "SELECT muster_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
            " $15, $16, $17, $18, $19, $20, $21, $22, $23)",
            epoch,
            staged.school,
            staged.from_pos,
            staged.from_hash,
            *_event_columns(staged),
            *_op_columns(staged),
            list(staged.cursors),
            list(staged.cursors.values()),
            staged.pos,
            staged.hash,
        )
    except asyncpg.PostgresError as error:
        if error.sqlstate == DEPOSED:
            raise Deposed from error
        if error.sqlstate == HEAD_MOVED:
            raise HeadMoved from error
        raise


def _event_columns(staged: Staged[S]) -> list[list[object]]:
    """pos, id, type, incident, seq, at, prev, hash, wire."""
    envelopes = [event.envelope for event in staged.events]
    return [
        [envelope.pos for envelope in envelopes],
        [envelope.id for envelope in envelopes],
        [envelope.type for envelope in envelopes],
        [envelope.incident for envelope in envelopes],
        [envelope.seq for envelope in envelopes],
        [envelope.time for envelope in envelopes],
        [event.prev for event in staged.events],
        [event.hash for event in staged.events],
        [event.wire for event in staged.events],
    ]


def _op_columns(staged: Staged[S]) -> list[list[object]]:
    """actor, op_id, incident, at, body, reply."""
    ops = staged.answered
    return [
        [actor for actor, _ in ops],
        [op_id for _, op_id in ops],
        [op.incident for op in ops.values()],
        [op.at for op in ops.values()],
        [op.body_hash for op in ops.values()],
        [op.reply for op in ops.values()],
    ]


async def open_log(connection: Connection, school: SchoolId) -> tuple[int, bytes]:
    """(pos, hash) of a school's last event, waiting for whoever still writes to its log.

    The row is made at first use, so that every batch has one to lock.
    """
    await set_school(connection, school)
    await connection.execute(
        "INSERT INTO heads (school) VALUES ($1) ON CONFLICT DO NOTHING", school
    )
    row = await connection.fetchrow(
        "SELECT pos, hash FROM heads WHERE school = $1 FOR UPDATE", school
    )
    assert row is not None
    return row["pos"], row["hash"]


async def last_seqs(connection: Connection, school: SchoolId) -> dict[IncidentId, int]:
    """The last seq of each incident of this log."""
    rows = await connection.fetch(
        "SELECT incident, max(seq) AS seq FROM events"
        " WHERE school = $1 AND incident IS NOT NULL GROUP BY incident",
        school,
    )
    return {row["incident"]: row["seq"] for row in rows}


async def op_hashes(connection: Connection, school: SchoolId) -> set[int]:
    """The keys of every stored op, hashed as this process hashes them."""
    rows = await connection.fetch("SELECT actor, op_id FROM ops WHERE school = $1", school)
    return {hash((row["actor"], row["op_id"])) for row in rows}


async def read_wires(
    connection: Connection, school: SchoolId, *, after: int, until: int, limit: int
) -> list[bytes]:
    """Stored bytes of the events after < pos ≤ until, at most `limit`, in pos order."""
    rows = await connection.fetch(
        "SELECT wire FROM events WHERE school = $1 AND pos > $2 AND pos <= $3"
        " ORDER BY pos LIMIT $4",
        school,
        after,
        until,
        limit,
    )
    return [row["wire"] for row in rows]


async def read_rows(connection: Connection, school: SchoolId) -> AsyncIterator[LoggedRow]:
    """A school's whole log in pos order, a thousand rows at a time."""
    query = (
        "SELECT pos, type, incident, seq, prev, hash, wire FROM events"
        " WHERE school = $1 ORDER BY pos"
    )
    async for row in connection.cursor(query, school, prefetch=1000):
        yield LoggedRow(*row)


async def forget_ops(
    connection: Connection, school: SchoolId, *, before: dt.datetime, endings: Sequence[str]
) -> int:
    """Delete the answers that nobody may ask for again; returns how many.

    Older than `before`, and of an incident only when that had ended before it: endings are the
    event types that end one. An owner whose log knows no endings keeps an incident's answers
    until none of them is younger.
    """
    status = await connection.execute(
        """
        DELETE FROM ops WHERE school = $1 AND at < $2 AND (
            incident IS NULL
            OR incident IN (SELECT incident FROM events
                            WHERE school = $1 AND type = ANY($3::text[]) AND at < $2)
            OR (cardinality($3::text[]) = 0 AND incident NOT IN (
                SELECT incident FROM ops
                WHERE school = $1 AND at >= $2 AND incident IS NOT NULL))
        )
        """,
        school,
        before,
        endings,
    )
    return int(status.removeprefix("DELETE "))


async def raise_epoch(connection: Connection) -> tuple[int, str]:
    """(epoch, lineage) of a new tenure; waits for every transaction of the one before."""
    row = await connection.fetchrow("UPDATE tenure SET epoch = epoch + 1 RETURNING epoch, lineage")
    assert row is not None
    return row["epoch"], row["lineage"]


async def read_heads(connection: Connection) -> dict[SchoolId, int]:
    """Last pos of every school that has events."""
    rows = await connection.fetch("SELECT school, pos FROM heads WHERE pos > 0")
    return {row["school"]: row["pos"] for row in rows}
