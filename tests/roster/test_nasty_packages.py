"""Packages with faults that no list has, whole and with changes only; counts known beforehand."""

from pathlib import Path

import msgspec
import pytest

from schemas.roster import Counts
from services.roster.offline import read_package
from tests.roster.packages import (
    CLASSES,
    COUNTS,
    ENROLLMENTS,
    ORGS,
    ROLES,
    USERS_11,
    USERS_12,
    codes,
    manifest,
    package_11,
    package_12,
    read,
    refusal,
    user,
    write_folder,
)
from tests.roster.sources import BIRTHS, CHANGED

NONE = Counts()
DELTA = f"active,{CHANGED}"
GONE = f"tobedeleted,{CHANGED}"


def changed(row: str, status: str = DELTA) -> str:
    """A bulk row as a delta has it."""
    return row.replace(",,", f",{status}", 1)


def delta(version: str = "1.1", **files: str) -> dict[str, str]:
    """A delta of these tables alone."""
    said = manifest(version, **dict.fromkeys(files, "delta"))
    return {"manifest.csv": said, **{f"{name}.csv": text for name, text in files.items()}}


STUDENT = changed(user("k7", "student"))
PARENT = changed(user("g7", "parent", agents="k7"))

NASTY: dict[str, tuple[dict[str, str], Counts, set[str]]] = {
    "a line break inside a name": (
        package_11()
        | {"users.csv": package_11()["users.csv"].replace("Ash,Fernmoor", '"A\nsh",Fernmoor', 1)},
        COUNTS,
        set(),
    ),
    "someone student and parent in two rows": (
        package_11() | {"users.csv": package_11()["users.csv"] + user("k1", "parent")},
        msgspec.structs.replace(COUNTS, guardians=2),
        {"id_repeated_merged"},
    ),
    "two students who name each other": (
        package_11()
        | {"users.csv": package_11()["users.csv"] + user("k3", "student", agents="k2")},
        msgspec.structs.replace(COUNTS, students=3),
        set(),
    ),
    "a school that is its own parent": (
        package_11() | {"orgs.csv": ORGS + "d,,,D,district,,d\ns,,,School,school,,s\n"},
        COUNTS,
        set(),
    ),
    "birth dates of nobody, of no day, of race": (
        package_11()
        | {
            "demographics.csv": BIRTHS
            + "k1,,,2016-02-30,female,true\nk9,,,2016-03-01,male,\nk2,,,03/04/2016,,\n"
        },
        COUNTS,
        {"date_impossible", "unknown_user", "date_format"},
    ),
    "demographics with other columns only": (
        package_11() | {"demographics.csv": "sourcedId,status,dateLastModified,sex\nk1,,,male\n"},
        COUNTS,
        set(),
    ),
    "a class twice, once without school": (
        package_11()
        | {"classes.csv": package_11()["classes.csv"] + "c1,,,Other,03,,,homeroom,,,,,,\n"},
        COUNTS,
        {"id_repeated"},
    ),
    "a delta of two new people": (
        delta(users=USERS_11 + STUDENT + PARENT),
        Counts(students=1, guardians=1, guardian_links=1),
        set(),
    ),
    "a delta that only takes away": (
        delta(
            users=USERS_11 + changed(user("k1", "student"), GONE),
            enrollments=ENROLLMENTS + f"e1,{GONE},c1,s,k1,student,,,\n",
        ),
        NONE,
        set(),
    ),
    "a delta whose removals have ids alone": (
        delta(
            users=USERS_11 + f"k1,{GONE}" + "," * 15 + "\n",
            enrollments=ENROLLMENTS + f"e1,{GONE}" + "," * 7 + "\n",
            classes=CLASSES + f"c1,{GONE}" + "," * 11 + "\n",
        ),
        NONE,
        set(),
    ),
    "a delta of headers": (
        delta(users=USERS_11, enrollments=ENROLLMENTS, classes=CLASSES, orgs=ORGS),
        NONE,
        {"header_only"},
    ),
    "a delta that shouts": (
        delta(
            users=USERS_11
            + changed(user("k1", "student"), f"TOBEDELETED,{CHANGED}")
            + changed(user("k2", "student"), f"Active,{CHANGED}")
        ),
        Counts(students=1),
        {"value_case"},
    ),
    "a delta without marks": (
        delta(users=USERS_11 + user("k1", "student") + changed(user("k2", "student"), "on,")),
        Counts(students=2),
        {"value_missing", "value_unknown"},
    ),
    "a delta that takes and gives the same": (
        delta(users=USERS_11 + changed(user("k1", "student"), GONE) + STUDENT.replace("k7", "k1")),
        Counts(students=1),
        set(),
    ),
    "a delta that names what only the installation knows": (
        delta(
            enrollments=ENROLLMENTS + f"e9,{DELTA},c1,s,k1,student,,,\ne8,{DELTA},c9,,k8,,,,\n",
            users=USERS_11 + changed(user("k7", "student", agents="g1,nobody")),
        ),
        Counts(students=1, enrollments=2),
        {"value_missing"},
    ),
    "a delta of 1.2 with roles alone": (
        delta("1.2", roles=ROLES + f"r9,{DELTA},k1,primary,student,,,s,\nr8,{GONE},,,,,,,\n"),
        NONE,
        set(),
    ),
    "a delta with passwords": (
        delta(users=USERS_11 + STUDENT.replace("03,", "03,hunter2")),
        Counts(students=1),
        {"password_dropped"},
    ),
    "one file whole, one with changes": (
        package_11()
        | {
            "manifest.csv": manifest("1.1", users="delta", enrollments="bulk"),
            "users.csv": USERS_11 + STUDENT,
        },
        Counts(orgs=2, students=1, classes=1, enrollments=3),
        set(),
    ),
    "a manifest that writes Delta": (
        delta(users=USERS_11 + STUDENT) | {"manifest.csv": manifest("1.1", users="Delta")},
        Counts(students=1),
        {"value_case"},
    ),
    "1.0: no manifest, no orgs, every row marked": (
        {"users.csv": USERS_11 + STUDENT + changed(user("k1", "student"), GONE)},
        Counts(students=1),
        {"manifest_missing", "delta_assumed"},
    ),
}


