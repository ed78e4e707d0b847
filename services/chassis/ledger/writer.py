"""The batching writer: one task that drains its queue with each commit, without a timer.

A lone op pays one commit; a hundred at once share one.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import asyncpg

from schemas.envelope import Envelope
from schemas.replies import Reply
from services.chassis.database import Connection, Pool
from services.chassis.ledger.batch import Batch, Pending, by_school, halves, ops_of, settle_all
from services.chassis.ledger.counters import Counters
from services.chassis.ledger.decision import Op
from services.chassis.ledger.doubt import Doubt
from services.chassis.ledger.errors import Deposed, HeadMoved, InDoubt, StandBy
from services.chassis.ledger.memory import Memory
from services.chassis.ledger.staging import Staged
from services.chassis.ledger.transaction import Outcome, Transactions, close, commit
from services.chassis.logs import log, where

S = TypeVar("S")

LARGEST_BATCH = 512
PREPARE_DEADLINE = 2.0
GONE = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
)
"""The connection or the server went away, before a commit was asked for."""


class Writer(Generic[S]):
    """Takes ops for one owner. tell: hears of events that are known to be stored. deposed:
    called when the database knows a later owner. connect: opens the writer's own connection,
    without a command_timeout. patience: seconds until a commit is in doubt.
    """

    def __init__(
        self,
        *,
        pool: Pool,
        memory: Memory[S],
        transactions: Transactions[S],
        counters: Counters,
        tell: Callable[[Sequence[Envelope]], None],
        deposed: Callable[[], None],
        connect: Callable[[], Awaitable[Connection]],
        patience: float,
    ) -> None:
        self._connect = connect
        self._memory = memory
        self._transactions = transactions
        self._counters = counters
        self._tell = tell
        self._deposed = deposed
        self._patience = patience
        self._doubt = Doubt(pool=pool, memory=memory, known=self._publish)
        self._queue: deque[Pending[S]] = deque()
        self._wake = asyncio.Event()
        self._connection: Connection | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self.epoch = 0

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="ledger writer")

    async def begin(self, epoch: int) -> None:
        """A new tenure. Connects now, so that the first op does not wait for it."""
        self.epoch = epoch
        await self._connected()

    async def stop(self) -> None:
        """Let the batch under way end, refuse the rest."""
        self._stopping = True
        self.refuse_queue(StandBy())
        self._wake.set()
        if self._task is not None:
            await self._task
        await self._doubt.settle(self._patience)
        if self._connection is not None:
            self._connection.terminate()

    async def submit(self, op: Op[S]) -> Reply:
        """Raises StandBy, InDoubt, DecisionFailed."""
        if op.school in self._memory.doubt:
            raise InDoubt
        pending = Pending(op)
        self._queue.append(pending)
        self._wake.set()
        return await pending.answer

    def refuse_queue(self, error: Exception) -> None:
        """Answer everything that was not begun."""
        while self._queue:
            self._queue.popleft().settle(error)

    async def _run(self) -> None:
        while not self._stopping:
            await self._wake.wait()
            self._wake.clear()
            while self._queue and not self._stopping:
                await self._write(self._take())

    def _take(self) -> Batch[S]:
        batch: Batch[S] = {}
        for _ in range(min(len(self._queue), LARGEST_BATCH)):
            pending = self._queue.popleft()
            if not pending.answer.done():
                batch.setdefault(pending.op.school, []).append(pending)
        return batch

    async def _write(self, batch: Batch[S], *, again: bool = True) -> None:
        """Nothing that fails before its commit is stored: it can be tried again, or in parts."""
        try:
            await self._attempt(batch)
        except Deposed:
            settle_all(batch, StandBy())
            self._deposed()
        except (StandBy, InDoubt) as error:
            await self._in_parts(batch, by_school(batch), error)
        except TimeoutError:
            settle_all(batch, InDoubt())
        except (HeadMoved, *GONE) as error:
            log.warning("batch_again", error_type=type(error).__name__, where=where(error))
            if isinstance(error, HeadMoved):
                for school in batch:
                    self._memory.forget(school)
            if again:
                await self._write(batch, again=False)
            else:
                settle_all(batch, InDoubt())
        except Exception as error:
            log.error("batch_failed", error_type=type(error).__name__, where=where(error))
            await self._in_parts(batch, halves(batch), error)

    async def _in_parts(self, batch: Batch[S], parts: Sequence[Batch[S]], error: Exception) -> None:
        """Find the op, or the school, that keeps the others from being stored."""
        if not parts:
            settle_all(batch, error)
        for part in parts:
            await self._write(part)

    async def _attempt(self, batch: Batch[S]) -> None:
        began, tenure, epoch = time.perf_counter(), self._memory.tenure, self.epoch
        connection = await self._connected()
        try:
            async with asyncio.timeout(PREPARE_DEADLINE):
                staged = await self._transactions.prepare(connection, epoch, ops_of(batch))
            if tenure != self._memory.tenure:
                raise StandBy
        except BaseException as error:
            await self._give_up(connection)
            if isinstance(error, Deposed) and epoch != self.epoch:
                raise StandBy from error
            raise
        if any(part.writes for part in staged):
            await self._commit(connection, batch, staged, tenure)
            self._counters.seconds.observe(time.perf_counter() - began)
        else:
            await self._give_up(connection)
            self._answer(batch, staged)

    async def _commit(
        self, connection: Connection, batch: Batch[S], staged: Sequence[Staged[S]], tenure: int
    ) -> None:
        task = asyncio.create_task(commit(connection))
        await asyncio.wait([task], timeout=self._patience)
        if not task.done() or (task.exception() is None and task.result() is Outcome.UNKNOWN):
            self._connection = None
            self._counters.doubts.inc()
            self._doubt.follow(staged, task, connection)
            settle_all(batch, InDoubt())
            return
        if task.result() is Outcome.UNDONE:
            raise RuntimeError("the database undid the transaction")
        if tenure == self._memory.tenure:
            for part in staged:
                self._memory.adopt(part)
        self._counters.ops.observe(sum(map(len, batch.values())))
        self._publish(staged)
        self._answer(batch, staged)

    def _publish(self, staged: Sequence[Staged[S]]) -> None:
        envelopes = [event.envelope for part in staged for event in part.events]
        self._counters.commits.inc()
        self._counters.events.inc(len(envelopes))
        if not envelopes:
            return
        try:
            self._tell(envelopes)
        except Exception as error:
            # What is stored is accepted, whoever could not hear of it: followers read the heads.
            log.error("tell_failed", error_type=type(error).__name__, where=where(error))

    def _answer(self, batch: Batch[S], staged: Sequence[Staged[S]]) -> None:
        for part in staged:
            self._counters.repeats.inc(part.repeats)
            for pending, outcome in zip(batch[part.school], part.outcomes, strict=True):
                pending.settle(outcome)
                if not isinstance(outcome, Reply):
                    self._note_failure(outcome)

    def _note_failure(self, error: Exception) -> None:
        self._counters.failed.inc()
        log.error("decision_failed", error_type=type(error).__name__, where=where(error))

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._connect()
        return self._connection

    async def _give_up(self, connection: Connection) -> None:
        if connection.is_closed() or not connection.is_in_transaction():
            return
        if not await close(connection):
            connection.terminate()
