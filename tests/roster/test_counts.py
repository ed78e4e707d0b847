"""What a package counts as, whatever its version, order and faults in its rows."""

from pathlib import Path

import msgspec
import pytest

from services.roster.offline import read_package
from tests.roster.packages import (
    CLASSES,
    COUNTS,
    ENROLLMENTS,
    ORGS,
    ROLES,
    USERS_11,
    codes,
    package_11,
    package_12,
    read,
    refusal,
    user,
    write_folder,
)


@pytest.mark.parametrize(("files", "version"), [(package_11(), "1.1"), (package_12(), "1.2")])
def test_clean_package(tmp_path: Path, files: dict[str, str], version: str) -> None:
    """A clean package of either version counts exactly and warns of nothing."""
    result = read(tmp_path, files)
    assert (result.counts, result.warnings, result.errors) == (COUNTS, (), ())
    assert (result.package.version, result.package.mode) == (version, "bulk")


def test_json_surface(tmp_path: Path) -> None:
    """The JSON has exactly the keys that scripts outside rely on."""
    told = msgspec.json.decode(msgspec.json.encode(read(tmp_path, package_11())))
    assert list(told) == ["package", "counts", "warnings", "errors"]
    assert list(told["package"]) == ["format", "version", "mode"]
    assert list(told["counts"]) == [
        "orgs", "staff", "students", "guardians", "classes", "enrollments", "guardian_links",
    ]  # fmt: skip


def test_folder_reads_like_zip(tmp_path: Path) -> None:
    """A folder gives the same answer as the zip of its files."""
    assert read_package(write_folder(tmp_path / "f", package_12())).counts == COUNTS


def test_link_from_either_side_counts_once(tmp_path: Path) -> None:
    """A pair named by the guardian, by the student or by both is one link."""
    files = package_11()
    files["users.csv"] = (
        USERS_11
        + user("k1", "student", agents="g1,g2")
        + user("g1", "parent", agents="k1")
        + user("g2", "relative")
        + user("k2", "student")
        + user("g3", "guardian", agents="k2,k2")
    )
    assert read(tmp_path, files).counts.guardian_links == 3


def test_student_pointing_at_teacher_is_no_guardian_link(tmp_path: Path) -> None:
    """Links without direction are typed by the other person's role."""
    files = package_11()
    files["users.csv"] = (
        USERS_11
        + user("t1", "teacher")
        + user("k1", "student", agents="t1,k2,k1")
        + user("k2", "student")
        + user("g1", "parent", agents="k1,t1")
    )
    result = read(tmp_path, files)
    assert result.counts.guardian_links == 1
    assert "links_to_self" in codes(result)


def test_parent_who_teaches_counts_twice_and_links(tmp_path: Path) -> None:
    """A person with two roles in roles.csv counts as staff and as guardian, and is linked."""
    files = package_12()
    files["roles.csv"] += "r9,,,t1,secondary,parent,,,s,\n"
    files["users.csv"] = files["users.csv"].replace('"g1"', '"g1,t1"')
    counts = read(tmp_path, files).counts
    assert (counts.staff, counts.guardians, counts.guardian_links) == (1, 2, 3)


def test_user_in_two_schools_is_one_person(tmp_path: Path) -> None:
    """Several organisations or several roles rows of the same kind do not multiply a person."""
    files = package_12()
    files["orgs.csv"] += "s2,,,Other,school,,d\n"
    files["roles.csv"] += "r9,,,k1,secondary,student,,,s2,\n"
    assert read(tmp_path, files).counts.students == 2


@pytest.mark.parametrize("status", ["tobedeleted", "inactive", "Inactive"])
def test_rows_out_of_use_do_not_count(tmp_path: Path, status: str) -> None:
    """A person marked inactive or tobedeleted is gone, with their enrollments and links."""
    files = package_11()
    files["users.csv"] = files["users.csv"].replace("k2,,,", f"k2,{status},2026-01-01T00:00:00Z,")
    result = read(tmp_path, files)
    assert (result.counts.students, result.counts.enrollments) == (1, 2)
    assert result.counts.guardian_links == 1
    assert {"row_inactive", "unknown_user", "unknown_agent"} <= codes(result)


def test_disabled_account_still_counts(tmp_path: Path) -> None:
    """enabledUser=false closes an account, not a person: the child is still in school."""
    files = package_11()
    files["users.csv"] = files["users.csv"].replace(",true,", ",false,")
    assert read(tmp_path, files).counts == COUNTS


def test_repeated_rows_count_once(tmp_path: Path) -> None:
    """The same row twice, in any file, is one thing and a warning."""
    files = package_11()
    for name in ("orgs.csv", "users.csv", "classes.csv", "enrollments.csv"):
        head, *rows = files[name].splitlines(keepends=True)
        files[name] = head + "".join(rows) + "".join(rows)
    result = read(tmp_path, files)
    assert result.counts == COUNTS
    assert codes(result) == {"id_repeated", "id_repeated_merged"}