@pytest.mark.parametrize("name", NASTY)
def test_nasty_packages_count_exactly(name: str, tmp_path: Path) -> None:
    """Each is read, counts what it holds, and warns of its own fault and of nothing else."""
    files, counts, warned = NASTY[name]
    result = read(tmp_path, files)
    assert result.errors == ()
    assert result.counts == counts
    assert codes(result) == warned
    mode = "delta" if "delta" in name or "changes" in name or "Delta" in name else "bulk"
    assert result.package.mode == ("delta" if "1.0" in name else mode)


@pytest.mark.parametrize("name", NASTY)
def test_nasty_folders_read_like_zips(name: str, tmp_path: Path) -> None:
    """A folder says exactly what its zip says."""
    files, _counts, _warned = NASTY[name]
    assert read_package(write_folder(tmp_path / "f", files)) == read(tmp_path, files)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (delta(users=USERS_11.replace("status,", "", 1) + "k1\n"), "delta_column_missing"),
        (
            delta(enrollments=ENROLLMENTS.replace("dateLastModified,", "", 1)),
            "delta_column_missing",
        ),
        (delta(enrollments="sourcedId,status,dateLastModified\n"), "key_column_missing"),
        # One row without a mark: it may be a whole file, and whole files need organisations.
        ({"users.csv": USERS_11 + STUDENT + user("k2", "student")}, "no_schools"),
        (delta(users=USERS_11 + STUDENT + '"'), "quote_not_closed"),
    ],
)
def test_what_a_delta_needs(files: dict[str, str], code: str, tmp_path: Path) -> None:
    """Without both columns nobody can tell who leaves: refused, with the column's name."""
    assert refusal(read(tmp_path, files)) == code


def test_a_delta_of_12_users_keeps_roles_out(tmp_path: Path) -> None:
    """In 1.2 a user's row says no role: that is no fault in a delta without roles.csv."""
    row = package_12()["users.csv"].splitlines()[1] + "\n"
    result = read(tmp_path, delta("1.2", users=USERS_12 + changed(row)))
    assert (result.counts, codes(result), result.package.version) == (NONE, set(), "1.2")


def test_race_and_sex_are_left_in_the_file(tmp_path: Path) -> None:
    """Nothing that was read of demographics says more than a day of birth."""
    files = package_11() | {"demographics.csv": BIRTHS + "k1,,,2016-03-01,female,true\n"}
    result = read(tmp_path, files)
    assert b"female" not in msgspec.json.encode(result)
