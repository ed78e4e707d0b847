"""Frames of the live socket. Ids and states, never names: pages load names over HTTP.

A socket sends one Join first, within 5 s. Frames of a view carry (epoch, n), contiguous; a
gap, or another epoch, means: ask for the snapshot (send Resync).
"""

from typing import Literal

import msgspec

from schemas.accountability import ClassDigest, Row
from schemas.envelope import Instant
from schemas.identifiers import ClassId, RoomKey, SchoolId
from schemas.incident import Incident
from schemas.roster_day import DayMoment
from schemas.vocabulary import PersonState

View = Literal["office", "teacher", "wall"]
"""office: every row. teacher: rows of own classes and accounted / not yet per room.
wall: counts per room, no row."""


class TicketClaims(msgspec.Struct, frozen=True, kw_only=True):
    """A socket ticket: signed by web, 30 s, single use. exp: Unix seconds. made: likewise, with
    its fraction; 0: 30 s before exp.

    command: may see missing and injured counts, and on the office view notes and calls.
    """

    jti: str
    sid: str
    person: str
    school: SchoolId
    view: View
    classes: tuple[ClassId, ...] = ()
    command: bool = False
    exp: int
    made: float = 0.0


class UsedTicket(msgspec.Struct, frozen=True, array_like=True):
    """What one board tells the others on core NATS: this ticket opens nothing any more."""

    jti: str
    exp: int


class Join(msgspec.Struct, frozen=True, tag_field="t", tag="join"):
    ticket: str


class Resync(msgspec.Struct, frozen=True, tag_field="t", tag="resync"):
    """The screen saw a gap and wants the snapshot."""


FromScreen = Join | Resync


class RoomCount(msgspec.Struct, frozen=True, array_like=True):
    """One room: [key, expected, counts, last word].

    room: a class's id; "@reason/place" of students who have no class now ("@lunch/Cafeteria",
    "@dismissed/"); None: expected nowhere yet. counts: by state for command's eyes; else only
    "accounted", "not_yet" and "left". They add up to expected.
    """

    room: RoomKey | None
    expected: int
    counts: dict[str, int]
    last_word: Instant | None = None


class Snapshot(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="snapshot", omit_defaults=True
):
    """The whole view as of n. incident None: nothing is open, and of its timeline the newest 30
    entries, each cut to 200 characters. stale: owners not heard.

    moment: which part of the school day it was when the population became known; None until
    then. counts: empty until then too; without command's eyes "accounted", "not_yet", "left",
    and of those accounted for how many are "absent" and "off_site".
    """

    epoch: str
    n: int
    at: Instant
    school: SchoolId
    view: View
    roster_version: int = 0
    incident: Incident | None = None
    seq: int = 0
    rows: tuple[Row, ...] = ()
    rooms: tuple[RoomCount, ...] = ()
    counts: dict[str, int] = {}
    digests: tuple[ClassDigest, ...] = ()
    stale: tuple[str, ...] = ()
    moment: DayMoment | None = None


class Delta(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="delta", omit_defaults=True
):
    """What changed since n - 1: whole new values, never increments.

    rows: replace by student. rooms: replace by key. incident: replaces when present. A new
    incident and a close come as a Snapshot.
    """

    epoch: str
    n: int
    at: Instant
    seq: int | None = None
    rows: tuple[Row, ...] = ()
    rooms: tuple[RoomCount, ...] = ()
    counts: dict[str, int] | None = None
    incident: Incident | None = None
    digests: tuple[ClassDigest, ...] = ()
    stale: tuple[str, ...] | None = None


class Beat(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="beat"):
    """Every 2 s: nothing was missed up to n. A screen without one for 5 s is stale."""

    epoch: str
    n: int
    at: Instant


class Bye(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="bye"):
    """The last frame. code: ticket_expired, ticket_used, bad_ticket, revoked, too_slow, …

    roles_changed: what this person may see is another now; a new ticket shows it.
    """

    code: str


ToScreen = Snapshot | Delta | Beat | Bye

COUNTED: tuple[PersonState, ...] = (
    "unknown",
    "missing",
    "injured",
    "elsewhere",
    "left",
    "with",
    "absent",
    "off_site",
)
"""The fixed order of counts on every screen."""
