"""Events of others that become acts of this service's own log."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Generic, Protocol, TypeVar

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import SchoolId
from schemas.replies import Reply, StateReply
from services.chassis.database import Pool, in_school
from services.chassis.follower.store_sink import keep_dead_letter, put_cursor, read_cursor
from services.chassis.ledger.decision import Op

S = TypeVar("S")


class Acts(Protocol[S]):
    """The ledger: an op's cursor moves in the op's own transaction."""

    async def submit(self, op: Op[S]) -> Reply: ...


class LedgerSink(Generic[S]):
    """make_op: the act that an event causes (its op_id is the event's id), None for none.

    make_rebuild: the act that starts over from the owner's state; None: only the cursor moves.
    pool: the service's own, to read and move cursors without an act. A refusal counts as
    handled: it is stored with the op like any answer.
    """

    def __init__(
        self,
        ledger: Acts[S],
        make_op: Callable[[Envelope, Event], Op[S] | None],
        *,
        pool: Pool,
        make_rebuild: Callable[[str, SchoolId, StateReply], Op[S] | None] | None = None,
    ) -> None:
        self._ledger = ledger
        self._make_op = make_op
        self._make_rebuild = make_rebuild
        self._pool = pool

    async def position(self, owner: str, school: SchoolId) -> int:
        """From table cursors."""
        async with in_school(self._pool, school) as connection:
            return await read_cursor(connection, owner, school)

    async def apply(
        self, owner: str, school: SchoolId, events: Sequence[tuple[Envelope, Event]]
    ) -> None:
        """One act after the other; what was done before a failure stays done."""
        for envelope, data in events:
            op = self._make_op(envelope, data)
            if op is None:
                await self.skip(owner, school, envelope.pos)
            else:
                await self._ledger.submit(replace(op, cursor=(owner, envelope.pos)))

    async def skip(self, owner: str, school: SchoolId, pos: int) -> None:
        """Move the cursor only, never back."""
        async with in_school(self._pool, school) as connection:
            await put_cursor(connection, owner, school, pos, back=False)

    async def rebuild(self, owner: str, school: SchoolId, reply: StateReply) -> None:
        """The act first: when the cursor is not moved after it, both come again."""
        op = self._make_rebuild(owner, school, reply) if self._make_rebuild else None
        if op is not None:
            await self._ledger.submit(op)
        async with in_school(self._pool, school) as connection:
            await put_cursor(connection, owner, school, reply.pos, back=True)

    async def dead_letter(
        self, owner: str, school: SchoolId, wire: bytes, pos: int, reason: str
    ) -> None:
        """Into table dead_letters."""
        async with in_school(self._pool, school) as connection:
            await put_cursor(connection, owner, school, pos, back=False)
            await keep_dead_letter(connection, owner, school, wire, pos, reason)
