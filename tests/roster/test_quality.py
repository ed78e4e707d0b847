"""The data-quality report: each check over a few rows, and what it must leave alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import ClassId, PersonId, SchoolId
from schemas.roster_pages import NumberFault, QualityIssue, QualityReport
from services.roster.domain.quality.facts import (
    ClassFact,
    EnrollmentFact,
    LinkFact,
    PersonFact,
    SchoolFacts,
)
from services.roster.domain.quality.numbers import fault_of
from services.roster.domain.quality.report import CHECKS, grade_order, report_of
from services.roster.domain.quality.rooms import named_twice, room_key

GOOD = "+12025550143"


def person(
    name: str,
    *,
    is_a: str = "student",
    sms: str = "",
    email: str = "",
    grade: str = "03",
) -> PersonFact:
    given, _, family = name.partition(" ")
    return PersonFact(
        person=PersonId(f"{is_a} {name}"), given=given, family=family, preferred="",
        grade=grade if is_a == "student" else "", student=is_a == "student",
        guardian=is_a == "guardian", staff=is_a == "staff", email=email, sms=sms, phone="",
    )  # fmt: skip


HOME = ClassFact(ClassId("home"), "Grade 3 A", "homeroom", "Room 9")


def facts(
    *people: PersonFact,
    links: tuple[tuple[PersonFact, PersonFact, bool], ...] = (),
    classes: tuple[ClassFact, ...] = (HOME,),
    enrolled: tuple[tuple[ClassFact, PersonFact, str], ...] = (),
    address: str = "1 Test Way",
) -> SchoolFacts:
    return SchoolFacts(
        school=SchoolId("lincoln"),
        name="Lincoln",
        address=address,
        zone="America/New_York",
        version=3,
        people=people,
        links=tuple(LinkFact(g.person, s.person, may) for g, s, may in links),
        classes=classes,
        enrollments=tuple(EnrollmentFact(c.class_id, p.person, role) for c, p, role in enrolled),
    )


def report(*people: PersonFact, **more: object) -> QualityReport:
    return report_of(facts(*people, **more), limit=50)  # type: ignore[arg-type]


def issue(of: QualityReport, code: str) -> QualityIssue:
    return next(one for one in of.issues if one.code == code)


def texts(of: QualityReport, code: str) -> list[str]:
    return [item.text for item in issue(of, code).items]


KIM = person("Kim Testling")
MUM = person("Mia Testling", is_a="guardian", sms=GOOD)


def test_a_student_without_a_guardian_is_named() -> None:
    """A child whom nobody can collect is found before the day on which it matters."""
    assert texts(report(KIM), "student_without_guardian") == ["Kim Testling"]
    with_mum = report(KIM, MUM, links=((MUM, KIM, True),))
    assert texts(with_mum, "student_without_guardian") == []


def test_a_link_to_someone_who_left_is_no_guardian() -> None:
    """A guardian who is not in the roster any more reaches nobody."""
    assert texts(report(KIM, links=((MUM, KIM, True),)), "student_without_guardian") == [
        "Kim Testling"
    ]


def test_guardians_without_the_right_reach_nobody() -> None:
    """A family that is never written to is seen apart from one without a guardian."""
    one = report(KIM, MUM, links=((MUM, KIM, False),))
    assert texts(one, "student_without_messages") == ["Kim Testling"]
    assert texts(one, "student_without_guardian") == []
    assert (one.reachable, one.students) == (0, 1)


def test_a_family_without_a_usable_address_is_unreachable() -> None:
    """A number that takes no text counts as none, in the share that the page shows."""
    dead = person("Mia Testling", is_a="guardian", sms="911")
    one = report(KIM, dead, links=((dead, KIM, True),))
    assert texts(one, "student_unreachable") == ["Kim Testling"]
    assert one.reachable == 0
    mailed = person("Mia Testling", is_a="guardian", email="m@families.example")
    assert report(KIM, mailed, links=((mailed, KIM, True),)).reachable == 1


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        (GOOD, None),
        ("(202) 555-0143", None),
        ("202.555.0143", None),
        ("911", "emergency"),
        ("1-900-555-0100", "premium"),
        ("800-555-0100", "toll_free"),
        ("+442079460000", "landline"),
        ("12", "invalid"),
        ("call grandma", "invalid"),
        ("555-0100", "invalid"),
        ("+1202555014", "invalid"),
        ("", "invalid"),
    ],
)
def test_numbers_that_take_no_text(written: str, fault: NumberFault | None) -> None:
    """A text to one of these is lost without a sound; a usable number is left alone."""
    assert fault_of(written) == fault


@given(st.text(max_size=60))
def test_any_text_in_the_number_column_is_judged(written: str) -> None:
    """Student systems hold anything in that column; the report never breaks over it."""
    assert fault_of(written) in {
        None, "emergency", "premium", "toll_free", "landline", "pager", "invalid"
    }  # fmt: skip


def test_the_fault_of_a_number_is_said() -> None:
    """The office reads why, beside the number as it was written."""
    one = report(person("Mia Testling", is_a="guardian", sms="1-900-555-0100"))
    (item,) = issue(one, "number_cannot_text").items
    assert (item.fault, item.detail) == ("premium", "1-900-555-0100")


def test_missing_numbers_and_addresses() -> None:
    """Nothing at all is graver than no number beside an email address."""
    nothing = person("Ada Ash", is_a="guardian")
    mailed = person("Ben Ash", is_a="guardian", email="b@families.example")
    one = report(nothing, mailed, MUM)
    assert texts(one, "guardian_without_address") == ["Ada Ash"]
    assert texts(one, "guardian_without_number") == ["Ben Ash"]


def test_two_guardians_with_one_number_in_two_spellings() -> None:
    """One telephone is found behind two ways of writing it."""
    other = person("Max Other", is_a="guardian", sms="(202) 555-0143")
    (item,) = issue(report(MUM, other), "shared_number").items
    assert item.people == (other.person, MUM.person)
    assert item.detail == GOOD


def test_two_people_with_one_name() -> None:
    """The child who could be taken for another is known beforehand, accents and order aside."""
    twin = person("TESTLING Kím", grade="05")
    (item,) = issue(report(KIM, twin), "same_name").items
    assert set(item.people) == {KIM.person, twin.person}
    assert sorted(item.names) == ["Kim Testling · 03", "TESTLING Kím · 05"]


def test_a_parent_with_the_childs_name_is_no_finding() -> None:
    """A child and an adult are told apart at sight."""
    father = person("Kim Testling", is_a="guardian", sms=GOOD)
    assert issue(report(KIM, father), "same_name").count == 0


def test_names_one_letter_apart() -> None:
    """Jon and John of one family name sound the same in a crowd; Kim and Quentin do not."""
    jon, john = person("Jon Testling"), person("John Testling")
    (item,) = issue(report(jon, john, person("Quentin Testling")), "near_name").items
    assert set(item.people) == {jon.person, john.person}


@given(st.lists(st.sampled_from(["Jon", "John", "Joan", "Jean", "Sam", "Ada"]), max_size=8))
def test_near_names_are_the_pairs_one_slip_apart(given_names: list[str]) -> None:
    """The quick way over shelves of names finds exactly what comparing all pairs would."""
    from rapidfuzz.distance import OSA

    from services.roster.domain.quality.names import near_names

    people = [person(f"{name} Testling", grade=str(at)) for at, name in enumerate(given_names)]
    spelled = [" ".join(sorted((one.given.lower(), "testling"))) for one in people]
    pairs = {
        (at, other)
        for at in range(len(people))
        for other in range(at + 1, len(people))
        if OSA.distance(spelled[at], spelled[other]) == 1
    }
    found = {(int(one.grade), int(other.grade)) for one, other in near_names(people)}
    assert found == pairs


def test_classes_and_homerooms() -> None:
    """Whom no teacher accounts for, and which class no phone shows."""
    teacher = person("Tess Ash", is_a="staff", email="t@school.example")
    art = ClassFact(ClassId("art"), "Art", "scheduled", "Room 301")
    only_art = person("Ava Testling")
    nowhere = person("Bo Testling")
    one = report(
        KIM, only_art, nowhere, teacher,
        classes=(HOME, art),
        enrolled=((HOME, KIM, "student"), (HOME, teacher, "teacher"), (art, only_art, "student")),
    )  # fmt: skip
    assert texts(one, "student_without_homeroom") == ["Ava Testling"]
    assert texts(one, "student_without_class") == ["Bo Testling"]
    assert texts(one, "class_without_teacher") == ["Art"]


def test_a_school_without_homerooms_misses_none() -> None:
    """A high school that has only scheduled classes is not told that everyone lacks a homeroom."""
    art = ClassFact(ClassId("art"), "Art", "scheduled", "Room 301")
    one = report(KIM, classes=(art,), enrolled=((art, KIM, "student"),))
    assert issue(one, "student_without_homeroom").count == 0


def test_staff_and_school() -> None:
    """An adult without an address and a school without one are named."""
    one = report(person("Tess Ash", is_a="staff"), address=" ")
    assert texts(one, "staff_without_email") == ["Tess Ash"]
    assert texts(one, "school_without_address") == ["Lincoln"]


def test_a_room_with_two_names() -> None:
    """Responders look for one room where the file has two names; 9 and 9B are two rooms."""
    assert named_twice(["Rm 9", "Room 9", "room 09", "Room 9B", "Gym", ""]) == [
        ("Rm 9", "Room 9", "room 09")
    ]
    assert room_key("Aula 12") == room_key("12") != room_key("112")
    assert room_key("9B") == room_key("Room 9-b")
    assert room_key("Room") == "room"


def test_lists_are_capped_and_counts_are_not() -> None:
    """The page shows the first; the number is the whole truth."""
    many = [person(f"Kid{at} Testling") for at in range(30)]
    one = report_of(facts(*many), code="student_without_guardian", limit=7)
    (found,) = one.issues
    assert (found.count, found.of, len(found.items)) == (30, 30, 7)


def test_every_check_is_in_the_language() -> None:
    """A check that the page has no words for would be a page that breaks."""
    from typing import get_args

    from schemas.roster_pages import QualityCode

    assert [code for code, _, _ in CHECKS] == list(get_args(QualityCode))


def test_grades_stand_in_the_order_of_school() -> None:
    """Kindergarten comes before first grade, tenth after second."""
    said = ["10", "KG", "02", "Ungraded", "PK"]
    assert sorted(said, key=grade_order) == ["PK", "KG", "02", "10", "Ungraded"]
