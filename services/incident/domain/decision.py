"""What a decision is given and what it returns."""

import datetime as dt
from typing import Protocol

import msgspec

from schemas.events import Event
from schemas.identifiers import IncidentId, PersonId, SchoolId
from schemas.replies import Values
from schemas.vocabulary import Mode


class Stamp(Protocol):
    """When, where and in whose name a command is decided; the ids of what it starts derive from it.

    now: aware, UTC.
    """

    @property
    def now(self) -> dt.datetime: ...
    @property
    def school(self) -> SchoolId: ...
    @property
    def actor(self) -> PersonId: ...
    @property
    def op_id(self) -> str: ...


class Draft(msgspec.Struct, frozen=True):
    """An event to be appended to the school's log, in the mode of its incident."""

    data: Event
    mode: Mode
    incident: IncidentId


class Accepted(msgspec.Struct, frozen=True):
    """No drafts: what was asked for already holds."""

    incident: IncidentId
    drafts: tuple[Draft, ...] = ()


class Refusal(msgspec.Struct, frozen=True):
    """code: stable snake_case. reason: a sentence that says what to do instead. values: in it."""

    code: str
    reason: str
    values: Values = {}


Decision = Accepted | Refusal
