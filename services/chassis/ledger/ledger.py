"""The ledger of one owner: a log per school, decisions in memory, one commit for many."""

from collections.abc import Sequence
from functools import partial
from typing import Generic, TypeVar

import msgspec

from schemas.envelope import ENCODER, Envelope
from schemas.identifiers import SchoolId
from schemas.replies import EventPage, Heads, Reply, StateReply
from services.chassis.clock import Clock
from services.chassis.database import Connection, Pool, in_school
from services.chassis.database.pool import connect
from services.chassis.ledger import tables
from services.chassis.ledger.book import Book, Listener
from services.chassis.ledger.chain import ChainFault, first_fault
from services.chassis.ledger.counters import Counters
from services.chassis.ledger.decision import Op
from services.chassis.ledger.errors import StandBy
from services.chassis.ledger.memory import Memory
from services.chassis.ledger.retention import Retention
from services.chassis.ledger.staging import Stager
from services.chassis.ledger.tenure import Tenure
from services.chassis.ledger.transaction import Transactions
from services.chassis.ledger.writer import Writer
from services.chassis.metrics import Metrics

S = TypeVar("S")

PATIENCE = 1.0
RETENTION_CHECK = 600.0


class Ledger(Generic[S]):
    """database_url: of the service's role, without a pooler between: the lock is a session's.

    lanes: told of events after a known commit. patience: seconds until a commit is in doubt.
    """

    def __init__(
        self,
        *,
        owner: str,
        pool: Pool,
        database_url: str,
        clock: Clock,
        book: Book[S],
        lanes: Listener | None,
        metrics: Metrics,
        patience: float = PATIENCE,
        retention_check: float = RETENTION_CHECK,
    ) -> None:
        self._owner = owner
        self._pool = pool
        self._book = book
        self._lanes = lanes
        self._counters = Counters(metrics)
        self._memory = Memory(pool=pool, book=book)
        self._lineage, self._epoch = "", 0
        self._tenure = Tenure(
            owner=owner, database_url=database_url, begin=self._begin, end=self._end
        )
        self._writer = Writer(
            pool=pool,
            memory=self._memory,
            transactions=Transactions(
                memory=self._memory,
                stager=Stager(owner=owner, clock=clock, book=book),
                book=book,
            ),
            counters=self._counters,
            tell=self._tell,
            deposed=self._tenure.step_down,
            connect=partial(connect, database_url, service=owner, part="writer"),
            patience=patience,
        )
        self._retention = Retention(
            owner=owner,
            pool=pool,
            clock=clock,
            schools=lambda: self._memory.heads if self.active else (),
            every=retention_check,
        )

    @property
    def active(self) -> bool:
        """False: a stand-by, or the lock was lost; submit raises StandBy."""
        return self._tenure.active

    def remedy(self) -> str | None:
        """For a health check: None while this instance decides."""
        return None if self.active else "Another instance owns the log, or PostgreSQL is away."

    async def start(self) -> None:
        """Own the log, or stand by in the background until the owner is gone."""
        self._writer.start()
        await self._tenure.start()
        self._retention.start()

    async def stop(self) -> None:
        """End the batch under way and give the lock back."""
        await self._retention.stop()
        await self._writer.stop()
        await self._tenure.stop()

    async def submit(self, op: Op[S]) -> Reply:
        """Decide and store; the answer comes after the commit is known.

        The same op again gets the same answer; another body under its op_id is refused as
        `op_reused`. Raises StandBy and InDoubt (ask again with the same op_id) and
        DecisionFailed (nothing was stored).
        """
        self._refuse_stand_by()
        return await self._writer.submit(op)

    async def state(self, school: SchoolId) -> S:
        """What is known to be stored; not to be changed. Raises StandBy, InDoubt."""
        self._refuse_stand_by()
        return (await self._memory.of(school)).state

    async def state_reply(self, school: SchoolId) -> StateReply:
        """GET /state: the book's snapshot and the position it is of. Raises StandBy, InDoubt."""
        self._refuse_stand_by()
        memory = await self._memory.of(school)
        return StateReply(
            owner=self._owner,
            lineage=self._lineage,
            pos=memory.pos,
            state=msgspec.Raw(ENCODER.encode(self._book.snapshot(memory.state))),
        )

    def heads(self) -> Heads:
        """The last known position of every school. Raises StandBy."""
        self._refuse_stand_by()
        return Heads(
            owner=self._owner,
            lineage=self._lineage,
            epoch=self._epoch,
            heads=dict(self._memory.heads),
        )

    async def events(self, school: SchoolId, after: int, limit: int) -> EventPage:
        """Events after a position, up to the known head, as they were stored. Raises StandBy."""
        self._refuse_stand_by()
        head, lineage = self._memory.heads.get(school, 0), self._lineage
        wires: list[bytes] = []
        if after < head:
            async with in_school(self._pool, school) as connection:
                wires = await tables.read_wires(
                    connection, school, after=after, until=head, limit=limit
                )
        return EventPage(
            owner=self._owner,
            lineage=lineage,
            head=head,
            events=[msgspec.Raw(wire) for wire in wires],
        )

    async def verify(self, school: SchoolId) -> ChainFault | None:
        """Check the school's hash chain from its first event; names the first bad row."""
        async with in_school(self._pool, school) as connection:
            pos, hash = await tables.open_log(connection, school)
            rows = tables.read_rows(connection, school)
            return await first_fault(rows, head_pos=pos, head_hash=hash)

    async def forget_old_ops(self) -> int:
        """Delete answers past their time now (it also happens by itself, daily)."""
        return await self._retention.forget()

    async def _begin(self, connection: Connection, epoch: int, lineage: str) -> None:
        self._lineage, self._epoch = lineage, epoch
        self._memory.begin(await tables.read_heads(connection))
        await self._writer.begin(epoch)
        self._counters.active.set(1)

    def _end(self) -> None:
        self._memory.end()
        self._writer.refuse_queue(StandBy())
        self._counters.active.set(0)

    def _tell(self, events: Sequence[Envelope]) -> None:
        if self._lanes is not None:
            self._lanes.tell(events)

    def _refuse_stand_by(self) -> None:
        if not self._tenure.active:
            raise StandBy
