"""The demo school: what it holds, that it is nobody, and that it is always the same."""

import unicodedata
from pathlib import Path

import phonenumbers

from schemas.roster import Counts
from services.roster.domain.records import (
    ClassRow,
    Discard,
    EnrollmentRow,
    LinkRow,
    MembershipRow,
    PersonRow,
)
from services.roster.offline import dry_run, read_package, write_demo_school

GUARDIAN_ROLES = {"parent", "guardian", "relative"}


class Kept(Discard):
    """Keeps every row of the demo."""

    def __init__(self) -> None:
        self.people: dict[str, PersonRow] = {}
        self.roles: dict[str, str] = {}
        self.links: list[LinkRow] = []
        self.classes: dict[str, ClassRow] = {}
        self.enrollments: list[EnrollmentRow] = []

    def person(self, row: PersonRow) -> None:
        self.people[row.source_id] = row

    def membership(self, row: MembershipRow) -> None:
        self.roles[row.person] = row.role

    def link(self, row: LinkRow) -> None:
        self.links.append(row)

    def school_class(self, row: ClassRow) -> None:
        self.classes[row.source_id] = row

    def enrollment(self, row: EnrollmentRow) -> None:
        self.enrollments.append(row)


def demo(tmp_path: Path) -> Kept:
    path = tmp_path / "demo.zip"
    write_demo_school(path)
    kept = Kept()
    assert read_package(path, sink=kept).errors == ()
    return kept


def test_counts_and_no_warning(tmp_path: Path) -> None:
    """600 students, 45 staff, one school of a district, and a flawless package."""
    path = tmp_path / "demo.zip"
    write_demo_school(path)
    result = dry_run(path)
    assert (result.warnings, result.errors) == ((), ())
    counts = result.counts
    assert (counts.orgs, counts.students, counts.staff) == (2, 600, 45)
    assert counts != Counts()


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    """The demo is the same on every machine, and another seed is another school."""
    one, two, other = (tmp_path / name for name in ("one", "two", "other"))
    write_demo_school(one)
    write_demo_school(two)
    write_demo_school(other, seed=1)
    assert one.read_bytes() == two.read_bytes()
    assert one.read_bytes() != other.read_bytes()


def test_every_student_has_one_homeroom_and_a_guardian(tmp_path: Path) -> None:
    """Everyone is expected somewhere, and someone can be told."""
    kept = demo(tmp_path)
    students = {person for person, role in kept.roles.items() if role == "student"}
    home = [
        row.person
        for row in kept.enrollments
        if row.role == "student" and kept.classes[row.class_id].type == "homeroom"
    ]
    assert sorted(home) == sorted(students)
    assert {link.student for link in kept.links} == students


def test_siblings_share_guardians(tmp_path: Path) -> None:
    """Households are real to the software: one guardian of several children."""
    kept = demo(tmp_path)
    children: dict[str, int] = {}
    for link in kept.links:
        children[link.guardian] = children.get(link.guardian, 0) + 1
    assert max(children.values()) == 3
    assert sum(count > 1 for count in children.values()) > 100


def test_contacts_reach_nobody_real(tmp_path: Path) -> None:
    """Addresses are under .example, numbers in the range kept for fiction, each used once."""
    kept = demo(tmp_path)
    emails = [row.email for row in kept.people.values() if row.email]
    numbers = [row.sms for row in kept.people.values() if row.sms]
    assert all(email.endswith(".example") for email in emails)
    assert all(number[5:].startswith("55501") and len(number) == 12 for number in numbers)
    assert all(phonenumbers.is_possible_number(phonenumbers.parse(n)) for n in numbers)
    assert len(set(numbers)) == len(numbers)


def test_variety(tmp_path: Path) -> None:
    """Five scripts, two languages, guardians without email, without a number, unwilling ones."""
    kept = demo(tmp_path)
    scripts = {
        unicodedata.name(letter).split()[0]
        for row in kept.people.values()
        for letter in row.given
        if letter.isalpha()
    }
    assert {"LATIN", "ARABIC", "CJK", "CYRILLIC", "DEVANAGARI"} <= scripts
    guardians = [kept.people[p] for p, role in kept.roles.items() if role in GUARDIAN_ROLES]
    assert {row.language for row in guardians} == {"en", "es"}
    assert {row.routine for row in guardians} == {"true", "false"}
    assert any(not row.email for row in guardians)
    assert any(not row.sms for row in guardians)
    assert list(kept.roles.values()).count("principal") == 1
    assert list(kept.roles.values()).count("siteAdministrator") == 2
