"""Packages on their way into the roster."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from schemas.identifiers import SchoolId
from schemas.roster import SchoolDifference, StagedImport
from services.roster.domain.imports import Refused

Judge = Callable[[Sequence[SchoolDifference], Sequence[SchoolId]], Refused | None]


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
