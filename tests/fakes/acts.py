"""A ledger that keeps what was decided, and whose commits can be held up."""

import asyncio
import datetime as dt

from schemas.events import Event
from schemas.identifiers import SchoolId
from schemas.replies import Reply
from services.accountability.domain.school import School
from services.chassis.ledger import Accepted, Op, Stamp

AT = dt.datetime(2026, 9, 15, 14, 5, tzinfo=dt.UTC)


class HeldActs:
    """Decides each op on an empty school. held: schools whose commits wait for `release`."""

    def __init__(self, held: SchoolId) -> None:
        self.decided: list[tuple[SchoolId, Event]] = []
        self.waiting = asyncio.Event()
        self.release = asyncio.Event()
        self._held = held

    async def submit(self, op: Op[School]) -> Reply:
        """Keep the events; the answer comes once the commit is let through."""
        if op.school == self._held and not self.release.is_set():
            self.waiting.set()
            await self.release.wait()
        decision = op.decide(School(op.school), Stamp(AT, op.school, op.actor, op.op_id))
        assert isinstance(decision, Accepted)
        self.decided += [(op.school, draft.data) for draft in decision.drafts]
        return Reply(status="accepted", at=AT)
