"""The language of accountability: observations of persons, and what they fold to."""

import hashlib
from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from schemas.commands import Command
from schemas.envelope import Instant
from schemas.events import Event
from schemas.identifiers import ClassId, DeviceId, IncidentId, PersonId, RoomKey, SchoolId
from schemas.roster_day import DayMoment, Reason, Standing
from schemas.vocabulary import IncidentMode, PersonState

HOMEROOMS = DayMoment(kind="no_schedule")
"""The moment of a population that no bell schedule is known of: homerooms are expected."""

Method = Literal["seen", "scanned", "self_reported", "told", "inferred"]
LARGEST = 2**53 - 1
"""The largest number that a browser counts to without rounding."""

Counter = Annotated[int, Meta(ge=1, le=LARGEST)]
Seen = Annotated[int, Meta(ge=0, le=LARGEST)]


class Mark(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """One explicit observation of one student.

    n: the device's counter, drawn with the device id. seen: accountability's seq of this
    incident that the screen showed. at: the device's own time, advisory. with_adult: who the
    student is said to be with. told_by: the speaker when someone else writes it down.
    """

    student: PersonId
    state: PersonState
    n: Counter
    seen: Seen
    method: Method = "seen"
    at: Instant | None = None
    with_adult: PersonId | None = None
    told_by: Annotated[str, Meta(max_length=80)] | None = None


class Rest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """ "The rest of my class": exactly the students that the screen showed as unknown.

    Never supersedes an explicit observation, in any order of arrival.
    """

    class_id: ClassId
    students: Annotated[tuple[PersonId, ...], Meta(max_length=500)]
    n: Counter
    seen: Seen
    at: Instant | None = None
    headcount: Annotated[int, Meta(ge=0, le=1000)] | None = None


# --- commands ---------------------------------------------------------------------------------


class Account(Command, frozen=True, kw_only=True, tag="accountability.account"):
    """Marks, at most one rest and take-backs of one op, all or nothing.

    take_back: counters of this device whose observations are withdrawn; adds no state.
    """

    incident: IncidentId
    marks: Annotated[tuple[Mark, ...], Meta(max_length=500)] = ()
    rest: Rest | None = None
    take_back: Annotated[tuple[Counter, ...], Meta(max_length=500)] = ()


class OpenClass(Command, frozen=True, kw_only=True, tag="accountability.open_class"):
    """A teacher says: this class is with me now. Its students without a homeroom who are not
    yet expected elsewhere are expected here; each counts once."""

    incident: IncidentId
    class_id: ClassId


# --- events -----------------------------------------------------------------------------------


class Why(msgspec.Struct, frozen=True, array_like=True):
    """Why a student is expected there, or not at all: [reason, place, since, adult].

    reason extra: on nobody's list, found by someone. place: a room, a zone or a group as the
    school says it. since: when it began (signed out 10:12). adult: the leader of a group.
    """

    reason: Reason | Literal["extra"]
    place: str = ""
    since: Instant | None = None
    adult: PersonId | None = None


class Row(msgspec.Struct, frozen=True, array_like=True):
    """One student on a screen: [id, state, seq, class, contradicted, why].

    why None: expected in the class and nothing more is known, or expected nowhere yet.
    """

    student: PersonId
    state: PersonState
    seq: int
    class_id: ClassId | None
    contradicted: bool = False
    why: Why | None = None

    @property
    def room(self) -> RoomKey | None:
        """Where screens count the student; None: expected nowhere yet."""
        if self.class_id is not None:
            return RoomKey(self.class_id)
        return None if self.why is None else RoomKey(f"@{self.why.reason}/{self.why.place}")

    @property
    def counts(self) -> bool:
        """False for an extra whose every mark was taken back: nobody expects the student."""
        extra = self.why is not None and self.why.reason == "extra"
        return not (extra and self.state == "unknown")


class Expected(msgspec.Struct, frozen=True, array_like=True):
    """One student of the population: [id, class, standing, why].

    class_id None: no class now (lunch, an activity), or no homeroom until a class is opened; who
    is absent, signed out or off site keeps the class that they would be in.
    standing: what the roster's day says; anything but unknown is kept as an inferred observation
    of the system, numbered by its place in this list from 1.
    """

    student: PersonId
    class_id: ClassId | None
    standing: Standing = "unknown"
    why: Why | None = None


class Opened(Event, frozen=True, kw_only=True, tag="accountability.opened.v1"):
    """The population of an incident: who was expected where when it was declared.

    moment no_schedule: the homerooms of the roster snapshot that it pins.
    """

    roster_version: int
    expected: tuple[Expected, ...]
    moment: DayMoment = HOMEROOMS


class ClassOpened(Event, frozen=True, kw_only=True, tag="accountability.class_opened.v1"):
    """rows: the students who are expected in this class from now on, as they stand."""

    class_id: ClassId
    by: PersonId
    rows: tuple[Row, ...]


class Observed(Event, frozen=True, kw_only=True, tag="accountability.observed.v1"):
    """All observations of one op; observer and device are the envelope's actor and device.
    The system's are inferred: from facts of the school day that became known meanwhile.

    rows: what the touched students fold to with it; screens show these and never fold again.
    late: the incident had already ended.
    """

    marks: tuple[Mark, ...] = ()
    rest: Rest | None = None
    take_back: tuple[int, ...] = ()
    rows: tuple[Row, ...] = ()
    late: bool = False


class Ended(Event, frozen=True, kw_only=True, tag="accountability.ended.v1"):
    """The incident ended; later marks are kept and marked late."""


# --- state ------------------------------------------------------------------------------------


class Observation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A standing observation. seq: accountability's seq that it was stored under."""

    state: PersonState
    observer: PersonId
    device: DeviceId
    n: int
    seen: int
    seq: int
    at: Instant
    bulk: bool = False
    method: Method = "seen"
    with_adult: PersonId | None = None
    told_by: str | None = None


class Accounting(msgspec.Struct, frozen=True, kw_only=True):
    """An incident's rows, folded. seq: accountability's highest of this incident.

    last_word: of classes and of places, by their key.
    """

    incident: IncidentId
    mode: IncidentMode
    roster_version: int
    seq: int
    open: bool
    rows: tuple[Row, ...]
    last_word: dict[RoomKey, Instant] = {}
    moment: DayMoment = HOMEROOMS


class SchoolAccounting(msgspec.Struct, frozen=True, kw_only=True):
    """GET /state of accountability: the latest incidents, the newest last."""

    school: SchoolId
    incidents: tuple[Accounting, ...] = ()


class Contradiction(msgspec.Struct, frozen=True, kw_only=True):
    """A student whose standing observations disagree; both are kept."""

    student: PersonId
    observations: tuple[Observation, ...]


class ClassDigest(msgspec.Struct, frozen=True, kw_only=True):
    """What an acknowledgement carries: a phone compares at that seq with an empty outbox."""

    class_id: ClassId
    seq: int
    sha256: str


class AccountAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of Account and OpenClass: the rows touched and their classes' digests."""

    rows: tuple[Row, ...]
    digests: tuple[ClassDigest, ...]


def class_digest(class_id: ClassId, rows: Iterable[Row]) -> ClassDigest:
    """Highest seq among the class's rows, and SHA-256 over the compact UTF-8 JSON of the
    sorted [id, state, seq] array."""
    triples = sorted((row.student, row.state, row.seq) for row in rows)
    digest = hashlib.sha256(msgspec.json.encode(triples)).hexdigest()
    return ClassDigest(
        class_id=class_id, seq=max((t[2] for t in triples), default=0), sha256=digest
    )
