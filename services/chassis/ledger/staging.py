"""Deciding a batch of one school's ops in turn, on a working copy; no I/O.

The result holds the rows to store. Memory takes it over only after a known commit.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

import msgspec

from schemas.envelope import ENCODER, Envelope, encode
from schemas.events import Event
from schemas.identifiers import EventId, IncidentId, SchoolId, event_id
from schemas.registry import event_type
from schemas.replies import NO_ANSWER, Reply
from services.chassis.clock import Clock
from services.chassis.ledger.book import Book
from services.chassis.ledger.chain import hash_of
from services.chassis.ledger.decision import Accepted, Decision, Draft, Op, Stamp
from services.chassis.ledger.school_memory import SchoolMemory

S = TypeVar("S")
OpKey: TypeAlias = tuple[str, str]

OP_REUSED = (
    "op_reused",
    "This op_id was used for something else. Send the action again with a new one.",
)


@dataclass(frozen=True)
class StoredOp:
    """An op as stored. reply: JSON of the Reply."""

    body_hash: bytes
    reply: bytes
    incident: IncidentId | None = None
    at: dt.datetime | None = None

    def answer_to(self, op: Op[S], now: dt.datetime) -> Reply:
        """The stored answer again, or the refusal of another body under the same key."""
        if self.body_hash != op.body_hash:
            code, reason = OP_REUSED
            return Reply(status="refused", code=code, reason=reason, at=now)
        return msgspec.json.decode(self.reply, type=Reply)


@dataclass(frozen=True)
class LoggedEvent:
    """An event with its place and its links in the hash chain."""

    envelope: Envelope
    data: Event
    wire: bytes
    prev: bytes
    hash: bytes


@dataclass
class Staged(Generic[S]):
    """What a batch does to one school: from a position and hash of its log to others.

    outcomes: for each op, its reply or why it failed.
    """

    school: SchoolId
    state: S
    from_pos: int
    from_hash: bytes
    seqs: dict[IncidentId, int]
    pos: int = field(init=False)
    hash: bytes = field(init=False)
    events: list[LoggedEvent] = field(default_factory=list)
    answered: dict[OpKey, StoredOp] = field(default_factory=dict)
    cursors: dict[str, int] = field(default_factory=dict)
    outcomes: list[Reply | Exception] = field(default_factory=list)
    repeats: int = 0

    def __post_init__(self) -> None:
        self.pos, self.hash = self.from_pos, self.from_hash

    @property
    def writes(self) -> bool:
        """Whether there is anything to store."""
        return bool(self.events or self.answered or self.cursors)


class Stager(Generic[S]):
    """Decides for one owner."""

    def __init__(self, *, owner: str, clock: Clock, book: Book[S]) -> None:
        self._owner = owner
        self._source = f"muster/{owner}"
        self._clock = clock
        self._book = book

    def stage(
        self,
        school: SchoolId,
        memory: SchoolMemory[S],
        ops: Sequence[Op[S]],
        stored: Mapping[OpKey, StoredOp],
    ) -> Staged[S]:
        """Decide ops in turn. stored: those of their keys that were answered before.

        An op whose decision raises fails alone. When it raises with its events half applied,
        everything is decided anew without it.
        """
        failed: dict[int, Exception] = {}
        while True:
            staged = Staged(
                school, self._book.copy(memory.state), memory.pos, memory.hash, dict(memory.seqs)
            )
            broken = self._stage_all(staged, ops, stored, failed)
            if broken is None:
                return staged
            index, error = broken
            failed[index] = error

    def _stage_all(
        self,
        staged: Staged[S],
        ops: Sequence[Op[S]],
        stored: Mapping[OpKey, StoredOp],
        failed: Mapping[int, Exception],
    ) -> tuple[int, Exception] | None:
        for index, op in enumerate(ops):
            if index in failed:
                staged.outcomes.append(failed[index])
                continue
            logged = len(staged.events)
            try:
                staged.outcomes.append(self._stage_one(staged, op, stored))
            except Exception as error:
                if len(staged.events) > logged:
                    return index, error
                staged.outcomes.append(error)
                continue
            if op.cursor is not None:
                owner, pos = op.cursor
                staged.cursors[owner] = max(pos, staged.cursors.get(owner, 0))
        return None

    def _stage_one(self, staged: Staged[S], op: Op[S], stored: Mapping[OpKey, StoredOp]) -> Reply:
        now = self._clock.now()
        before = stored.get(op.key) or staged.answered.get(op.key)
        if before is not None:
            staged.repeats += 1
            return before.answer_to(op, now)
        decision = op.decide(staged.state, Stamp(now, op.school, op.actor, op.op_id))
        reply = self._enact(staged, op, decision, now)
        staged.answered[op.key] = StoredOp(op.body_hash, ENCODER.encode(reply), reply.incident, now)
        return reply

    def _enact(self, staged: Staged[S], op: Op[S], decision: Decision, now: dt.datetime) -> Reply:
        if not isinstance(decision, Accepted):
            return Reply(
                status="refused",
                code=decision.code,
                reason=decision.reason,
                values=decision.values,
                pos=staged.pos,
                at=now,
            )
        ids = tuple(
            self._append(staged, op, draft, index, now)
            for index, draft in enumerate(decision.drafts)
        )
        incident = decision.incident
        if incident is None and decision.drafts:
            incident = decision.drafts[0].incident
        answer = op.finish(staged.state) if op.finish is not None else decision.answer
        return Reply(
            status="accepted",
            incident=incident,
            pos=staged.pos,
            seq=staged.seqs.get(incident, 0) if incident is not None else 0,
            events=ids,
            at=now,
            answer=NO_ANSWER if answer is None else msgspec.Raw(ENCODER.encode(answer)),
        )

    def _append(
        self, staged: Staged[S], op: Op[S], draft: Draft, index: int, now: dt.datetime
    ) -> EventId:
        kind = event_type(type(draft.data))
        seq = 0 if draft.incident is None else staged.seqs.get(draft.incident, 0) + 1
        envelope = Envelope(
            id=event_id(self._owner, op.school, op.actor, op.op_id, kind, index),
            source=self._source,
            type=kind,
            time=now,
            school=op.school,
            incident=draft.incident,
            pos=staged.pos + 1,
            seq=seq,
            mode=draft.mode,
            actor=op.actor,
            device=op.device,
            op_id=op.op_id,
            causation=draft.causation,
            data=msgspec.Raw(ENCODER.encode(draft.data)),
        )
        wire = encode(envelope)
        event = LoggedEvent(envelope, draft.data, wire, staged.hash, hash_of(staged.hash, wire))
        staged.pos, staged.hash = envelope.pos, event.hash
        staged.events.append(event)
        if draft.incident is not None:
            staged.seqs[draft.incident] = seq
        self._book.apply(staged.state, envelope, draft.data)
        return envelope.id
