"""One person as search knows them, and what is asked."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

from schemas.identifiers import ClassId, PersonId, SchoolId
from schemas.roster_pages import FoundPerson, Kind, Match

ORDER: Final[tuple[Kind, ...]] = ("student", "staff", "guardian")
LONGEST: Final = 80
MOST_WORDS: Final = 8


class Entry(NamedTuple):
    """A row of the roster. kinds: at least one, in the order of ORDER."""

    person: PersonId
    kinds: tuple[Kind, ...]
    given: str
    family: str
    preferred: str
    grade: str
    homeroom: ClassId | None
    source_id: str
    identifier: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """text "": the list itself. kinds empty: everyone. limit: at most so many, from offset."""

    text: str = ""
    kinds: frozenset[Kind] = frozenset()
    grade: str = ""
    homeroom: str = ""
    offset: int = 0
    limit: int = 20

    @property
    def enough(self) -> int:
        """How many must be known to answer, and to say whether there are more."""
        return self.offset + self.limit + 1

    def wants(self, entry: Entry) -> bool:
        """Whether the filters let this person through, whatever the name."""
        return (
            (not self.kinds or not self.kinds.isdisjoint(entry.kinds))
            and (not self.grade or entry.grade == self.grade)
            and (not self.homeroom or entry.homeroom == self.homeroom)
        )


class Hit(NamedTuple):
    """rank: smaller is better, comparable between schools. at: place in the school's order."""

    rank: tuple[int, ...]
    at: int
    why: Match


def shown(entry: Entry, school: SchoolId, why: Match) -> FoundPerson:
    return FoundPerson(
        id=entry.person,
        school=school,
        kinds=entry.kinds,
        given=entry.given,
        family=entry.family,
        preferred=entry.preferred if entry.preferred != entry.given else "",
        grade=entry.grade,
        homeroom=entry.homeroom,
        why=why,
    )
