"""The schools' rosters as they hold, and what the schools say themselves."""

from __future__ import annotations

from typing import Protocol

from schemas.identifiers import SchoolId
from schemas.roster import Audience, RosterSnapshot, School, SetSchool

RosterCommand = SetSchool


class Rosters(Protocol):
    """The schools' rosters as they hold."""

    async def schools(self) -> list[School]: ...

    async def school(self, school: SchoolId) -> School | None: ...

    async def snapshot(self, school: SchoolId, version: int | None) -> RosterSnapshot | None:
        """None: no such school or version."""
        ...

    async def audience(self, school: SchoolId) -> Audience | None: ...

    async def write(self, command: RosterCommand) -> None:
        """Stores what the command says; the same command twice is the same."""
        ...
