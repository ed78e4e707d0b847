"""A school's next snapshot out of its last one and the few people whom a delta touched.

Equal to what `snapshot_of` makes of all the school's rows, at a fraction of the reading; classes
must be the same as before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from schemas.identifiers import ClassId, PersonId
from schemas.roster import SchoolClass, StaffMember, Student
from services.roster.domain.snapshot import (
    KnownClass,
    KnownEnrollment,
    KnownPerson,
    Snapshot,
    class_of,
    staff_of,
    student_of,
)


def patched(
    last: Snapshot,
    touched: Collection[PersonId],
    people: Iterable[KnownPerson],
    enrollments: Iterable[KnownEnrollment],
) -> Snapshot:
    """touched: whose row or enrollments are others than in `last`.

    people, enrollments: theirs as they are now, as `snapshot_of` takes them. Whoever is touched
    and not among the people has left.
    """
    known = {one.id: KnownClass(one.id, one.title, one.type, one.room) for one in last.classes}
    order = {class_id: at for at, class_id in enumerate(known)}
    now = {one.person: one for one in people}
    attended: dict[PersonId, list[ClassId]] = defaultdict(list)
    teaching: dict[ClassId, list[PersonId]] = defaultdict(list)
    for row in enrollments:
        if row.class_id in known and row.person in now:
            if row.role == "student":
                attended[row.person].append(row.class_id)
            else:
                teaching[row.class_id].append(row.person)
    students = [one for one in last.students if one.id not in touched]
    staff = [one for one in last.staff if one.id not in touched]
    for one in now.values():
        if one.student:
            classes = sorted(attended[one.person], key=order.__getitem__)
            students.append(student_of(one, classes, known))
        if one.roles:
            staff.append(staff_of(one))
    return Snapshot(
        classes=_taught(last.classes, known, touched, teaching, (*students, *staff)),
        students=tuple(sorted(students, key=_by_name)),
        staff=tuple(sorted(staff, key=_by_name)),
    )


def _taught(
    classes: tuple[SchoolClass, ...],
    known: dict[ClassId, KnownClass],
    touched: Collection[PersonId],
    teaching: dict[ClassId, list[PersonId]],
    everyone: Iterable[Student | StaffMember],
) -> tuple[SchoolClass, ...]:
    """The classes with the teachers that they have now, by name."""
    others = [
        one.id in teaching or any(person in touched for person in one.teachers) for one in classes
    ]
    if not any(others):
        return classes
    names = {one.id: _by_name(one) for one in everyone}
    found = []
    for one, other in zip(classes, others, strict=True):
        if other:
            stay = {person for person in one.teachers if person not in touched}
            teachers = sorted(stay | set(teaching.get(one.id, ())), key=names.__getitem__)
            found.append(class_of(known[one.id], teachers))
        else:
            found.append(one)
    return tuple(found)


def _by_name(one: Student | StaffMember) -> tuple[str, str, str]:
    return one.family, one.given, one.id
