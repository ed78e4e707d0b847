"""The language of two other ways into the roster: pulled from a student system, and photos."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from schemas.commands import Command
from schemas.envelope import Instant
from schemas.events import Event
from schemas.identifiers import PersonId, SchoolId
from schemas.replies import Values
from schemas.roster import Finding, SchoolDifference

# --- sources ----------------------------------------------------------------------------------

SourceId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
"""Drawn by whoever adds the source; the same id again changes it."""

RestVersion = Literal["1.1", "1.2"]
Url = Annotated[str, Meta(min_length=8, max_length=500)]
Scope = Annotated[str, Meta(min_length=1, max_length=300, pattern=r"^[\x21\x23-\x5b\x5d-\x7e]+$")]
"""As OAuth 2 writes a scope (RFC 6749, 3.3): no spaces, quotation marks or backslashes."""

Outcome = Literal["applied", "nothing_changed", "waits_for_person", "incident_open", "failed"]
"""waits_for_person: checked and compared, applied by nobody yet. incident_open: taken up again
when it is closed. failed: nothing was changed, code and reason say why."""


class PullResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one pull. mode: "bulk" | "delta". rows: read from the student system.

    code, reason: why it failed or waits, "" otherwise; values: what the reason names. again:
    whether it is tried again before its regular time. op: of the command that asked for it, ""
    when it was due. package: the staged import, while outcome is waits_for_person. through:
    changes until then are in it.
    """

    started: Instant
    ended: Instant
    outcome: Outcome
    mode: Literal["bulk", "delta"] = "bulk"
    rows: int = 0
    code: str = ""
    reason: str = ""
    values: Values = {}
    again: bool = False
    op: str = ""
    package: str = ""
    through: Instant | None = None
    schools: tuple[SchoolDifference, ...] = ()
    warnings: tuple[Finding, ...] = ()


class PullSource(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GET /sources[?school]: a student system that is read over OneRoster REST.

    schools: those that a pull may change; others of the same server are left out. hour: of the
    day in the first school's zone, else every_hours. apply: whether a pull is applied by itself.
    changes_only: between full pulls asks for what changed. asked_op: a pull was asked for and
    has not ended. The client's secret is never told.
    """

    id: str
    name: str
    base_url: str
    token_url: str
    client_id: str
    scopes: tuple[str, ...] = ()
    version: RestVersion = "1.2"
    schools: tuple[SchoolId, ...] = ()
    hour: int | None = None
    every_hours: int | None = None
    apply: bool = False
    changes_only: bool = True
    asked_op: str = ""
    pulling: bool = False
    waits: str = ""
    last: PullResult | None = None
    next_at: Instant | None = None


class SetSource(Command, frozen=True, kw_only=True, tag="roster.set_source"):
    """Add or change a source. secret "": the one that is stored stays.

    also: other schools where the actor has such a role. Refused: not_allowed, other_school,
    unknown_school, bad_url, secret_needed, bad_schedule.
    """

    source: SourceId
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    base_url: Url
    token_url: Url
    client_id: Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[\x20-\x7e]+$")]
    secret: Annotated[str, Meta(max_length=500)] = ""
    scopes: Annotated[tuple[Scope, ...], Meta(max_length=10)] = ()
    version: RestVersion = "1.2"
    schools: Annotated[tuple[SchoolId, ...], Meta(min_length=1, max_length=500)]
    hour: Annotated[int, Meta(ge=0, le=23)] | None = None
    every_hours: Annotated[int, Meta(ge=1, le=168)] | None = None
    apply: bool = False
    changes_only: bool = True
    also: tuple[SchoolId, ...] = ()

    def __repr__(self) -> str:
        """Without the secret, wherever it might be printed."""
        return f"SetSource(source={self.source!r})"


class RemoveSource(Command, frozen=True, kw_only=True, tag="roster.remove_source"):
    """Forget a source and its secret; what it brought stays. Refused: unknown_source."""

    source: SourceId
    also: tuple[SchoolId, ...] = ()


class PullNow(Command, frozen=True, kw_only=True, tag="roster.pull_now"):
    """Ask for a pull out of turn; answered at once, GET /sources tells what became of it."""

    source: SourceId
    also: tuple[SchoolId, ...] = ()


class PullAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of PullNow. op: whose pull this will be; GET /sources tells it as last.op."""

    op: str


class SourceChanged(Event, frozen=True, kw_only=True, tag="roster.source_changed.v1"):
    """A source was added, changed or removed. Neither addresses nor secrets are told."""

    source: str
    removed: bool = False


# --- photos -----------------------------------------------------------------------------------


class PhotoFinding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One file that gives nobody a photo. code: photo_… value: what the message names."""

    file: str
    code: str
    message: str
    value: str = ""


class PhotoCounts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """matched: students who get a photo, of whom `replaced` have one. Files: unknown (nobody of
    the school has this id), doubled (two files for one student, or one id for two students),
    unreadable (no picture, or too large), ignored (neither .jpg nor .png)."""

    files: int = 0
    matched: int = 0
    replaced: int = 0
    unknown: int = 0
    doubled: int = 0
    unreadable: int = 0
    ignored: int = 0
    without: int = 0


class StagedPhotos(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """POST /photos?school (body: the zip): checked and matched, not applied.

    errors: why the whole zip is refused. findings: at most 200.
    """

    id: str
    counts: PhotoCounts = PhotoCounts()
    findings: tuple[PhotoFinding, ...] = ()
    errors: tuple[PhotoFinding, ...] = ()
    applied: bool = False


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """GET /photo?school&person[&known]: a JPEG of at most 320 × 400. image b"": `known` is it."""

    sha256: str
    image: bytes


class PhotoMark(msgspec.Struct, frozen=True, array_like=True):
    """[id, sha256]: this student has a photo. GET /photos?school lists them."""

    person: PersonId
    sha256: str


class ApplyPhotos(Command, frozen=True, kw_only=True, tag="roster.apply_photos"):
    """Store the photos of a staged zip. Refused: unknown_photos, not_allowed, zip_…"""

    photos: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]


class RemovePhoto(Command, frozen=True, kw_only=True, tag="roster.remove_photo"):
    """Forget one student's photo for good. Refused: unknown_photo, not_allowed."""

    person: PersonId


class PhotosChanged(Event, frozen=True, kw_only=True, tag="roster.photos_changed.v1"):
    """Photos of the school changed. count: students who have one now."""

    count: int
