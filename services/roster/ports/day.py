"""The facts of the school day, as the roster keeps them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Protocol

import msgspec

from schemas.identifiers import PersonId, SchoolId
from schemas.roster_day import ExpectedAdult
from schemas.roster_day_facts import (
    Campus,
    Group,
    KeptMark,
    SetBellSchedules,
    SetCalendar,
    SetCalendarDays,
    SetCampus,
    SetRooms,
)
from services.roster.domain.day.directory import Entry
from services.roster.domain.day.inputs import People, Plan

PlanCommand = SetBellSchedules | SetCalendar | SetCalendarDays | SetRooms | SetCampus


class Stamp(msgspec.Struct, frozen=True):
    """What was read holds until this differs. version: of the roster. changes: of the day."""

    version: int
    zone: str
    changes: int


class GroupChange(msgspec.Struct, frozen=True, kw_only=True):
    """before, after: the group around its last command; None: there was none, it is removed."""

    before: Group | None
    after: Group | None


class Days(Protocol):
    """Bells, calendar, rooms, campus, attendance and groups of a school."""

    async def stamp(self, school: SchoolId) -> Stamp | None:
        """None: no such school."""
        ...

    async def people(self, school: SchoolId, version: int) -> People | None:
        """None: this version is not kept."""
        ...

    async def plan(self, school: SchoolId, zone: str) -> Plan: ...

    async def marks(self, school: SchoolId, date: str) -> tuple[KeptMark, ...]:
        """In the order in which they were recorded, withdrawn ones too."""
        ...

    async def mark(self, school: SchoolId, mark: str) -> KeptMark | None: ...

    async def marks_called(self, school: SchoolId, ids: Collection[str]) -> dict[str, KeptMark]:
        """Those of these ids that are kept, withdrawn ones too."""
        ...

    async def add_marks(self, school: SchoolId, marks: Sequence[tuple[str, KeptMark]]) -> None:
        """(the school's date, mark); one that is there already stays as it is."""
        ...

    async def withdraw(self, school: SchoolId, mark: str, actor: PersonId) -> None: ...

    async def set_group(self, school: SchoolId, group: Group, op: str) -> GroupChange: ...

    async def remove_group(self, school: SchoolId, group: str, op: str) -> GroupChange | None:
        """None: no such group."""
        ...

    async def write_plan(self, command: PlanCommand) -> None:
        """Stores what the command says; the same command twice is the same."""
        ...

    async def campus(self, school: SchoolId) -> Campus | None: ...

    async def campuses(self) -> dict[SchoolId, str]:
        """Every school → its campus, "" none."""
        ...

    async def codes(self, school: SchoolId) -> tuple[str, ...]:
        """Period codes that classes of the roster carry."""
        ...

    async def students(self, school: SchoolId) -> list[Entry]:
        """Everyone who is or was a student."""
        ...

    async def staff(self, school: SchoolId) -> set[PersonId]: ...

    async def taught_by(self, school: SchoolId, person: PersonId) -> set[PersonId]:
        """Students of the classes that this person teaches."""
        ...


class OnSite(Protocol):
    """Adults who are signed in besides the roster's staff: visitors, substitutes, volunteers."""

    async def adults_on_site(
        self, school: SchoolId, at: dt.datetime
    ) -> tuple[ExpectedAdult, ...]: ...
