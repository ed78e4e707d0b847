"""The language of the front desk: who is on site besides students and the roster's staff.

Names, descriptions and codes are read over HTTP by those who may; events carry ids only.
"""

import datetime as dt
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from schemas.commands import Command
from schemas.envelope import Instant
from schemas.events import Event
from schemas.identifiers import ClassId, PersonId, SchoolId
from schemas.roster_day import ExpectedAdult

VisitKind = Literal["visitor", "volunteer", "contractor"]

VisitState = Literal["in", "waiting", "turned_away", "out"]
"""waiting: asked to wait for the front office. out: signed out, or recorded as gone."""

WaitReason = Literal["flagged", "host_not_found", "random_check"]
"""Why the front office was asked; whoever waits is told the same words for each."""

FlagCategory = Literal["court_order", "trespass_notice", "custody", "threat", "other"]

Resembles = Literal["same_name", "other_order", "short_name", "similar_spelling", "part_of_name"]
"""How a name resembles an entry; it never says that it is that person."""

Confirmation = Literal["here", "elsewhere", "not_said"]
"""What an itinerant said about today; not_said is never read as either."""

# What is longer is refused with a sentence; this cap only bounds a body.
Line = Annotated[str, Meta(max_length=1000)]
Text = Annotated[str, Meta(max_length=4000)]
SiteId = Annotated[str, Meta(max_length=64)]
Pin = Annotated[str, Meta(pattern=r"^[0-9]{4,8}$")]

# --- visits -----------------------------------------------------------------------------------


class SignIn(Command, frozen=True, kw_only=True, tag="roster.sign_in"):
    """Someone comes. Answer: SignedIn.

    host: a member of staff who was picked; host_said: what was typed instead. kiosk: the
    enrolled kiosk it was typed at, "" for the office's own desk.
    """

    name: Line
    visit_kind: VisitKind = "visitor"
    reason: Line = ""
    host: PersonId | None = None
    host_said: Line = ""
    organisation: Line = ""
    photo: SiteId = ""
    expected_until: Instant | None = None
    kiosk: SiteId = ""


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    visit: str
    outcome: Literal["in", "wait"]


class SignOut(Command, frozen=True, kw_only=True, tag="roster.sign_out"):
    """By badge code, or at the office by the visit picked from the list.

    time_unknown: recorded later; nobody saw when they left.
    """

    visit: SiteId = ""
    code: Annotated[str, Meta(max_length=40)] = ""
    kiosk: SiteId = ""
    time_unknown: bool = False


class DecideVisit(Command, frozen=True, kw_only=True, tag="roster.decide_visit"):
    """The front office lets someone in who waits, or turns them away; the first decision holds."""

    visit: SiteId
    decision: Literal["let_in", "turn_away"]


class Resemblance(msgspec.Struct, frozen=True, kw_only=True):
    """A typed name resembles an entry. score: 0–100. matched: the entry's spelling."""

    entry: str
    matched: str
    how: Resembles
    score: int


