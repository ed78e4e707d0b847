"""Roster sheets: what stands on the paper of each room. Nobody of the school is left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, Literal

import msgspec

from schemas.identifiers import ClassId, PersonId
from schemas.roster_pages import Rooms
from services.roster.domain.paper.letters import Letters
from services.roster.domain.quality.facts import ClassFact, PersonFact, SchoolFacts

Holds = Literal["class", "no_class", "adults"]

NO_NOTES: Final[Mapping[PersonId, str]] = {}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """name "": it cannot be printed; number then tells who it is. note: known beforehand."""

    name: str
    number: str
    grade: str = ""
    note: str = ""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One room. room "": the class has none on file. unprintable: lines without a name."""

    holds: Holds
    room: str = ""
    title: str = ""
    teachers: str = ""
    lines: tuple[Line, ...] = ()
    unprintable: int = 0


class SheetSet(msgspec.Struct, frozen=True, kw_only=True):
    """A whole document. day, printed: as they stand on the paper, in the school's zone."""

    school: str
    address: str
    office_phone: str
    day: str
    printed: str
    version: int
    drill: bool
    sheets: tuple[Sheet, ...]


class Roll:
    """Classes and who is in them, in the order of the paper."""

    def __init__(self, facts: SchoolFacts, letters: Letters, notes: Mapping[PersonId, str]) -> None:
        self._letters = letters
        self._notes = notes
        self.people = {one.person: one for one in facts.people}
        self.classes = sorted(facts.classes, key=lambda one: (*_room_order(one.room), one.title))
        self.homerooms = [one for one in self.classes if one.type == "homeroom"]
        self.pupils: defaultdict[ClassId, set[PersonId]] = defaultdict(set)
        self.adults: defaultdict[ClassId, set[PersonId]] = defaultdict(set)
        for row in facts.enrollments:
            if row.person in self.people:
                held = self.pupils if row.role == "student" else self.adults
                held[row.class_id].add(row.person)

    def of_class(self, one: ClassFact) -> Sheet:
        teachers = _by_name(self.people[person] for person in self.adults[one.class_id])
        students = [self.people[person] for person in self.pupils[one.class_id]]
        return self._sheet(
            "class",
            students,
            room=self._letters.or_marks(one.room),
            title=self._letters.or_marks(one.title),
            teachers=", ".join(self._letters.or_marks(person.name) for person in teachers),
        )

    def without(self, classes: Iterable[ClassFact]) -> Sheet | None:
        """Students who stand on the sheet of none of these classes."""
        seen = {person for one in classes for person in self.pupils[one.class_id]}
        left = [one for one in self.people.values() if one.student and one.person not in seen]
        return self._sheet("no_class", left) if left else None

    def of_adults(self) -> Sheet | None:
        staff = [one for one in self.people.values() if one.staff]
        return self._sheet("adults", staff) if staff else None

    def _sheet(
        self,
        holds: Holds,
        people: Iterable[PersonFact],
        *,
        room: str = "",
        title: str = "",
        teachers: str = "",
    ) -> Sheet:
        lines = tuple(self._line(one) for one in _by_name(people))
        return Sheet(
            holds=holds,
            room=room,
            title=title,
            teachers=teachers,
            lines=lines,
            unprintable=sum(not line.name for line in lines),
        )

    def _line(self, one: PersonFact) -> Line:
        parts = (one.family, one.preferred or one.given)
        said = ", ".join(part for part in parts if part.strip())
        return Line(
            name=self._letters.printable(said) or "",
            number=self._letters.or_marks(one.source_id),
            grade=self._letters.or_marks(one.grade),
            note=self._letters.or_marks(self._notes.get(one.person, "")),
        )


def sheets_of(
    facts: SchoolFacts,
    letters: Letters,
    *,
    rooms: Rooms,
    class_id: ClassId | None = None,
    notes: Mapping[PersonId, str] = NO_NOTES,
) -> tuple[Sheet, ...]:
    """A sheet for each homeroom (or class), one for students who are in none, one for adults.

    A school without homerooms gets its classes. class_id: only this one; empty when the school
    has no such class. notes: what is known of the day (absent, off site), printed beside a name.
    """
    roll = Roll(facts, letters, notes)
    if class_id is not None:
        return tuple(roll.of_class(one) for one in roll.classes if one.class_id == class_id)
    chosen = roll.homerooms if rooms == "homerooms" and roll.homerooms else roll.classes
    sheets = [roll.of_class(one) for one in chosen if roll.pupils[one.class_id]]
    others = (roll.without(chosen), roll.of_adults())
    return (*sheets, *(sheet for sheet in others if sheet is not None))


def _by_name(people: Iterable[PersonFact]) -> list[PersonFact]:
    return sorted(people, key=lambda one: (one.family, one.preferred or one.given, one.person))


def _room_order(room: str) -> tuple[bool, int, str]:
    """Room 9 before Room 10; a class without a room last."""
    return (not room, len(room), room)
