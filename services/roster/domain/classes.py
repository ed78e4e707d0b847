"""classes.csv and enrollments.csv: who is taught what, where and by whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from services.roster.domain.archive import Source
from services.roster.domain.day.codes import codes_in
from services.roster.domain.orgs import Orgs
from services.roster.domain.people import People
from services.roster.domain.problems import Warnings
from services.roster.domain.records import (
    ClassRow,
    EnrollmentRow,
    GoneRow,
    MembershipRow,
    Sink,
)
from services.roster.domain.table import Cells, Table, records
from services.roster.domain.values import Place, check_flag, date_of, values_of, word_of
from services.roster.domain.vocabulary import (
    CLASS_TYPES,
    ENROLLMENT_ROLES,
    ROLES,
    STUDENT,
    TERM_TYPES,
)

CLASS_COLUMNS: Final = (
    "title", "classType", "location", "schoolSourcedId", "courseSourcedId", "termSourcedIds",
    "grades", "periods",
)  # fmt: skip
ENROLLMENT_COLUMNS: Final = (
    "classSourcedId", "userSourcedId", "role", "schoolSourcedId", "beginDate", "endDate",
    "primary",
)  # fmt: skip

Known = set[str] | None


def read_ids(source: Source, table: Table | None, warnings: Warnings) -> Known:
    """The sourcedIds of a table that is only referred to; None: nothing to compare with."""
    if table is None:
        return None
    return {cells[0] for _line, cells in records(source, table, (), warnings)} or None


def read_terms(source: Source, table: Table | None, warnings: Warnings) -> Known:
    """As read_ids, for academic sessions; their dates and types are checked, not kept."""
    if table is None:
        return None
    place = Place(table.member, warnings)
    terms = set()
    columns = ("type", "startDate", "endDate")
    for place.line, (term, kind, start, end) in records(source, table, columns, warnings):
        word_of(kind, TERM_TYPES, "type", place)
        date_of(start, "startDate", place)
        date_of(end, "endDate", place)
        terms.add(term)
    return terms or None


def read_classes(
    source: Source,
    table: Table,
    orgs: Orgs,
    *,
    courses: Known,
    terms: Known,
    sink: Sink,
    warnings: Warnings,
    changes: bool = False,
) -> dict[str, str]:
    """Writes the classes; returns class → school, "" when no known school is named.

    changes: the package is a delta; its classes may be of a school that is known already.
    """
    schools: dict[str, str] = {}
    place = Place(table.member, warnings)
    held = frozenset(orgs.schools())
    only = next(iter(held)) if len(held) == 1 and not changes else ""

    def gone(line: int, cells: Cells) -> None:
        sink.gone(GoneRow("classes", cells[0], line))

    for place.line, cells in records(source, table, CLASS_COLUMNS, warnings, gone=gone):
        class_id, title, type_cell, room, school, course, term_cell, grades, periods = cells
        if class_id in schools:
            place.warn("id_repeated", "sourcedId")
            continue
        if not title:
            place.warn("value_missing", "title")
        kind = word_of(type_cell, CLASS_TYPES, "classType", place) or "scheduled"
        if not school or (school not in orgs and not changes):
            place.warn("unknown_org" if school else "value_missing", "schoolSourcedId")
            school = only
        elif school in orgs and school not in held:
            place.warn("class_not_of_school", "schoolSourcedId")
            school = only or school
        if course and courses is not None and course not in courses:
            place.warn("unknown_course", "courseSourcedId")
        values_of(grades, "grades", place)
        taught = values_of(term_cell, "termSourcedIds", place)
        if terms is not None and not terms.issuperset(taught):
            place.warn("unknown_term", "termSourcedIds")
        schools[class_id] = school
        codes = " ".join(codes_in(periods))
        sink.school_class(
            ClassRow(class_id, title or class_id, kind, room, school, codes, place.line)
        )
    return schools


def read_enrollments(
    source: Source,
    table: Table,
    people: People,
    classes: dict[str, str],
    *,
    sink: Sink,
    warnings: Warnings,
    changes: bool = False,
) -> int:
    """Writes the enrollments whose person and class exist; returns how many.

    changes: the package is a delta, whose rows may name known people and classes: all count.
    """
    place = Place(table.member, warnings)
    fresh = repeat_check(place)
    count = 0

    def gone(line: int, cells: Cells) -> None:
        source_id, class_id, person, role = cells[:4]
        sink.gone(GoneRow("enrollments", source_id, line, class_id, person, role))

    found = records(source, table, ENROLLMENT_COLUMNS, warnings, id_needed=False, gone=gone)
    for place.line, cells in found:
        source_id, class_id, person, role_cell, school, begin, end, primary = cells
        if class_id not in classes and not (changes and class_id):
            place.warn("unknown_class", "classSourcedId")
            continue
        if not people.knows(person) and not (changes and person):
            place.warn("unknown_user", "userSourcedId")
            role = role_cell if role_cell in ENROLLMENT_ROLES else ""
            sink.loose(EnrollmentRow(source_id, class_id, person, role, end[:10], place.line))
            continue
        if not fresh(source_id, class_id, person, role_cell):
            continue
        home = classes.get(class_id, school)
        if school != home:
            place.warn("school_differs" if school else "value_missing", "schoolSourcedId")
        if people.knows(person):
            people.taught_at(person, home)
            role = enrollment_role(role_cell, person, home, people, sink, place, changes=changes)
        else:
            role = word_in_class(role_cell, place) or ""
        check_flag(primary, "primary", place)
        date_of(begin, "beginDate", place)
        last = date_of(end, "endDate", place)
        sink.enrollment(EnrollmentRow(source_id, class_id, person, role, last, place.line))
        count += 1
    return count


def repeat_check(place: Place) -> Callable[[str, str, str, str], bool]:
    """A check that is false for a row seen before; ids reused for other rows are read."""
    ids: set[int] = set()
    whole: set[int] = set()

    def fresh(source_id: str, class_id: str, person: str, role: str) -> bool:
        # Hashes, not texts: a million ids would take the memory that the rest needs.
        row, own = hash((source_id, class_id, person, role)), hash(source_id)
        if row in whole:
            place.warn("id_repeated", "sourcedId")
            return False
        if source_id and own in ids:
            place.warn("id_reused", "sourcedId")
        whole.add(row)
        ids.add(own)
        return True

    return fresh


def word_in_class(cell: str, place: Place) -> str | None:
    return cell if cell in ENROLLMENT_ROLES else word_of(cell, ROLES, "role", place)


def enrollment_role(
    cell: str,
    person: str,
    school: str,
    people: People,
    sink: Sink,
    place: Place,
    *,
    changes: bool,
) -> str:
    """The role in the class; without one, what the person is.

    In a delta, "" leaves that open: the installation may know more of the person.
    """
    kinds = people.kinds(person)
    role = word_in_class(cell, place)
    if not kinds and role and not (changes and people.roles_apart):
        people.infer_role(person, role)
        if school or changes:
            org = "" if changes else school
            sink.membership(MembershipRow(person, org, role, "", place.line))
    if role or (changes and not kinds):
        return role or ""
    return "student" if kinds & STUDENT else "teacher"
