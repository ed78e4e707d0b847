"""The list of people: what was asked, its pages, and what is left when the roster is away."""

from collections.abc import Iterable

import msgspec

from schemas.identifiers import ClassId
from schemas.roster import RosterSnapshot, SchoolClass, Student
from schemas.roster_pages import FoundPeople, FoundPerson, Kind, Match
from services.web.domain.names import classes_of, folded, found

PAGE = 50
EVERYONE = 100_000
KINDS: tuple[Kind, ...] = ("student", "staff", "guardian")
TOLD: frozenset[Match] = frozenset({"identifier", "nickname", "similar"})
"""Reasons that the letters on the screen do not show."""


class PeopleQuery(msgspec.Struct, frozen=True, kw_only=True):
    """text: a name or number. kind "": everyone. page: from 1. everywhere: all my schools."""

    text: str = ""
    kind: Kind | None = None
    grade: str = ""
    homeroom: str = ""
    page: int = 1
    everywhere: bool = False

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE

    @property
    def narrows(self) -> bool:
        return bool(self.text or self.kind or self.grade or self.homeroom)


def page_number(text: str) -> int:
    """A page as the address says it; 1 for what is no page."""
    if text.isascii() and text.isdigit() and len(text) < 6:
        return max(int(text), 1)
    return 1


def kind_of(text: str) -> Kind | None:
    return next((kind for kind in KINDS if kind == text), None)


def last_heard(snapshot: RosterSnapshot, query: PeopleQuery, *, limit: int) -> FoundPeople:
    """Students and staff of the snapshot; guardians are not in it."""
    people = list(_students(snapshot, query)) if query.kind in (None, "student") else []
    if query.kind in (None, "staff") and not query.grade and not query.homeroom:
        people += _staff(snapshot, query)
    page = people[query.offset : query.offset + limit]
    return FoundPeople(
        people=tuple(page),
        total=len(people),
        more=len(people) > query.offset + len(page),
        versions={snapshot.school.id: snapshot.version},
    )


def _students(snapshot: RosterSnapshot, query: PeopleQuery) -> Iterable[FoundPerson]:
    some = found(snapshot.students, query.text) if query.text else snapshot.students
    for one in some:
        if query.grade in ("", one.grade) and query.homeroom in ("", one.homeroom):
            yield FoundPerson(
                id=one.id,
                school=snapshot.school.id,
                kinds=("student",),
                given=one.given,
                family=one.family,
                grade=one.grade,
                homeroom=one.homeroom,
                why="prefix" if query.text else "listed",
            )


def _staff(snapshot: RosterSnapshot, query: PeopleQuery) -> list[FoundPerson]:
    wanted = folded(query.text).split()
    return [
        FoundPerson(
            id=one.id,
            school=snapshot.school.id,
            kinds=("staff",),
            given=one.given,
            family=one.family,
            why="prefix" if wanted else "listed",
        )
        for one in snapshot.staff
        if begins(f"{one.given} {one.family}", wanted)
    ]


def begins(name: str, wanted: list[str]) -> bool:
    """Whether each folded word begins a word of the name."""
    parts = folded(name).replace("-", " ").split()
    return all(any(part.startswith(word) for part in parts) for word in wanted)


def grades_of(snapshot: RosterSnapshot) -> list[str]:
    """Grades that the school has, in the order of the alphabet, numbers by value."""
    grades = {student.grade for student in snapshot.students if student.grade}
    return sorted(grades, key=lambda grade: (grade.isdigit(), grade.zfill(4), grade))


class ClassRow(msgspec.Struct, frozen=True, kw_only=True):
    """A class as the list shows it."""

    id: ClassId
    title: str
    type: str
    room: str
    teachers: tuple[str, ...]
    students: int


def class_rows(snapshot: RosterSnapshot, text: str = "") -> list[ClassRow]:
    """Classes whose title, room or teacher has words beginning so; homerooms first."""
    adults = {one.id: f"{one.given} {one.family}".strip() for one in snapshot.staff}
    counts: dict[ClassId, int] = {}
    for student in snapshot.students:
        for class_id in classes_of(student):
            counts[class_id] = counts.get(class_id, 0) + 1
    rows = [
        ClassRow(
            id=one.id,
            title=one.title,
            type=one.type,
            room=one.room,
            teachers=tuple(adults[person] for person in one.teachers if person in adults),
            students=counts.get(one.id, 0),
        )
        for one in snapshot.classes
    ]
    wanted = folded(text).split()
    return sorted((row for row in rows if begins(_said(row), wanted)), key=_room_order)


def _said(row: ClassRow) -> str:
    return f"{row.title} {row.room} {' '.join(row.teachers)}"


def _room_order(row: ClassRow) -> tuple[bool, int, str, str]:
    """Room 9 before Room 10."""
    return (row.type != "homeroom", len(row.room), row.room, row.title)


def class_of(snapshot: RosterSnapshot, class_id: str) -> SchoolClass | None:
    return next((one for one in snapshot.classes if one.id == class_id), None)


def students_of(snapshot: RosterSnapshot, one: SchoolClass) -> list[Student]:
    return [student for student in snapshot.students if one.id in classes_of(student)]
