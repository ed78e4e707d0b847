"""What goes into the ledger: an op with a pure decision, and what the decision may say."""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

import msgspec

from schemas.events import Event
from schemas.identifiers import EventId, IncidentId, PersonId, SchoolId
from schemas.replies import Values
from schemas.vocabulary import Mode

S = TypeVar("S")


class Draft(msgspec.Struct, frozen=True):
    """An event before it has a place in the log. causation: the event that caused it."""

    data: Event
    mode: Mode
    incident: IncidentId | None = None
    causation: EventId | None = None


class Accepted(msgspec.Struct, frozen=True):
    """Yes. No drafts: nothing new. answer: for the caller. incident: the first draft's if None."""

    drafts: tuple[Draft, ...] = ()
    answer: msgspec.Struct | None = None
    incident: IncidentId | None = None


class Refusal(msgspec.Struct, frozen=True):
    """No: a stable snake_case code, a sentence a person can act on, and what it names."""

    code: str
    reason: str
    values: Values = {}


Decision: TypeAlias = Accepted | Refusal


@dataclass(frozen=True)
class Stamp:
    """When and for whom a decision is made. now: aware, UTC; the events' time."""

    now: dt.datetime
    school: SchoolId
    actor: PersonId
    op_id: str


@dataclass(frozen=True, kw_only=True)
class Op(Generic[S]):
    """One act of one actor at one school.

    body: canonical JSON of the command without send times; only its hash is kept. decide: pure.
    finish: builds the answer from the state with the op's events applied. cursor: (owner, pos)
    of the event that this op answers to; moved in the same transaction, also by a repeat.
    """

    school: SchoolId
    actor: PersonId
    device: str = "none"
    op_id: str
    body: bytes
    decide: Callable[[S, Stamp], Decision]
    finish: Callable[[S], msgspec.Struct | None] | None = None
    cursor: tuple[str, int] | None = None
    body_hash: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "body_hash", hashlib.sha256(self.body).digest())

    @property
    def key(self) -> tuple[str, str]:
        """What makes an op the same op within its school."""
        return (self.actor, self.op_id)
