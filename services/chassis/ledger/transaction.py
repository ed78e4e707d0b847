"""One batch as one transaction, up to a commit whose outcome is known, or is not."""

import enum
from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

import asyncpg

from schemas.identifiers import SchoolId
from services.chassis.database import Connection, set_school
from services.chassis.ledger import tables
from services.chassis.ledger.book import Book
from services.chassis.ledger.decision import Op
from services.chassis.ledger.memory import Memory
from services.chassis.ledger.school_memory import SchoolMemory
from services.chassis.ledger.staging import OpKey, Staged, Stager, StoredOp

S = TypeVar("S")

LOST = ("08", "57P01", "57P02", "57P03")
"""SQLSTATEs of a server or a connection that is going away."""


class Outcome(enum.Enum):
    COMMITTED = "committed"
    UNDONE = "undone"
    UNKNOWN = "unknown"


class Transactions(Generic[S]):
    """Decides and writes batches, each on a connection that the caller hands over."""

    def __init__(self, *, memory: Memory[S], stager: Stager[S], book: Book[S]) -> None:
        self._memory = memory
        self._stager = stager
        self._book = book

    async def prepare(
        self, connection: Connection, epoch: int, batch: Mapping[SchoolId, Sequence[Op[S]]]
    ) -> list[Staged[S]]:
        """Everything before the commit. Raises Deposed, HeadMoved, InDoubt, StandBy or what the
        database or the book raised; nothing is stored then, once the transaction is closed."""
        memories = {school: await self._memory.of(school) for school in batch}
        await connection.execute("BEGIN")
        return [
            await self._prepare_school(connection, epoch, school, memory, batch[school])
            for school, memory in memories.items()
        ]

    async def _prepare_school(
        self,
        connection: Connection,
        epoch: int,
        school: SchoolId,
        memory: SchoolMemory[S],
        ops: Sequence[Op[S]],
    ) -> Staged[S]:
        stored: dict[OpKey, StoredOp] = {}
        known = {op.key for op in ops if hash(op.key) in memory.ops}
        if known:
            await set_school(connection, school)
            stored = await tables.find_ops(connection, school, known)
        staged = self._stager.stage(school, memory, ops, stored)
        if staged.writes:
            # Deciding needs no lock: this refuses when memory is not what the log says.
            await tables.append(connection, epoch, staged)
        if staged.events:
            saved = [(event.envelope, event.data) for event in staged.events]
            await self._book.save(connection, school, staged.state, saved)
        return staged


async def commit(connection: Connection) -> Outcome:
    """Run it as a task and never cancel it: a commit that was given up may still happen. The
    connection must have no command_timeout.

    Raises what the database said when it refused (a deferred constraint): nothing is stored.
    """
    try:
        status = await connection.execute("COMMIT")
    except asyncpg.PostgresError as error:
        if error.severity_en != "ERROR" or (error.sqlstate or "").startswith(LOST):
            return Outcome.UNKNOWN
        raise
    except Exception:
        # The connection or the driver gave up; the server may have done it.
        return Outcome.UNKNOWN
    return Outcome.COMMITTED if status == "COMMIT" else Outcome.UNDONE


async def close(connection: Connection) -> bool:
    """End a transaction that must not happen. False: the connection is of no more use."""
    try:
        await connection.execute("ROLLBACK", timeout=2.0)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
        return False
    return True