def test_person_repeated_with_another_role_is_joined(tmp_path: Path) -> None:
    """A student system that writes a row per role loses neither role."""
    files = package_11()
    files["users.csv"] += user("t1", "parent", agents="k2")
    counts = read(tmp_path, files).counts
    assert (counts.staff, counts.guardians, counts.guardian_links) == (1, 2, 3)


def test_reused_enrollment_id_loses_no_child(tmp_path: Path) -> None:
    """Different enrollments under one id are both read: no child drops off a class list."""
    files = package_11()
    files["enrollments.csv"] = files["enrollments.csv"].replace("e2,", "e1,")
    result = read(tmp_path, files)
    assert result.counts.enrollments == 3
    assert codes(result) == {"id_reused"}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("e9,,,nowhere,s,k1,student,,,\n", "unknown_class"),
        ("e9,,,c1,s,nobody,student,,,\n", "unknown_user"),
    ],
)
def test_dangling_enrollment_is_not_counted(tmp_path: Path, row: str, code: str) -> None:
    """An enrollment of nobody, or in no class, is left out and named by its line."""
    files = package_11()
    files["enrollments.csv"] += row
    result = read(tmp_path, files)
    assert result.counts.enrollments == 3
    assert [(w.code, w.file, w.line) for w in result.warnings] == [(code, "enrollments.csv", 5)]


def test_dangling_course_and_parent_keep_the_row(tmp_path: Path) -> None:
    """A class without its course and a school without its district are still there."""
    files = package_11()
    files["orgs.csv"] = files["orgs.csv"].replace(",,d\n", ",,gone\n")
    files["courses.csv"] = "sourcedId,status,dateLastModified,title\nx1,,,Reading\n"
    files["classes.csv"] = files["classes.csv"].replace("03,,,", "03,x9,,")
    result = read(tmp_path, files)
    assert result.counts == COUNTS
    assert {"unknown_course", "unknown_parent_org"} == codes(result)


def test_rows_without_id(tmp_path: Path) -> None:
    """A person without sourcedId cannot be told from others; an enrollment still can."""
    files = package_11()
    files["users.csv"] += user("", "student")
    files["enrollments.csv"] = files["enrollments.csv"].replace("e1,", ",")
    result = read(tmp_path, files)
    assert result.counts == COUNTS
    assert codes(result) == {"id_missing", "id_absent"}


def test_person_without_role_is_what_they_are_enrolled_as(tmp_path: Path) -> None:
    """A blank role does not hide a child who sits in a class; nobody else is guessed."""
    files = package_11()
    files["users.csv"] = files["users.csv"].replace(",student,k1", ",,k1") + user("x1", "")
    result = read(tmp_path, files)
    assert result.counts == COUNTS
    assert {"role_inferred", "role_missing", "value_missing"} == codes(result)
    line = next(w.line for w in result.warnings if w.code == "role_inferred")
    assert line == 3


def test_nameless_child_counts(tmp_path: Path) -> None:
    """A missing required name is a warning: the child exists."""
    files = package_11()
    files["users.csv"] = files["users.csv"].replace("Ash,Fernmoor", ",", 2)
    result = read(tmp_path, files)
    assert result.counts == COUNTS
    assert {w.column for w in result.warnings} == {"givenName", "familyName"}


def test_unknown_role_is_nobody(tmp_path: Path) -> None:
    """A role that OneRoster does not know gives no rights: neither staff nor guardian."""
    files = package_11()
    files["users.csv"] += user("x1", "superintendent")
    result = read(tmp_path, files)
    assert result.counts == COUNTS
    assert {"value_unknown", "role_missing"} == codes(result)


@pytest.mark.parametrize("name", ["classes.csv", "enrollments.csv"])
def test_header_only_file(tmp_path: Path, name: str) -> None:
    """A file with a header and no rows is empty, with a warning."""
    files = package_11()
    files[name] = {"classes.csv": CLASSES, "enrollments.csv": ENROLLMENTS}[name]
    result = read(tmp_path, files)
    assert result.errors == ()
    assert result.counts.enrollments == 0
    assert "header_only" in codes(result)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"users.csv": USERS_11}, "no_users"),
        ({"users.csv": ""}, "no_users"),
        ({"orgs.csv": ORGS}, "no_schools"),
        ({"users.csv": "a;b;c\n1;2;3\n"}, "header_missing"),
        ({"users.csv": "status,role\n,student\n"}, "key_column_missing"),
        ({"roles.csv": ROLES.replace(",role,", ",duty,")}, "key_column_missing"),
    ],
)
def test_nothing_to_import_is_refused(tmp_path: Path, change: dict[str, str], code: str) -> None:
    """Without people, a school or the key columns there is nothing to import: say which."""
    assert refusal(read(tmp_path, package_11() | change)) == code


def test_users_file_missing(tmp_path: Path) -> None:
    """A package without users.csv is refused by name."""
    files = package_11()
    del files["users.csv"]
    assert refusal(read(tmp_path, files)) == "users_file_missing"
