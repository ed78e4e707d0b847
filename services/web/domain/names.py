"""Names for a screen: everyone for the office, own classes for a teacher."""

import unicodedata
from collections.abc import Iterable

from schemas.api.bodies import NamedAdult, NamedStudent, Names
from schemas.identifiers import ClassId, PersonId
from schemas.roster import RosterSnapshot, Student
from schemas.vocabulary import Role
from services.web.domain.access import OFFICE

FOUND = 20


def names_for(
    snapshot: RosterSnapshot,
    person: PersonId,
    roles: Iterable[Role],
    *,
    find: str = "",
    opened: ClassId | None = None,
    picked: list[Student] | None = None,
) -> Names:
    """What this person may read. find: up to 20 students by name. opened: a class by id.

    picked: those that the roster's search found for `find`, best first; None: it was not asked.
    """
    held = set(roles)
    own = tuple(c.id for c in snapshot.classes if person in c.teachers)
    if find:
        students = found(snapshot.students, find) if picked is None else picked
    elif held & OFFICE:
        students = list(snapshot.students)
    else:
        seen = {*own, opened} if opened is not None else set(own)
        students = [s for s in snapshot.students if not seen.isdisjoint(classes_of(s))]
    # A screen on a wall shows counts and rooms; it is never given a name.
    nameless = held <= {"screen"}
    return Names(
        school=snapshot.school.id,
        name=snapshot.school.name,
        version=snapshot.version,
        classes=snapshot.classes,
        own=own,
        students=tuple(
            NamedStudent(s.id, s.given, s.family, s.grade, s.homeroom)
            for s in (() if nameless else students)
        ),
        staff=()
        if nameless
        else tuple(NamedAdult(a.id, a.given, a.family) for a in snapshot.staff),
        members={} if nameless else members(students),
    )


def classes_of(student: Student) -> set[ClassId]:
    """Homeroom and scheduled classes."""
    homeroom = () if student.homeroom is None else (student.homeroom,)
    return {*homeroom, *student.classes}


def members(students: Iterable[Student]) -> dict[ClassId, tuple[str, ...]]:
    """Class → its students among these."""
    rolls: dict[ClassId, list[str]] = {}
    for student in students:
        for class_id in sorted(classes_of(student)):
            rolls.setdefault(class_id, []).append(student.id)
    return {class_id: tuple(roll) for class_id, roll in rolls.items()}


def found(students: Iterable[Student], text: str) -> list[Student]:
    """Students in whose name every word of the text begins a word; at most FOUND."""
    wanted = folded(text).split()
    if not wanted:
        return []
    hits = []
    for student in students:
        parts = folded(f"{student.given} {student.family}").replace("-", " ").split()
        if all(any(part.startswith(word) for part in parts) for word in wanted):
            hits.append(student)
    return sorted(hits, key=lambda s: (s.family, s.given, s.id))[:FOUND]


def folded(text: str) -> str:
    """Without case and accents, as people type in a hurry."""
    split = unicodedata.normalize("NFKD", text)
    return "".join(c for c in split if not unicodedata.combining(c)).casefold()
