"""Commits whose outcome is not known: their schools wait until the database has said."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import asyncpg

from services.chassis.database import Connection, Pool, in_school
from services.chassis.ledger import tables
from services.chassis.ledger.memory import Memory
from services.chassis.ledger.staging import Staged
from services.chassis.ledger.transaction import Outcome
from services.chassis.logs import log, where

S = TypeVar("S")

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
ASK_DEADLINE = 5.0


class Doubt(Generic[S]):
    """Follows doubtful commits to their end. known: called with what turned out to be stored."""

    def __init__(
        self, *, pool: Pool, memory: Memory[S], known: Callable[[Sequence[Staged[S]]], None]
    ) -> None:
        self._pool = pool
        self._memory = memory
        self._known = known
        self._tasks: set[asyncio.Task[None]] = set()

    def follow(
        self,
        batch: Sequence[Staged[S]],
        commit: "asyncio.Task[Outcome]",
        connection: Connection,
    ) -> None:
        """From now on the batch's schools decide nothing, until it is known."""
        self._memory.doubt.update(staged.school for staged in batch)
        log.warning("commit_in_doubt", count=len(batch))
        tenure = self._memory.tenure
        task = asyncio.create_task(self._follow(batch, commit, connection, tenure))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self, deadline: float) -> None:
        """Give the open ones a last chance, then leave them to the next tenure."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=deadline)
            for task in late:
                task.cancel()

    async def _follow(
        self,
        batch: Sequence[Staged[S]],
        commit: "asyncio.Task[Outcome]",
        connection: Connection,
        tenure: int,
    ) -> None:
        try:
            # Shielded: the end of this process's patience is not the end of the commit.
            outcome = await asyncio.shield(commit)
        except asyncpg.PostgresError:
            outcome = Outcome.UNDONE
        connection.terminate()
        for staged in batch:
            stored = outcome is Outcome.COMMITTED
            if outcome is Outcome.UNKNOWN:
                stored = await self._ask_until_known(staged, tenure)
            if self._memory.tenure == tenure:
                self._resolve(staged, stored)

    def _resolve(self, staged: Staged[S], stored: bool) -> None:
        log.info("doubt_resolved", school=staged.school, status="stored" if stored else "undone")
        self._memory.forget(staged.school)
        self._memory.doubt.discard(staged.school)
        if stored:
            self._memory.advance(staged)
            self._known([staged])

    async def _ask_until_known(self, staged: Staged[S], tenure: int) -> bool:
        """The head's row lock makes this wait for a commit that is still under way."""
        pause = FIRST_PAUSE
        while self._memory.tenure == tenure:
            try:
                async with in_school(self._pool, staged.school, timeout=ASK_DEADLINE) as connection:
                    head = await tables.open_log(connection, staged.school)
            except Exception as error:
                # Whatever it was: a school that is not asked about would wait for ever.
                log.warning("doubt_remains", error_type=type(error).__name__, where=where(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return bool(staged.events) and head == (staged.pos, staged.hash)
        return False
