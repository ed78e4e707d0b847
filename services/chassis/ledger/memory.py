"""The schools that an owner holds in memory: only what is known to be stored."""

import asyncio
from collections import defaultdict
from typing import Generic, TypeVar

from schemas.identifiers import SchoolId
from services.chassis.database import Pool, in_school
from services.chassis.ledger import tables
from services.chassis.ledger.book import Book
from services.chassis.ledger.errors import InDoubt, StandBy
from services.chassis.ledger.school_memory import SchoolMemory
from services.chassis.ledger.staging import Staged

S = TypeVar("S")


class Memory(Generic[S]):
    """Loads a school at its first use and follows its commits.

    tenure: counts up when this instance begins or ends to own the log; what was loaded or
    decided under another number is void. doubt: schools whose last commit may or may not have
    happened; they are not shown and decide nothing.
    """

    def __init__(self, *, pool: Pool, book: Book[S]) -> None:
        self._pool = pool
        self._book = book
        self._schools: dict[SchoolId, SchoolMemory[S]] = {}
        self._loading: defaultdict[SchoolId, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.heads: dict[SchoolId, int] = {}
        self.doubt: set[SchoolId] = set()
        self.tenure = 0

    def begin(self, heads: dict[SchoolId, int]) -> None:
        """A new tenure: nothing of the one before is believed."""
        self.end()
        self.heads = heads

    def end(self) -> None:
        """Forget everything."""
        self.tenure += 1
        self.heads = {}
        self.doubt.clear()
        self._schools.clear()
        self._loading.clear()

    async def of(self, school: SchoolId) -> SchoolMemory[S]:
        """A school's memory, loaded when needed. Raises InDoubt, StandBy."""
        if school in self.doubt:
            raise InDoubt
        memory = self._schools.get(school)
        if memory is not None:
            return memory
        tenure = self.tenure
        async with self._loading[school]:
            if school not in self._schools:
                loaded = await self._load(school)
                if tenure != self.tenure:
                    raise StandBy
                if school in self.doubt:
                    raise InDoubt
                self._schools[school] = loaded
            return self._schools[school]

    def adopt(self, staged: Staged[S]) -> None:
        """Take over what a known commit stored."""
        memory = self._schools[staged.school]
        memory.state, memory.pos, memory.hash = staged.state, staged.pos, staged.hash
        memory.seqs = staged.seqs
        memory.ops.update(hash(key) for key in staged.answered)
        self.advance(staged)

    def advance(self, staged: Staged[S]) -> None:
        """Show the events of a known commit to followers."""
        if staged.events:
            self.heads[staged.school] = staged.pos

    def forget(self, school: SchoolId) -> None:
        """Load the school anew at its next use."""
        self._schools.pop(school, None)

    async def _load(self, school: SchoolId) -> SchoolMemory[S]:
        async with in_school(self._pool, school) as connection:
            pos, hash = await tables.open_log(connection, school)
            return SchoolMemory(
                state=await self._book.load(connection, school),
                pos=pos,
                hash=hash,
                seqs=await tables.last_seqs(connection, school),
                ops=await tables.op_hashes(connection, school),
            )
