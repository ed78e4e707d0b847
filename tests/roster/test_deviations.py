"""Each deviation found in real exports is read, counted right, and named with its place."""

from pathlib import Path

import pytest

from services.roster.domain.problems import SHOWN_PER_KIND
from tests.roster.packages import (
    CLASSES,
    COUNTS,
    COURSES,
    ENROLLMENTS,
    codes,
    manifest,
    package_11,
    package_12,
    read,
    refusal,
    user,
)

SESSIONS = (
    "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\n"
)


def edited(name: str, old: str, new: str, files: dict[str, str] | None = None) -> dict[str, str]:
    files = files or package_11()
    assert old in files[name]
    return files | {name: files[name].replace(old, new)}


BOTH = [
    (edited("classes.csv", "homeroom", "Homeroom"), "value_case"),
    (edited("users.csv", ",teacher,", ",Teacher,"), "value_case"),
    (edited("orgs.csv", ",school,", ",School,"), "value_case"),
    (edited("orgs.csv", ",school,", ",,"), "value_missing"),
    (edited("users.csv", "k1,,,", "k1,active,2026-01-02T03:04:05.000Z,"), "status_in_bulk"),
    (edited("users.csv", "k1,,,", "k1,active,2026-01-02,"), "date_format"),
    (edited("users.csv", "k1,,,", "k1,,1/05/2023,"), "date_format"),
    (edited("users.csv", '"k1,k2"', '"k1, k2"'), "list_format"),
    (edited("users.csv", '"k1,k2"', '"k1;k2"'), "list_format"),
    (edited("users.csv", "k1,,,", " k1 ,,,"), "value_trimmed"),
    (edited("users.csv", "dateLastModified", "dataLastModified"), "header_misspelt"),
    (edited("users.csv", "sourcedId,", "sourceId,"), "header_misspelt"),
    (edited("users.csv", "userIds", "userId"), "header_misspelt"),
    (edited("users.csv", "agentSourcedIds", "agents"), "header_misspelt"),
    (edited("users.csv", "grades", "grade"), "header_misspelt"),
    (edited("users.csv", "agentSourcedIds", "AgentSourcedIDs"), "header_misspelt"),
    (edited("users.csv", "password\n", "password,,\n"), "header_empty"),
    (edited("users.csv", "03,\n", "03\n"), "row_ragged"),
    (edited("users.csv", "03,\n", "03,,,\n"), "row_ragged"),
    (edited("users.csv", "03,\n", "03,hunter2\n"), "password_dropped"),
    (edited("users.csv", '"s",teacher', '"gone",teacher'), "unknown_org"),
    (edited("users.csv", "\nk1", "\n\n,,,,,,,,,,,,,,,,,\nk1"), "row_blank"),
    (edited("enrollments.csv", "c1,s,k1", "c1,d,k1"), "school_differs"),
    (edited("enrollments.csv", "k1,student,,,", "k1,student,,9/1/2026,"), "date_format"),
    (edited("classes.csv", "Room 9,s,", "Room 9,gone,"), "unknown_org"),
    (edited("users.csv", '"g1"', '"g1,nobody"'), "unknown_agent"),
    (edited("users.csv", "k1,,,true", "k1,,,TRUE"), "value_case"),
    (edited("users.csv", "k1,,,true", "k1,,,yes"), "value_unknown"),
    (edited("users.csv", ",03,", ',"03, 04",'), "list_format"),
    (edited("enrollments.csv", ",true,", ",TRUE,"), "value_case"),
    (edited("enrollments.csv", "e2,", ENROLLMENTS + "e2,"), "header_again"),
    (edited("classes.csv", "c1,", CLASSES + "c1,"), "header_again"),
    (edited("roles.csv", "primary", "Primary", package_12()), "value_case"),
    (edited("roles.csv", "student,,,", "student,8/1/2026,,", package_12()), "date_format"),
    (edited("manifest.csv", "bulk", "Bulk"), "value_case"),
    (package_11() | {"academicSessions.csv": SESSIONS + "y,,,Y,Term,8/1/2026,,,\n"}, "date_format"),
    (package_11() | {"academicSessions.csv": SESSIONS + "y,,,Y,Term,,,,\n"}, "value_case"),
]


@pytest.mark.parametrize(("files", "code"), BOTH)
def test_read_with_a_warning(tmp_path: Path, files: dict[str, str], code: str) -> None:
    """The package still counts exactly, and the deviation is told, never silent."""
    result = read(tmp_path, files)
    assert (result.counts, result.errors) == (COUNTS, ())
    assert code in codes(result)


def test_misspelt_preferred_name(tmp_path: Path) -> None:
    """A misspelt 1.2 column is found although nothing depends on it."""
    files = edited("users.csv", "preferredGivenName", "prefferedGivenName", package_12())
    result = read(tmp_path, files)
    assert result.counts == COUNTS
    assert [(w.code, w.column) for w in result.warnings] == [
        ("header_misspelt", "prefferedGivenName")
    ]


