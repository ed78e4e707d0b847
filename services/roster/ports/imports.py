"""Packages on their way into the roster."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Literal, Protocol

import msgspec

from schemas.identifiers import PersonId, SchoolId
from schemas.roster import SchoolDifference, StagedImport
from services.roster.domain.history import Facts, KeptImport
from services.roster.domain.imports import Refused

Judge = Callable[[Sequence[SchoolDifference], Sequence[SchoolId]], Refused | None]
UndoJudge = Callable[[KeptImport, bool, dict[SchoolId, str], Sequence[SchoolId]], Refused | None]
Step = Literal["reading", "comparing", "applying", "undoing"]
Tell = Callable[[Step, int, int], None]
"""How far it is: step, done, total."""


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """versions: schools that have a new version. refused: then nothing was changed."""

    differences: tuple[SchoolDifference, ...]
    versions: dict[SchoolId, int]
    refused: Refused | None = None


class Imports(Protocol):
    """Packages waiting in the data folder, and what became of them."""

    async def begin(self, import_id: str, facts: Facts, now: dt.datetime) -> None:
        """Remembers a package that is about to be checked."""
        ...

    async def compare(self, import_id: str, now: dt.datetime, tell: Tell) -> StagedImport:
        """Reads the waiting package and says what it would change; changes nothing."""
        ...

    async def keep(self, staged: StagedImport, now: dt.datetime) -> None:
        """Remembers what was shown; the package keeps waiting, unless it was refused."""
        ...

    async def find(self, import_id: str) -> KeptImport | None:
        """None: no such import."""
        ...

    async def newest(self, limit: int) -> list[KeptImport]:
        """The newest first, with what was shown of each."""
        ...

    async def is_newest(self, kept: KeptImport) -> bool:
        """Whether no later import or undo touched one of its schools."""
        ...

    async def open_at(self, schools: Sequence[SchoolId]) -> list[str]:
        """Names of those of these schools that have an open incident."""
        ...

    async def note(self, import_id: str, refused: Refused) -> None:
        """Remembers why the import could not be applied or undone."""
        ...

    async def apply(
        self, import_id: str, judge: Judge, now: dt.datetime, *, by: PersonId, tell: Tell
    ) -> Applied:
        """All schools of the package in one transaction, unless `judge` refuses."""
        ...

    async def undo(
        self, import_id: str, judge: UndoJudge, now: dt.datetime, *, by: PersonId, tell: Tell
    ) -> Applied:
        """The rosters before this import, as new versions, unless `judge` refuses."""
        ...

    async def drop(self, import_id: str) -> None:
        """The package is no longer needed."""
        ...
