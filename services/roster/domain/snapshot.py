"""One school's rows as the snapshot that everyone else reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal, NamedTuple

import msgspec

from schemas.identifiers import ClassId, PersonId
from schemas.roster import SchoolClass, StaffMember, Student


class KnownPerson(NamedTuple):
    """An active student or member of staff; roles is empty for a student."""

    person: PersonId
    source_id: str
    given: str
    family: str
    grade: str
    email: str
    student: bool
    roles: tuple[str, ...]


class KnownClass(NamedTuple):
    class_id: ClassId
    title: str
    type: Literal["homeroom", "scheduled"]
    room: str


class KnownEnrollment(NamedTuple):
    class_id: ClassId
    person: PersonId
    role: str


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What a version holds besides the school itself."""

    classes: tuple[SchoolClass, ...]
    students: tuple[Student, ...]
    staff: tuple[StaffMember, ...]


def snapshot_of(
    people: Iterable[KnownPerson],
    classes: Iterable[KnownClass],
    enrollments: Iterable[KnownEnrollment],
) -> Snapshot:
    """People by family name, classes by title. A student's homeroom is the first of theirs."""
    everyone = sorted(people, key=lambda one: (one.family, one.given, one.person))
    known = {one.class_id: one for one in sorted(classes, key=lambda one: (one.title, one[0]))}
    names = {one.person: at for at, one in enumerate(everyone)}
    order = {class_id: at for at, class_id in enumerate(known)}
    teachers: dict[ClassId, list[PersonId]] = defaultdict(list)
    attended: dict[PersonId, list[ClassId]] = defaultdict(list)
    for row in enrollments:
        if row.class_id in known and row.person in names:
            if row.role == "student":
                attended[row.person].append(row.class_id)
            else:
                teachers[row.class_id].append(row.person)
    return Snapshot(
        classes=tuple(
            class_of(one, sorted(set(teachers[one.class_id]), key=names.__getitem__))
            for one in known.values()
        ),
        students=tuple(
            student_of(one, sorted(attended[one.person], key=order.__getitem__), known)
            for one in everyone
            if one.student
        ),
        staff=tuple(staff_of(one) for one in everyone if one.roles),
    )


def student_of(
    one: KnownPerson, attended: list[ClassId], known: dict[ClassId, KnownClass]
) -> Student:
    homes = [class_id for class_id in attended if known[class_id].type == "homeroom"]
    return Student(
        id=one.person,
        given=one.given,
        family=one.family,
        grade=one.grade,
        homeroom=homes[0] if homes else None,
        classes=tuple(attended),
    )


def class_of(one: KnownClass, teachers: list[PersonId]) -> SchoolClass:
    return SchoolClass(
        id=one.class_id,
        title=one.title,
        type=one.type,
        room=one.room,
        teachers=tuple(teachers),
    )


def staff_of(one: KnownPerson) -> StaffMember:
    return StaffMember(
        id=one.person,
        source_id=one.source_id,
        given=one.given,
        family=one.family,
        roles=one.roles,
        email=one.email,
    )
