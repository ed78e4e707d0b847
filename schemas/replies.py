"""What an owner answers to a command, and what its log tells a follower."""

from typing import Literal

import msgspec

from schemas.envelope import Instant
from schemas.identifiers import EventId, IncidentId, SchoolId

Values = dict[str, str | tuple[str, ...]]
"""What a reason names: placeholder → words of the school (names, numbers) or words of the language
(roles, modes, actions), for whoever says the reason in another language."""

NO_ANSWER = msgspec.Raw(b"null")
"""Of a command that says nothing beyond accepted or refused."""


class Reply(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A domain answer, stored with its op and repeated for the same op.

    status "refused": code is stable snake_case, reason a sentence a person can act on, values
    what the reason names.
    pos: the log's position after the op. seq: the incident's. answer: command-specific.
    """

    status: Literal["accepted", "refused"]
    code: str = ""
    reason: str = ""
    values: Values = {}
    incident: IncidentId | None = None
    pos: int = 0
    seq: int = 0
    events: tuple[EventId, ...] = ()
    at: Instant
    # A factory, because the published schema cannot show a Raw as a default.
    answer: msgspec.Raw = msgspec.field(default_factory=lambda: NO_ANSWER)


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457 problem+json with a stable code. retry_after: seconds. values: named in detail."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str = ""
    values: Values = {}
    retry_after: float | None = None


class Heads(msgspec.Struct, frozen=True, kw_only=True):
    """GET /heads. lineage changes when the log was restored; heads: school → last pos."""

    owner: str
    lineage: str
    epoch: int
    heads: dict[SchoolId, int]


class EventPage(msgspec.Struct, frozen=True, kw_only=True):
    """GET /events?school&after&limit: envelopes in pos order, as they were stored."""

    owner: str
    lineage: str
    head: int
    events: list[msgspec.Raw]


class StateReply(msgspec.Struct, frozen=True, kw_only=True):
    """GET /state?school: an in-memory follower's starting point, consistent at pos."""

    owner: str
    lineage: str
    pos: int
    state: msgspec.Raw
