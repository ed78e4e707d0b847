"""The schools' rosters as they hold, and what the schools say themselves."""

from __future__ import annotations

from typing import Protocol

from schemas.identifiers import PersonId, SchoolId
from schemas.roster import Audience, RosterSnapshot, School, SetLanguage, SetLinkRights, SetSchool

RosterCommand = SetLinkRights | SetLanguage | SetSchool


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
