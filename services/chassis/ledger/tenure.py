"""One active instance of each owner: a session lock on a connection of its own, and an epoch.

The lock says who may try; the epoch, read in every transaction, says who may not any more.
"""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg

from services.chassis.database.pool import Connection, connect
from services.chassis.ledger import tables
from services.chassis.logs import log, where

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0
HEARTBEAT, HEARTBEAT_DEADLINE = 1.0, 10.0


class Tenure:
    """Takes the lock, keeps it, and tries again for ever after a loss.

    begin: awaited with (connection, epoch, lineage) before this instance is active. end: called
    at once, without waiting, when the lock's connection is lost.
    """

    def __init__(
        self,
        *,
        owner: str,
        database_url: str,
        begin: Callable[[Connection, int, str], Awaitable[None]],
        end: Callable[[], None],
    ) -> None:
        self._owner = owner
        self._url = database_url
        self._begin = begin
        self._end = end
        self._task: asyncio.Task[None] | None = None
        self._first_answer = asyncio.Event()
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self.active = False

    async def start(self) -> None:
        """Return when this instance is active, or knows that it is a stand-by for now."""
        self._task = asyncio.create_task(self._serve(), name=f"{self._owner} tenure")
        await self._first_answer.wait()

    async def stop(self) -> None:
        """Give the lock back."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None

    def step_down(self) -> None:
        """Stop deciding now and stand by again: someone else has a later epoch."""
        self._lose()
        if self._connection is not None:
            self._connection.terminate()

    async def _serve(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await self._serve_once()
                pause = FIRST_PAUSE
            except Exception as error:
                # Whatever it was: an owner that stops trying would be lost for good.
                log.warning(
                    "tenure_lost",
                    owner=self._owner,
                    error_type=type(error).__name__,
                    where=where(error),
                )
            finally:
                self._lose()
                self._first_answer.set()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _serve_once(self) -> None:
        connection = await connect(self._url, service=self._owner, part="lock")
        self._connection = connection
        lost = asyncio.Event()

        def on_loss(_connection: object) -> None:
            self._lose()
            lost.set()

        connection.add_termination_listener(on_loss)
        try:
            await self._take_lock(connection)
            async with connection.transaction():
                epoch, lineage = await tables.raise_epoch(connection)
            await self._begin(connection, epoch, lineage)
            if not lost.is_set():
                self._enter(epoch)
                await self._keep(connection, lost)
        finally:
            connection.terminate()

    async def _take_lock(self, connection: Connection) -> None:
        key = "hashtextextended($1, 0)"
        name = f"muster.owner.{self._owner}"
        if await connection.fetchval(f"SELECT pg_try_advisory_lock({key})", name):
            return
        log.info("standing_by", owner=self._owner)
        self._first_answer.set()
        await connection.execute(f"SELECT pg_advisory_lock({key})", name, timeout=None)

    async def _keep(self, connection: Connection, lost: asyncio.Event) -> None:
        """Until the connection is lost; a connection that went silent is given up."""
        while not lost.is_set():
            try:
                await asyncio.wait_for(lost.wait(), HEARTBEAT)
            except TimeoutError:
                await connection.execute("SELECT 1", timeout=HEARTBEAT_DEADLINE)

    def _enter(self, epoch: int) -> None:
        self.active = True
        self._first_answer.set()
        log.info("tenure_began", owner=self._owner, epoch=epoch)

    def _lose(self) -> None:
        if self.active:
            self.active = False
            log.warning("tenure_ended", owner=self._owner)
            self._end()
