"""What a decision is given and what it returns."""

import datetime as dt
from typing import Protocol

import msgspec

from schemas.events import Event
from schemas.identifiers import PersonId, SchoolId
from schemas.replies import Values


class Stamp(Protocol):
    """When, where and in whose name a command is decided. now: aware, UTC."""

    @property
    def now(self) -> dt.datetime: ...
    @property
    def school(self) -> SchoolId: ...
    @property
    def actor(self) -> PersonId: ...
    @property
    def op_id(self) -> str: ...


class Accepted(msgspec.Struct, frozen=True):
    """The events to append, in mode admin. None: nothing that others must know."""

    events: tuple[Event, ...] = ()


class Refusal(msgspec.Struct, frozen=True):
    """code: stable snake_case. reason: a sentence that says what to do instead. values: in it."""

    code: str
    reason: str
    values: Values = {}


Decision = Accepted | Refusal
