"""What the roster needs from the outside, in its own words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from schemas.identifiers import PersonId, SchoolId
from schemas.replies import Reply
from schemas.roster import (
    Audience,
    RosterSnapshot,
    School,
    SchoolDifference,
    SetLanguage,
    SetLinkRights,
    SetSchool,
    StagedImport,
)
from schemas.vocabulary import Actor
from services.roster.domain.imports import Refused

RosterCommand = SetLinkRights | SetLanguage | SetSchool
Judge = Callable[[Sequence[SchoolDifference], Sequence[SchoolId]], Refused | None]


class Clock(Protocol):
    def now(self) -> dt.datetime: ...


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """versions: schools that have a new version. refused: then nothing was changed."""

    differences: tuple[SchoolDifference, ...]
    versions: dict[SchoolId, int]
    refused: Refused | None = None


class Imports(Protocol):
    """Packages waiting in the data folder, and what became of them."""

    async def compare(self, import_id: str, now: dt.datetime) -> StagedImport:
        """Reads the waiting package and says what it would change; changes nothing."""
        ...

    async def keep(self, staged: StagedImport, now: dt.datetime) -> None:
        """Remembers what was shown; the package keeps waiting."""
        ...

    async def find(self, import_id: str) -> tuple[StagedImport, bool] | None:
        """What was shown, and whether it was applied; None: no such import."""
        ...

    async def apply(self, import_id: str, judge: Judge, now: dt.datetime) -> Applied:
        """All schools of the package in one transaction, unless `judge` refuses."""
        ...

    async def drop(self, import_id: str) -> None:
        """The package is no longer needed."""
        ...


class Rosters(Protocol):
    """The schools' rosters as they hold."""

    async def schools(self) -> list[School]: ...

    async def school(self, school: SchoolId) -> School | None: ...

    async def snapshot(self, school: SchoolId, version: int | None) -> RosterSnapshot | None:
        """None: no such school or version."""
        ...

    async def audience(self, school: SchoolId) -> Audience | None: ...

    async def has_link(self, school: SchoolId, guardian: PersonId, student: PersonId) -> bool: ...

    async def has_person(self, school: SchoolId, person: PersonId) -> bool: ...

    async def write(self, command: RosterCommand) -> None:
        """Stores what the command says; the same command twice is the same."""
        ...


class Log(Protocol):
    """The roster's own log."""

    async def announce(self, school: SchoolId, version: int, actor: Actor) -> None:
        """Tells of a version that holds, once."""
        ...

    async def tell_change(self, command: RosterCommand, refused: Refused | None) -> Reply:
        """Answers a command, and tells of the change when it was not refused."""
        ...
