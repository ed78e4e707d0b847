"""What in a roster would fail in an emergency: each check a pure function over the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from schemas.identifiers import ClassId, PersonId
from schemas.roster_pages import (
    GradeReach,
    QualityCode,
    QualityIssue,
    QualityItem,
    QualityReport,
)
from services.roster.domain.quality.facts import ClassFact, PersonFact, SchoolFacts
from services.roster.domain.quality.names import near_names, same_names
from services.roster.domain.quality.numbers import fault_of, textable
from services.roster.domain.quality.rooms import named_twice


class Known:
    """The rows with what several checks ask of them, worked out once."""

    def __init__(self, facts: SchoolFacts) -> None:
        self.facts = facts
        self.people = {one.person: one for one in facts.people}
        by_name = sorted(facts.people, key=lambda one: (one.family, one.given, one.person))
        self.students = [one for one in by_name if one.student]
        self.guardians = [one for one in by_name if one.guardian]
        self.staff = [one for one in by_name if one.staff]
        self.numbers = {
            one.person: textable(one.sms) for one in facts.people if one.guardian or one.staff
        }
        self.linked: defaultdict[PersonId, list[PersonFact]] = defaultdict(list)
        self.told: defaultdict[PersonId, list[PersonFact]] = defaultdict(list)
        for link in facts.links:
            guardian = self.people.get(link.guardian)
            if guardian is not None and guardian.guardian:
                self.linked[link.student].append(guardian)
                if link.message:
                    self.told[link.student].append(guardian)
        self.attends: defaultdict[PersonId, set[ClassId]] = defaultdict(set)
        self.taught: set[ClassId] = set()
        for row in facts.enrollments:
            if row.role == "student":
                self.attends[row.person].add(row.class_id)
            elif row.person in self.people:
                self.taught.add(row.class_id)
        self.classes = sorted(facts.classes, key=lambda one: (one.title, one.class_id))

    def reaches(self, guardian: PersonFact) -> bool:
        return bool(guardian.email or self.numbers.get(guardian.person))

    def reachable(self, student: PersonFact) -> bool:
        return any(self.reaches(guardian) for guardian in self.told[student.person])


def item(one: PersonFact, detail: str = "") -> QualityItem:
    return QualityItem(text=one.name, detail=detail, people=(one.person,))


def several(people: Sequence[PersonFact], detail: str = "") -> QualityItem:
    """Each by name, and students by grade too, or nobody could tell them apart."""
    return QualityItem(
        text=names(people),
        detail=detail,
        names=tuple(f"{one.name} · {one.grade}" if one.grade else one.name for one in people),
        people=tuple(one.person for one in people),
    )


def names(people: Iterable[PersonFact]) -> str:
    return ", ".join(one.name for one in people)


def without_guardian(known: Known) -> list[QualityItem]:
    return [item(one, one.grade) for one in known.students if not known.linked[one.person]]


def without_messages(known: Known) -> list[QualityItem]:
    return [
        item(one, names(known.linked[one.person]))
        for one in known.students
        if known.linked[one.person] and not known.told[one.person]
    ]


def unreachable(known: Known) -> list[QualityItem]:
    return [
        item(one, names(known.told[one.person]))
        for one in known.students
        if known.told[one.person] and not known.reachable(one)
    ]


def without_address(known: Known) -> list[QualityItem]:
    return [item(one) for one in known.guardians if not one.email and not one.sms]


def without_number(known: Known) -> list[QualityItem]:
    return [item(one, one.phone) for one in known.guardians if one.email and not one.sms]


def cannot_text(known: Known) -> list[QualityItem]:
    return [
        QualityItem(text=one.name, detail=one.sms, fault=fault_of(one.sms), people=(one.person,))
        for one in (*known.guardians, *(one for one in known.staff if not one.guardian))
        if one.sms and not known.numbers[one.person]
    ]


def shared_number(known: Known) -> list[QualityItem]:
    groups: defaultdict[str, list[PersonFact]] = defaultdict(list)
    for one in known.guardians:
        if number := known.numbers[one.person]:
            groups[number].append(one)
    return [several(group, number) for number, group in sorted(groups.items()) if len(group) > 1]


def same_name(known: Known) -> list[QualityItem]:
    """Among the students and among the adults: a child and a parent are told apart at sight."""
    adults = [one for one in known.facts.people if not one.student]
    groups = [*same_names(known.students), *same_names(adults)]
    return [several(group) for group in groups]


def near_name(known: Known) -> list[QualityItem]:
    return [several(pair) for pair in near_names(known.students)]


def without_homeroom(known: Known) -> list[QualityItem]:
    homes = {one.class_id for one in known.classes if one.type == "homeroom"}
    if not homes:
        return []
    return [
        item(one, one.grade)
        for one in known.students
        if known.attends[one.person] and homes.isdisjoint(known.attends[one.person])
    ]


def without_class(known: Known) -> list[QualityItem]:
    return [item(one, one.grade) for one in known.students if not known.attends[one.person]]


def without_teacher(known: Known) -> list[QualityItem]:
    return [
        QualityItem(text=one.title, detail=one.room, classes=(one.class_id,))
        for one in known.classes
        if one.class_id not in known.taught
    ]


def room_twice(known: Known) -> list[QualityItem]:
    by_room: defaultdict[str, list[ClassFact]] = defaultdict(list)
    for one in known.classes:
        by_room[one.room.strip()].append(one)
    return [
        QualityItem(
            text=" · ".join(group),
            classes=tuple(one.class_id for name in group for one in by_room[name]),
        )
        for group in named_twice(by_room)
    ]


def without_email(known: Known) -> list[QualityItem]:
    return [item(one) for one in known.staff if not one.email]


def school_without_address(known: Known) -> list[QualityItem]:
    return [] if known.facts.address.strip() else [QualityItem(text=known.facts.name)]


Check = Callable[[Known], list[QualityItem]]
CHECKS: Final[tuple[tuple[QualityCode, Check, Callable[[Known], int]], ...]] = (
    ("student_without_guardian", without_guardian, lambda known: len(known.students)),
    ("student_without_messages", without_messages, lambda known: len(known.students)),
    ("student_unreachable", unreachable, lambda known: len(known.students)),
    ("guardian_without_address", without_address, lambda known: len(known.guardians)),
    ("guardian_without_number", without_number, lambda known: len(known.guardians)),
    ("number_cannot_text", cannot_text, lambda known: len(known.numbers)),
    ("shared_number", shared_number, lambda known: len(known.guardians)),
    ("same_name", same_name, lambda known: len(known.people)),
    ("near_name", near_name, lambda known: len(known.students)),
    ("student_without_homeroom", without_homeroom, lambda known: len(known.students)),
    ("student_without_class", without_class, lambda known: len(known.students)),
    ("class_without_teacher", without_teacher, lambda known: len(known.classes)),
    ("room_named_twice", room_twice, lambda known: len({one.room for one in known.classes})),
    ("staff_without_email", without_email, lambda known: len(known.staff)),
    ("school_without_address", school_without_address, lambda _: 1),
)
"""Every check, in the order of the page, and out of how many it speaks."""


def report_of(facts: SchoolFacts, *, code: str = "", limit: int) -> QualityReport:
    """Every check, or the one of this code. limit: items listed of each."""
    known = Known(facts)
    issues = []
    for name, check, of in CHECKS:
        if code in ("", name):
            found = check(known)
            issues.append(
                QualityIssue(code=name, count=len(found), of=of(known), items=tuple(found[:limit]))
            )
    return QualityReport(
        school=facts.school,
        version=facts.version,
        students=len(known.students),
        reachable=sum(known.reachable(one) for one in known.students),
        by_grade=_by_grade(known),
        issues=tuple(issues),
    )


def _by_grade(known: Known) -> tuple[GradeReach, ...]:
    grades: defaultdict[str, list[bool]] = defaultdict(list)
    for one in known.students:
        grades[one.grade].append(known.reachable(one))
    return tuple(
        GradeReach(grade, len(reached), sum(reached))
        for grade, reached in sorted(grades.items(), key=lambda row: grade_order(row[0]))
    )


def grade_order(grade: str) -> tuple[int, int, str]:
    """Pre-K, kindergarten, then by number; what is no grade comes last."""
    early = {"IT": -4, "PR": -3, "PK": -2, "TK": -1, "KG": 0, "K": 0}
    if grade.upper() in early:
        return (0, early[grade.upper()], grade)
    if grade.isascii() and grade.isdigit():
        return (0, int(grade), grade)
    return (1, 0, grade)