def test_vendor_columns_in_the_middle(tmp_path: Path) -> None:
    """Columns are found by name, so a vendor's own column in between shifts nothing."""
    files = package_11()
    files["users.csv"] = "".join(
        line.replace(",", ",Lunch," if not at else ",x,", 1)
        for at, line in enumerate(files["users.csv"].splitlines(keepends=True))
    )
    result = read(tmp_path, files)
    assert result.counts == COUNTS
    assert codes(result) == {"column_unknown"}


def test_metadata_columns_are_silent(tmp_path: Path) -> None:
    """Trailing metadata columns are OneRoster's own way to extend."""
    files = package_11()
    files["users.csv"] = files["users.csv"].replace("password\n", "password,metadata.x.y\n")
    files["users.csv"] = files["users.csv"].replace("03,\n", "03,,1\n")
    assert read(tmp_path, files).warnings == ()


def test_columns_in_another_order(tmp_path: Path) -> None:
    """Order does not matter to us; the school is told that it matters to others."""
    files = package_11()
    files["enrollments.csv"] = (
        "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role,status,dateLastModified\n"
        "e1,c1,s,k1,student,,\ne2,c1,s,k2,student,,\ne3,c1,s,t1,teacher,,\n"
    )
    result = read(tmp_path, files)
    assert result.counts == COUNTS
    assert codes(result) == {"column_order"}


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ({"users.csv": "Users.CSV"}, "file_name_case"),
        ({name: f"export/{name}" for name in package_11()}, "file_in_folder"),
        ({name: f"export\\{name}" for name in package_11()}, "file_in_folder"),
        ({"manifest.csv": "readme.txt"}, "file_unknown"),
    ],
)
def test_file_names(tmp_path: Path, names: dict[str, str], code: str) -> None:
    """Files are found whatever the case of their name and in one folder of the archive."""
    files = {names.get(name, name): text for name, text in package_11().items()}
    result = read(tmp_path, files)
    assert result.counts == COUNTS
    assert code in codes(result)


def test_desktop_litter_is_ignored(tmp_path: Path) -> None:
    """What desktops leave in archives is neither read nor worth a warning."""
    files = package_11() | {"__MACOSX/._users.csv": "\0", ".DS_Store": "x", "Thumbs.db": "x"}
    assert read(tmp_path, files).warnings == ()


def test_two_files_that_differ_by_case(tmp_path: Path) -> None:
    """Which of two users files holds the truth is not ours to guess."""
    files = package_11()
    assert refusal(read(tmp_path, files | {"USERS.csv": files["users.csv"]})) == "duplicate_file"


def test_tables_in_two_folders(tmp_path: Path) -> None:
    """Two packages in one archive are refused rather than mixed."""
    files = package_11()
    mixed = files | {"old/users.csv": files["users.csv"]}
    assert refusal(read(tmp_path, mixed)) == "several_packages"


def test_no_manifest_is_1_0(tmp_path: Path) -> None:
    """OneRoster 1.0 had no manifest, other column names, and is read."""
    files = package_11()
    del files["manifest.csv"]
    files["users.csv"] = (
        files["users.csv"].replace("agentSourcedIds", "agents").replace("userIds", "userId")
    )
    result = read(tmp_path, files)
    assert (result.counts, result.package.version) == (COUNTS, "1.0")


@pytest.mark.parametrize(
    ("files", "version", "code"),
    [
        (package_12() | {"manifest.csv": manifest("1.1")}, "1.2", "manifest_disagrees"),
        (package_11() | {"manifest.csv": manifest("1.2")}, "1.1", "manifest_disagrees"),
        (package_11() | {"manifest.csv": manifest("")}, "1.1", "manifest_blank_value"),
        (package_11() | {"manifest.csv": manifest("7.0")}, "1.1", "manifest_unknown_value"),
        (package_11() | {"manifest.csv": manifest(users="absent")}, "1.1", "manifest_disagrees"),
        (package_11() | {"manifest.csv": manifest(roles="bulk")}, "1.1", "manifest_disagrees"),
        (package_11() | {"manifest.csv": manifest(users="")}, "1.1", "manifest_blank_value"),
        (package_11() | {"manifest.csv": manifest(users="Some")}, "1.1", "manifest_unknown_value"),
        (package_11() | {"manifest.csv": ""}, "1.1", "manifest_blank_value"),
    ],
)
def test_manifest_against_files(
    tmp_path: Path, files: dict[str, str], version: str, code: str
) -> None:
    """When the manifest and the files disagree, it is said and the files win."""
    result = read(tmp_path, files)
    assert (result.counts, result.package.version) == (COUNTS, version)
    assert code in codes(result)


def test_a_file_that_is_never_read_is_no_disagreement(tmp_path: Path) -> None:
    """A manifest that names demographics.csv, which is there and not read, is not contradicted."""
    files = package_11() | {
        "manifest.csv": manifest(demographics="bulk"),
        "demographics.csv": "sourcedId,status,dateLastModified,birthDate\n",
    }
    assert "manifest_disagrees" not in codes(read(tmp_path, files))


