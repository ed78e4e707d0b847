"""Ledgers in memory: one whose commits can be held up, one that folds what it decides."""

import asyncio
import datetime as dt

import msgspec

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import EventId, SchoolId
from schemas.registry import event_type
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


class FoldingActs:
    """Decides each op on its school, and folds what was decided."""

    def __init__(self) -> None:
        self._schools: dict[SchoolId, School] = {}

    def school(self, school: SchoolId) -> School:
        return self._schools.setdefault(school, School(school))

    async def submit(self, op: Op[School]) -> Reply:
        """Decide and fold at once."""
        school = self.school(op.school)
        decision = op.decide(school, Stamp(AT, op.school, op.actor, op.op_id))
        assert isinstance(decision, Accepted)
        for draft in decision.drafts:
            known = school.account(draft.incident) if draft.incident else None
            seq = known.seq + 1 if known else 1
            envelope = Envelope(
                id=EventId(f"{op.op_id}-{seq}"),
                source="muster/accountability",
                type=event_type(type(draft.data)),
                time=AT,
                school=op.school,
                incident=draft.incident,
                pos=seq,
                seq=seq,
                mode=draft.mode,
                actor=op.actor,
                device=op.device,
                op_id=op.op_id,
                data=msgspec.Raw(msgspec.json.encode(draft.data)),
            )
            school.apply(envelope, draft.data)
        return Reply(status="accepted", at=AT)
