"""The front desk's books, in the words of its handlers."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

import msgspec

from schemas.commands import Command
from schemas.identifiers import PersonId, SchoolId
from schemas.replies import Reply
from schemas.roster_site import (
    ConfirmSchool,
    CoverFound,
    DecideVisit,
    EndKiosk,
    EndSubstitute,
    IssueDayCode,
    LeaveKiosk,
    LiftFlagged,
    MarkItinerant,
    MySchool,
    OpenKiosk,
    RecordFlagged,
    RecordSubstitute,
    Resemblance,
    RotateRoomFolder,
    SetSitePolicy,
    SignIn,
    SignOut,
    SiteChanged,
    VerifyCover,
    Visit,
    WaitReason,
)
from services.roster.domain.desk import KnownStaff
from services.roster.domain.imports import Refused
from services.roster.domain.resemblance import FlaggedName


class DeskFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a sign-in is decided from. kiosk_name: None when no such kiosk is open."""

    zone: str
    staff: tuple[KnownStaff, ...]
    flagged: tuple[FlaggedName, ...]
    check_percent: int
    kiosk_name: str | None
    photo_known: bool


class NewVisit(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in as it was decided; id and words are final."""

    id: str
    name: str
    reason: str
    host: PersonId | None
    host_said: str
    organisation: str
    kiosk_name: str
    wait_reason: WaitReason | None
    resembles: tuple[Resemblance, ...]


class SiteLog(Protocol):
    """The roster's own log, as the front desk tells it."""

    async def tell(
        self,
        command: Command,
        refused: Refused | None,
        changed: SiteChanged | None = None,
        answer: msgspec.Struct | None = None,
    ) -> Reply:
        """Answers a command; tells of the change when it was not refused."""
        ...


class Visits(Protocol):
    """Who came and went. A write of the same op twice is one."""

    def visit_id(self, command: SignIn) -> str: ...

    def checked(self, visit: str, percent: int) -> bool:
        """Whether the visit is one of the random checks."""
        ...

    async def facts(self, command: SignIn, now: dt.datetime) -> DeskFacts | None:
        """None: no such school."""
        ...

    async def add(self, command: SignIn, visit: NewVisit, now: dt.datetime) -> Visit:
        """The visit as it is stored: the first one, when the op was stored before."""
        ...

    async def find(self, school: SchoolId, visit: str, now: dt.datetime) -> Visit | None: ...

    async def by_code(self, school: SchoolId, code: str, now: dt.datetime) -> Visit | None: ...

    async def sign_out(self, command: SignOut, visit: str, now: dt.datetime) -> None: ...

    async def decide(self, command: DecideVisit, visit: Visit, now: dt.datetime) -> bool:
        """False: someone else decided first."""
        ...

    async def set_policy(self, command: SetSitePolicy) -> None: ...


class Flagged(Protocol):
    """The flagged list; what it says is sealed at rest."""

    def entry_id(self, command: RecordFlagged) -> str: ...

    async def knows(self, school: SchoolId, entry: str) -> bool: ...

    async def record(self, command: RecordFlagged, entry: str, now: dt.datetime) -> None: ...

    async def lift(self, command: LiftFlagged, now: dt.datetime) -> None: ...


class Kiosks(Protocol):
    """Enrolled screens that sign people in and out."""

    def kiosk_id(self, command: OpenKiosk) -> str: ...

    async def is_open(self, school: SchoolId, kiosk: str) -> bool: ...

    async def open(self, command: OpenKiosk, kiosk: str, now: dt.datetime) -> None: ...

    async def leave(self, command: LeaveKiosk, now: dt.datetime) -> Refused | None:
        """Ends the kiosk when the PIN is right; wrong ones are counted."""
        ...

    async def end(self, command: EndKiosk, now: dt.datetime) -> None: ...


class Substitutes(Protocol):
    """Records and codes of those who stand in for a teacher."""

    def substitute_id(self, command: RecordSubstitute) -> str: ...

    async def unknown_of(self, command: RecordSubstitute) -> str:
        """Which of teacher, classes or substitute this school does not know; "" when none."""
        ...

    async def record(self, command: RecordSubstitute, substitute: str) -> None: ...

    async def end(self, command: EndSubstitute, now: dt.datetime) -> bool:
        """False: no such substitute."""
        ...

    async def issue(self, command: IssueDayCode, now: dt.datetime) -> bool:
        """False: nobody of this id covers anything today."""
        ...

    async def rotate(self, command: RotateRoomFolder, now: dt.datetime) -> bool:
        """False: the school has no such room."""
        ...

    async def verify(self, asked: VerifyCover, now: dt.datetime) -> CoverFound | None:
        """None for every reason alike; a wrong code counts against that room's codes of today."""
        ...


class Itinerants(Protocol):
    """Staff of several schools, and where they say they are today."""

    async def my_schools(self, person: PersonId, now: dt.datetime) -> list[MySchool]: ...

    async def confirm(self, command: ConfirmSchool, now: dt.datetime) -> bool:
        """False: the person does not work at this school."""
        ...

    async def mark(self, command: MarkItinerant) -> bool:
        """False: nobody of the school's staff has this id."""
        ...