@pytest.mark.parametrize(
    "files",
    [
        {"School.csv": "SIS ID,Name\n", "Student.csv": "SIS ID\n", "Teacher.csv": "SIS ID\n"},
        {
            "orgs.csv": "sourcedId,name,type,parentSourcedId\ns,School,school,\n",
            "users.csv": "sourcedId,username,givenName,familyName,password,"
            "activeDirectoryMatchId,email,phone,sms\nk1,k1,Ash,Fernmoor,,,,,\n",
            "roles.csv": "userSourcedId,orgSourcedId,role,sessionSourcedId,grade,isPrimary,"
            "roleStartDate,roleEndDate\nk1,s,student,,,,,\n",
        },
    ],
)
def test_microsoft_sds_is_named(tmp_path: Path, files: dict[str, str]) -> None:
    """Microsoft's look-alike is refused with its own name, in both of its versions."""
    result = read(tmp_path, files)
    assert refusal(result) == "microsoft_sds"
    assert result.package.format == "Microsoft SDS"


@pytest.mark.parametrize("files", [{"a.txt": "x"}, {"people.csv": "name\nAsh\n"}])
def test_something_else(tmp_path: Path, files: dict[str, str]) -> None:
    """A zip of other files is not OneRoster."""
    assert refusal(read(tmp_path, files)) == "not_oneroster"


def test_quoted_line_breaks_and_crlf(tmp_path: Path) -> None:
    """A line break inside quotes belongs to the value; lines keep their true numbers."""
    files = package_11()
    files["users.csv"] = files["users.csv"].replace("k1,,Ash", 'k1,,"Ash\r\nLee"')
    files["users.csv"] += user("x1", "nonsense")
    files = {name: text.replace("\r\n", "\n").replace("\n", "\r\n") for name, text in files.items()}
    result = read(tmp_path, files)
    assert result.counts == COUNTS
    assert {w.line for w in result.warnings if w.code == "value_unknown"} == {7}


@pytest.mark.parametrize("lines", [1, 200])
def test_quote_that_swallows_the_file(tmp_path: Path, lines: int) -> None:
    """A quotation mark never closed would hide every later child: refused with its line."""
    files = package_11()
    files["users.csv"] += 'x1,,,true,s,student,"x1' + "\n" + "rest,of,the,file\n" * lines
    result = read(tmp_path, files)
    assert refusal(result) == "quote_not_closed"
    assert (result.errors[0].file, result.errors[0].line) == ("users.csv", 6)


@pytest.mark.parametrize("before", ["\n\n", "sep=,\n", ",,,\n"])
def test_lines_before_the_header(tmp_path: Path, before: str) -> None:
    """Blank lines and a spreadsheet's own first line come before the header in some exports."""
    files = package_11()
    files["users.csv"] = before + files["users.csv"]
    assert read(tmp_path, files).counts == COUNTS


def test_semicolons_between_cells(tmp_path: Path) -> None:
    """Spreadsheets in some countries write semicolons."""
    files = package_11()
    files["orgs.csv"] = files["orgs.csv"].replace(",", ";")
    result = read(tmp_path, files)
    assert result.counts == COUNTS
    assert codes(result) == {"delimiter"}


def test_many_faults_of_a_kind_stay_readable(tmp_path: Path) -> None:
    """Thousands of equal faults are shown a hundred times and then counted."""
    files = package_11()
    files["enrollments.csv"] += "".join(f"x{at},,,c1,s,nobody,student,,,\n" for at in range(5_000))
    result = read(tmp_path, files)
    assert len(result.warnings) == SHOWN_PER_KIND + 1
    assert result.warnings[-1].code == "more_like_this"
    assert str(5_000 - SHOWN_PER_KIND) in result.warnings[-1].message


def test_messages_carry_no_names(tmp_path: Path) -> None:
    """Warnings end in logs and tickets: they name rows, not children."""
    files = edited("users.csv", "03,\n", "03,hunter2,9\n")
    files["users.csv"] += "x1,,,true,s,Fernmoor,x1,,Ash,Fernmoor,,,,,,,,\n"
    told = repr(read(tmp_path, files).warnings)
    assert "Fernmoor" not in told
    assert "hunter2" not in told


def test_header_only_side_file(tmp_path: Path) -> None:
    """An empty courses.csv says nothing of the courses that classes name."""
    files = package_11() | {"courses.csv": COURSES}
    files["classes.csv"] = files["classes.csv"].replace("03,,,", "03,x9,,")
    result = read(tmp_path, files)
    assert result.counts == COUNTS
    assert codes(result) == {"header_only"}


def test_header_of_thousands_of_columns(tmp_path: Path) -> None:
    """A header is compared with what it might mean, so its length is bounded."""
    files = package_11()
    files["users.csv"] = ",".join(f"c{at}" for at in range(501)) + "\n"
    assert refusal(read(tmp_path, files)) == "too_many_columns"
