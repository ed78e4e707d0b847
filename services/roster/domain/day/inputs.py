"""What a decision about the day is made from: the roster's people and the school's own facts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from schemas.identifiers import ClassId, PersonId, SchoolId
from schemas.roster_day_facts import (
    BellSchedule,
    Calendar,
    CalendarDay,
    Group,
    KeptMark,
    RoomFacts,
)
from services.roster.domain.day.codes import PeriodCode


class Pupil(NamedTuple):
    """classes: in the roster's order, so that of two at once it is always the same one."""

    id: PersonId
    grade: str
    homeroom: ClassId | None
    classes: tuple[ClassId, ...]


class Taught(NamedTuple):
    """A class; codes: of its periods, () none on file."""

    id: ClassId
    room: str
    homeroom: bool
    codes: tuple[PeriodCode, ...]


class People(msgspec.Struct, frozen=True):
    """One version of a roster, as far as the day needs it. version: of its snapshot."""

    version: int
    pupils: tuple[Pupil, ...]
    classes: dict[ClassId, Taught]


class Rooms:
    """Rooms by every name they go by."""

    def __init__(self, rooms: tuple[RoomFacts, ...]) -> None:
        self._names = {plain_room(n): r for r in rooms for n in (r.name, *r.aliases)}

    def called(self, name: str) -> str:
        """The room as the school says it."""
        known = self._names.get(plain_room(name))
        return known.name if known else name

    def within(self, room: str, places: tuple[str, ...]) -> bool:
        """Whether the room is one of the places, or lies in a zone that is one of them."""
        known = self._names.get(plain_room(room))
        mine = {plain_room(room)}
        if known:
            mine |= {plain_room(known.name), plain_room(known.zone)}
        return not mine.isdisjoint(plain_room(place) for place in places)


def plain_room(name: str) -> str:
    return " ".join(name.lower().split())


class Plan(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What holds on every date. days: date → what it is unlike its week."""

    zone: ZoneInfo
    schedules: dict[str, BellSchedule] = {}
    calendar: Calendar = Calendar()
    days: dict[str, CalendarDay] = {}
    rooms: tuple[RoomFacts, ...] = ()
    groups: tuple[Group, ...] = ()

    @cached_property
    def places(self) -> Rooms:
        return Rooms(self.rooms)


class DayFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that who_is_where looks at. marks: of the date of the moment asked about."""

    school: SchoolId
    people: People
    plan: Plan
    marks: Mapping[PersonId, tuple[KeptMark, ...]]
