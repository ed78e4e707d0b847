"""The roster's pure decisions: who may, what is too much, how someone is reached and listed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import ClassId, PersonId, SchoolId
from schemas.roster import SchoolDifference
from schemas.vocabulary import SYSTEM, Actor, Role
from services.roster.domain.contacts import called, texting_number
from services.roster.domain.imports import (
    Losses,
    decide_apply,
    decide_reach,
    may_change_roster,
    too_many_removals,
)
from services.roster.domain.snapshot import (
    KnownClass,
    KnownEnrollment,
    KnownPerson,
    snapshot_of,
)

SCHOOL = SchoolId("school-1")


def losses(*, students: int = 0, staff: int = 0, links: int = 0, of: int = 100) -> Losses:
    return Losses(
        students=of, students_gone=students, staff=of, staff_gone=staff, links=of, links_gone=links
    )


@pytest.mark.parametrize(
    ("lost", "too_many"),
    [
        (losses(), False),
        (losses(students=10), False),
        (losses(students=11), True),
        (losses(students=1, of=5), True),
        (losses(staff=11), True),
        (losses(staff=3, of=5), False),
        (losses(staff=4, of=5), True),
        (losses(links=11), True),
        (losses(of=0), False),
    ],
)
def test_a_tenth_is_the_limit(lost: Losses, too_many: bool) -> None:
    """Exactly a tenth may leave; of adults and links a handful always may."""
    assert too_many_removals(lost) is too_many


def gone(students: int, *, flagged: bool) -> SchoolDifference:
    return SchoolDifference(
        school=SCHOOL, name="School", gone_students=students, students_before=100,
        too_many_removals=flagged,
    )  # fmt: skip


def test_a_school_that_an_import_brought_is_not_its_importers() -> None:
    """New people may come from anyone; from then on a role is needed, and who gives it is said."""
    brought = SchoolDifference(school=SCHOOL, name="Cedar Sample School", new_students=3)
    reach = {SchoolId("another")}
    assert decide_reach([brought], reach) is None
    again = SchoolDifference(school=SCHOOL, name="Cedar Sample School", students_before=3)
    refused = decide_reach([again], reach)
    assert refused is not None
    assert (refused.code, refused.values) == ("other_school", {"schools": "Cedar Sample School"})
    for words in ("Cedar Sample School", "muster user grant", "muster import"):
        assert words in refused.reason
    assert decide_reach([again], {SCHOOL}) is None
    assert decide_reach([again], None) is None


def test_an_incident_outranks_a_confirmation() -> None:
    """Confirming removals does not confirm an import under an open incident."""
    refused = decide_apply([gone(50, flagged=True)], in_incident=[SCHOOL], allow_removals=True)
    assert refused is not None
    assert refused.code == "incident_open"


def test_a_confirmation_is_enough() -> None:
    """Told that it is right, a large removal is applied."""
    assert decide_apply([gone(50, flagged=True)], in_incident=[], allow_removals=True) is None
    refused = decide_apply([gone(50, flagged=True)], in_incident=[], allow_removals=False)
    assert refused is not None
    assert "50 of 100" in refused.reason


@pytest.mark.parametrize(
    ("roles", "may"),
    [
        (("office",), True),
        (("teacher", "it"), True),
        (("principal",), True),
        (("teacher", "staff", "sro", "responder", "screen"), False),
        ((), False),
    ],
)
def test_who_changes_the_roster(roles: tuple[Role, ...], may: bool) -> None:
    """The office and those above it; the command line on the server; nobody else."""
    assert may_change_roster(Actor(person=PersonId("someone"), roles=roles)) is may
    assert may_change_roster(SYSTEM)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("(202) 555-0143", "+12025550143"),
        ("1-202-555-0143", "+12025550143"),
        ("+1 202.555.0143", "+12025550143"),
        ("+34 600 000 000", "+34600000000"),
        ("911", ""),
        ("555-0143", ""),
        ("202-555-0143 x12", ""),
        ("call mum", ""),
        ("", ""),
    ],
)
def test_texting_number(written: str, number: str) -> None:
    """What can be texted becomes E.164; anything else is no number, never half of one."""
    assert texting_number(written) == number


@given(st.text())
def test_no_text_becomes_a_short_number(written: str) -> None:
    """Whatever a file says, the result is nothing or a full international number."""
    number = texting_number(written)
    assert number == "" or (number[0] == "+" and 9 <= len(number) <= 16 and number[1:].isdigit())


def test_called_by_the_preferred_name() -> None:
    """People are addressed as they ask to be."""
    assert called("Alexandra", "Sasha", "Fernmoor") == "Sasha Fernmoor"
    assert called("Alexandra", "", "") == "Alexandra"


def someone(number: int, *, student: bool = True) -> KnownPerson:
    return KnownPerson(
        person=PersonId(f"p{number}"), source_id=f"s{number}", given="Ash",
        family=f"Fernmoor{number}", grade="", email="", student=student,
        roles=() if student else ("teacher",),
    )  # fmt: skip


def test_a_student_in_two_homerooms_is_expected_in_one() -> None:
    """Everyone counts once: the first homeroom by title, always the same one."""
    classes = [
        KnownClass(ClassId("c2"), "B", "homeroom", "2"),
        KnownClass(ClassId("c1"), "A", "homeroom", "1"),
        KnownClass(ClassId("c0"), "0", "scheduled", "0"),
    ]
    enrolled = [KnownEnrollment(one.class_id, PersonId("p1"), "student") for one in classes]
    snapshot = snapshot_of([someone(1)], classes, enrolled)
    assert snapshot.students[0].homeroom == "c1"
    assert snapshot.students[0].classes == ("c0", "c1", "c2")


def test_who_left_is_in_no_class() -> None:
    """Enrollments of people or classes that are no longer there are left out."""
    enrolled = [
        KnownEnrollment(ClassId("gone"), PersonId("p1"), "student"),
        KnownEnrollment(ClassId("c1"), PersonId("gone"), "teacher"),
        KnownEnrollment(ClassId("c1"), PersonId("p2"), "aide"),
        KnownEnrollment(ClassId("c1"), PersonId("p2"), "teacher"),
    ]
    classes = [KnownClass(ClassId("c1"), "A", "scheduled", "1")]
    snapshot = snapshot_of([someone(1), someone(2, student=False)], classes, enrolled)
    assert snapshot.classes[0].teachers == ("p2",)
    assert (snapshot.students[0].classes, snapshot.students[0].homeroom) == ((), None)
    assert [one.id for one in snapshot.staff] == ["p2"]