class Visit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One visit. since: signed in, or began to wait. kiosk: its name, "" for the office's desk.

    not_signed_out: came on an earlier day and nobody saw them leave. resembles: for those who
    may read the flagged list.
    """

    id: str
    visit_kind: VisitKind
    name: str
    reason: str
    host: PersonId | None
    host_name: str
    organisation: str
    state: VisitState
    since: Instant
    left: Instant | None = None
    left_unknown: bool = False
    expected_until: Instant | None = None
    not_signed_out: bool = False
    photo: bool = False
    kiosk: str = ""
    wait_reason: WaitReason | None = None
    resembles: tuple[Resemblance, ...] = ()
    decided_by: PersonId | None = None
    decided_at: Instant | None = None
    badge_code: str = ""


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    jpeg: bytes


class StoredPhoto(msgspec.Struct, frozen=True, kw_only=True):
    """POST /photos?school (body: the picture as it came): its id for SignIn."""

    photo: str


# --- the flagged list -------------------------------------------------------------------------


class RecordFlagged(Command, frozen=True, kw_only=True, tag="roster.record_flagged"):
    """Someone who must not be let in. entry: "" makes a new one, else replaces what it says."""

    entry: SiteId = ""
    name: Line
    aliases: Annotated[tuple[Line, ...], Meta(max_length=20)] = ()
    description: Text = ""
    category: FlagCategory = "other"
    document: Line = ""
    starts: dt.date | None = None
    ends: dt.date | None = None
    photo: SiteId = ""


class LiftFlagged(Command, frozen=True, kw_only=True, tag="roster.lift_flagged"):
    entry: SiteId


class FlaggedEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """starts, ends: school days, both included; None: without an end on that side."""

    entry: str
    name: str
    aliases: tuple[str, ...] = ()
    description: str = ""
    category: FlagCategory = "other"
    document: str = ""
    starts: dt.date | None = None
    ends: dt.date | None = None
    photo: str = ""
    recorded_by: PersonId
    recorded_at: Instant
    lifted_at: Instant | None = None


class FlaggedDecision(msgspec.Struct, frozen=True, kw_only=True):
    """Kept when the visit itself is long removed."""

    visit: str
    name: str
    resembles: tuple[Resemblance, ...]
    decision: Literal["let_in", "turn_away"]
    decided_by: PersonId
    decided_at: Instant


class FlaggedList(msgspec.Struct, frozen=True, kw_only=True):
    """GET /flagged?school&reader&why: every such read is recorded."""

    entries: tuple[FlaggedEntry, ...]
    decisions: tuple[FlaggedDecision, ...]
    reads: int


# --- kiosks -----------------------------------------------------------------------------------


class OpenKiosk(Command, frozen=True, kw_only=True, tag="roster.open_kiosk"):
    name: Line
    pin: Pin


class KioskOpened(msgspec.Struct, frozen=True, kw_only=True):
    kiosk: str


class LeaveKiosk(Command, frozen=True, kw_only=True, tag="roster.leave_kiosk"):
    """At the kiosk, with its PIN; after five wrong ones it waits five minutes."""

    kiosk: SiteId
    pin: Annotated[str, Meta(max_length=40)]


class EndKiosk(Command, frozen=True, kw_only=True, tag="roster.end_kiosk"):
    """From the office, without the PIN: a screen that was lost or left on."""

    kiosk: SiteId


class Kiosk(msgspec.Struct, frozen=True, kw_only=True):
    """GET /kiosk?school&kiosk; 404 once it was ended."""

    kiosk: str
    name: str
    opened_by: PersonId
    opened_at: Instant


# --- substitutes ------------------------------------------------------------------------------


class RecordSubstitute(Command, frozen=True, kw_only=True, tag="roster.record_substitute"):
    """substitute: "" makes a new one. classes: which they cover; teacher: for whom."""

    substitute: SiteId = ""
    name: Line
    phone: Line = ""
    agency: Line = ""
    first_day: dt.date
    last_day: dt.date
    teacher: PersonId | None = None
    classes: Annotated[tuple[ClassId, ...], Meta(max_length=20)] = ()
    room: Line = ""


class EndSubstitute(Command, frozen=True, kw_only=True, tag="roster.end_substitute"):
    substitute: SiteId


class IssueDayCode(Command, frozen=True, kw_only=True, tag="roster.issue_day_code"):
    substitute: SiteId


class RotateRoomFolder(Command, frozen=True, kw_only=True, tag="roster.rotate_room_folder"):
    """The sheet in the room's folder no longer holds; a new one must be printed."""

    room: Line


class Substitute(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """day_code: of the day that was asked for, "" when none was issued. tries_left: of it."""

    substitute: str
    name: str
    phone: str = ""
    agency: str = ""
    first_day: dt.date
    last_day: dt.date
    teacher: PersonId | None = None
    classes: tuple[ClassId, ...] = ()
    room: str = ""
    day_code: str = ""
    expires: Instant | None = None
    tries_left: int = 0


class RoomFolder(msgspec.Struct, frozen=True, kw_only=True):
    """GET /room-folders?school. token: what the sheet's QR code says."""

    room: str
    token: str
    generation: int


class VerifyCover(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /covers/verify: a room's token and a day code. Uniform refusal: not_covered."""

    school: SchoolId
    room_token: Annotated[str, Meta(max_length=64)]
    day_code: Annotated[str, Meta(max_length=64)]


class CoverFound(msgspec.Struct, frozen=True, kw_only=True):
    """Which classes, until when: that day's only."""

    substitute: str
    name: str
    room: str
    classes: tuple[ClassId, ...]
    until: Instant


# --- itinerant staff --------------------------------------------------------------------------


class MarkItinerant(Command, frozen=True, kw_only=True, tag="roster.mark_itinerant"):
    """Whoever works at several schools of the roster is itinerant without a mark."""

    person: PersonId
    itinerant: bool


class ConfirmSchool(Command, frozen=True, kw_only=True, tag="roster.confirm_school"):
    """By themselves: today I am at this school, and not at my others."""


class Itinerant(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """marked: by the office, beside what the roster says."""

    person: PersonId
    name: str
    said: Confirmation
    said_at: Instant | None = None
    marked: bool = False


class MySchool(msgspec.Struct, frozen=True, kw_only=True):
    """GET /my-schools?person: where someone works, and what they said about today there."""

    school: SchoolId
    name: str
    said: Confirmation


# --- on site now ------------------------------------------------------------------------------


class OnSite(msgspec.Struct, frozen=True, kw_only=True):
    """GET /on-site?school[&at]: adults besides the roster's staff. Ids only."""

    school: SchoolId
    at: Instant
    adults: tuple[ExpectedAdult, ...]


class PersonHere(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of them with a name, for office roles. unsure: expected today, and nobody saw them."""

    id: str
    kind: Literal["visitor", "volunteer", "contractor", "substitute", "itinerant"]
    name: str
    place: str = ""
    since: Instant | None = None
    unsure: bool = False


class DeskBook(msgspec.Struct, frozen=True, kw_only=True):
    """GET /desk?school[&day][&find]: what the front desk sees.

    here: on site now. visits: that day's log (or what was found), newest first. left_over: came
    on an earlier day and were never signed out. waiting: asked to wait for the front office.
    """

    day: dt.date
    today: dt.date
    here: tuple[PersonHere, ...]
    waiting: tuple[Visit, ...]
    visits: tuple[Visit, ...]
    left_over: tuple[Visit, ...]
    itinerant: tuple[Itinerant, ...]
    kiosks: tuple[Kiosk, ...]
    keep_days: int
    check_percent: int


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """GET /desk/waiting?school: who waits for the front office now."""

    visits: tuple[Visit, ...]


class HereNow(msgspec.Struct, frozen=True, kw_only=True):
    """GET /desk/here?school: on site now, with names. left_over: as in DeskBook."""

    people: tuple[PersonHere, ...]
    left_over: tuple[Visit, ...] = ()


class SetSitePolicy(Command, frozen=True, kw_only=True, tag="roster.set_site_policy"):
    """keep_days: visits older than this are removed. check_percent: share of random checks."""

    keep_days: Annotated[int, Meta(ge=30, le=3650)] = 365
    check_percent: Annotated[int, Meta(ge=0, le=100)] = 2


# --- events -----------------------------------------------------------------------------------


class SiteChanged(Event, frozen=True, kw_only=True, tag="roster.site_changed.v1"):
    """Something of the front desk changed. id: the visit, entry, kiosk, … it is about."""

    what: Literal["visit", "flagged", "kiosk", "substitute", "folder", "itinerant", "policy"]
    id: str
