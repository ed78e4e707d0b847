"""Packages as student systems, spreadsheets, districts and hostile people spoil them."""

import codecs
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from schemas.roster import Counts
from services.roster.offline import read_package
from tests.chassis_fixtures import Databases
from tests.roster.packages import (
    COUNTS,
    ENROLLMENTS,
    ORGS,
    codes,
    manifest,
    package_11,
    package_12,
    read,
    refusal,
    user,
    write_folder,
)
from tests.roster.running import running
from tests.roster.test_nasty_packages import DELTA, delta

USERS = package_11()["users.csv"]
HEADER, *ROWS = USERS.splitlines(keepends=True)
RIGHT_MARK = "\u200f"
OVERRIDE = "\u202e"
BYTE_MARK = "\ufeff"


def other(**fields: int) -> Counts:
    return msgspec.structs.replace(COUNTS, **fields)


def with_users(users: str) -> dict[str, str | bytes]:
    return {**package_11(), "users.csv": users}


def separated(files: dict[str, str], mark: str) -> dict[str, str | bytes]:
    """As a spreadsheet of another country saves them; no cell here holds a comma."""
    return {name: text.replace(",", mark) for name, text in files.items()}


PLAIN = package_11() | {"users.csv": USERS.replace('"k1,k2"', '"k1"')}

READ: dict[str, tuple[Mapping[str, str | bytes], Counts, set[str]]] = {
    "two children under one id that a spreadsheet rounded": (
        with_users(
            HEADER
            + user("t1", "teacher")
            + user("1.00002E+11", "student", agents="g1", given="Ash")
            + user("1.00002E+11", "student", given="Birch")
            + user("g1", "parent", agents="k1")
        )
        | {"enrollments.csv": ENROLLMENTS + "e1,,,c1,s,1.00002E+11,student,,,\n"},
        other(students=1, enrollments=1, guardian_links=1),
        {"id_characters", "id_repeated_other_name", "unknown_agent"},
    ),
    "a teacher who is a parent in a second row": (
        with_users(USERS + user("t1", "parent", agents="k2")),
        other(guardians=2, guardian_links=3),
        {"id_repeated_merged"},
    ),
    "two exports joined, the second with its byte mark and its header": (
        with_users(BYTE_MARK + HEADER + ROWS[0] + BYTE_MARK + HEADER + "".join(ROWS[1:])),
        COUNTS,
        {"unseen_characters", "header_again"},
    ),
    "two exports joined, the second without its header": (
        with_users(HEADER + ROWS[0] + BYTE_MARK + "".join(ROWS[1:])),
        COUNTS,
        {"unseen_characters"},
    ),
    "a mark of direction after an id": (
        with_users(USERS.replace("k1,,,true", f"k1{RIGHT_MARK},,,true")),
        COUNTS,
        {"unseen_characters"},
    ),
    "a mark of direction in a file that is partly Windows-1252": (
        {
            **package_11(),
            "users.csv": USERS.replace("k1,,,true", f"k1{RIGHT_MARK},,,true")
            .replace("Fernmoor", "Ferñmoor", 1)
            .encode()
            .replace("ñ".encode(), b"\xf1"),
        },
        COUNTS,
        {"unseen_characters", "encoding_mixed"},
    ),
    "a name that would be shown backwards, and one of pictures": (
        with_users(USERS.replace("Ash", f"{OVERRIDE}hsA", 1).replace("Ash", "Ash 🦊", 1)),
        COUNTS,
        {"unseen_characters"},
    ),
    "semicolons, the manifest too": (separated(PLAIN, ";"), other(guardian_links=1), {"delimiter"}),
    "tabs, the manifest too": (separated(PLAIN, "\t"), other(guardian_links=1), {"delimiter"}),
    "changes with semicolons": (
        separated(delta(enrollments=ENROLLMENTS + f"e9,{DELTA},c1,s,k1,student,,,\n"), ";"),
        Counts(enrollments=1),
        {"delimiter"},
    ),
    "changes in UTF-16": (
        {
            name: codecs.BOM_UTF16_LE + text.encode("utf-16-le")
            for name, text in delta(
                enrollments=ENROLLMENTS + f"e9,{DELTA},c1,s,k1,student,,,\n"
            ).items()
        },
        Counts(enrollments=1),
        {"encoding_not_utf8"},
    ),
    "a class that the district holds": (
        {
            **package_11(),
            "classes.csv": package_11()["classes.csv"].replace("Room 9,s,", "Room 9,d,"),
        },
        COUNTS,
        {"class_not_of_school"},
    ),
    "organisations in a circle, two districts": (
        package_11()
        | {"orgs.csv": ORGS + "d,,,D,district,,s\ns,,,S,school,,d\ne,,,E,district,,e\n"},
        other(orgs=3),
        set(),
    ),
    "a child whom only the district holds": (
        {
            **with_users(USERS + user("k3", "student", orgs="d")),
            "enrollments.csv": package_11()["enrollments.csv"],
        },
        other(students=3),
        {"student_at_no_school"},
    ),
    "two primary roles of one person": (
        package_12() | {"roles.csv": package_12()["roles.csv"] + "r9,,,t1,primary,parent,,,s,\n"},
        other(guardians=2),
        set(),
    ),
    "1.2 said, 1.1 inside": (
        package_11() | {"manifest.csv": manifest("1.2", users="bulk", roles="absent")},
        COUNTS,
        {"manifest_disagrees"},
    ),
    "ids that differ by case, and one with spaces after it": (
        with_users(USERS.replace("k2,,,true", "k2  ,,,true") + user("K1", "student")),
        other(students=3),
        {"value_trimmed"},
    ),
    "every line end there is, and an address of three lines": (
        with_users(
            HEADER.replace("\n", "\r\n")
            + ROWS[0].replace("\n", "\r")
            + ROWS[1].replace("Fernmoor,", '"Fern, A,\nB, C,\nmoor",')
            + "".join(ROWS[2:])
        ),
        COUNTS,
        set(),
    ),
}


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("form", ["zip", "folder"])
def test_what_can_be_read_is_counted_and_its_fault_is_said(
    name: str, form: str, tmp_path: Path
) -> None:
    """Nobody is lost or doubled by the fault, and the fault has a warning of its own."""
    files, counts, warned = READ[name]
    folder = form == "folder"
    result = read_package(write_folder(tmp_path / "f", files)) if folder else read(tmp_path, files)
    assert result.errors == ()
    assert result.counts == counts
    assert codes(result) == warned
    assert result.package.mode == ("delta" if name.startswith("changes") else "bulk")


def test_two_people_under_one_id_are_named_by_line(tmp_path: Path) -> None:
    """The row that may be a lost child is the one that the warning points at."""
    files, _counts, _warned = READ["two children under one id that a spreadsheet rounded"]
    found = read(tmp_path, files).warnings
    (doubt,) = (warning for warning in found if warning.code == "id_repeated_other_name")
    assert (doubt.file, doubt.line, doubt.column) == ("users.csv", 4, "sourcedId")


@pytest.mark.parametrize("column", ["given", "agents"])
def test_a_stray_quotation_mark_takes_nobody_away(column: str, tmp_path: Path) -> None:
    """A mark that swallows the next rows and is closed by one of theirs is refused, with its line.

    Read as it stands, the file would be well formed and short of two children.
    """
    first, second = ("Ash,", '"Ash,') if column == "given" else (",g1,", ',"g1,')
    teacher, child, brother, parent = (row.replace('"', "") for row in ROWS)
    users = HEADER + teacher + child.replace(first, second, 1) + brother
    users += parent.replace("k1,k2", '"k1,k2"')
    result = read(tmp_path, with_users(users))
    assert refusal(result) == "quote_not_closed"
    assert (result.errors[0].file, result.errors[0].line) == ("users.csv", 3)


def spoilt_zip(path: Path, names: list[str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, package_11().get(name.rsplit("/", 1)[-1], ""))
    return path


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ([f"/tmp/{name}" for name in package_11()], "zip_unsafe_name"),
        ([*package_11(), *(f"x{number}.csv" for number in range(10_000))], "zip_too_many_files"),
        ([f"{year}/{name}" for year in (2025, 2026) for name in package_11()], "several_packages"),
        ([*package_11(), "Users.CSV"], "duplicate_file"),
    ],
)
def test_zips_that_leave_a_doubt_are_refused(names: list[str], code: str, tmp_path: Path) -> None:
    """What could reach outside, weigh too much or be two packages is refused before it is read."""
    assert refusal(read_package(spoilt_zip(tmp_path / "p.zip", names))) == code


class Pipe(io.RawIOBase):
    """Cannot seek: zipfile then writes sizes after the data, as a web export does."""

    def __init__(self, into: io.BytesIO) -> None:
        self._into = into

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        return self._into.write(data)


def test_a_streamed_zip64_with_a_macs_litter_is_an_ordinary_zip(tmp_path: Path) -> None:
    """Data descriptors, zip64 fields, a folder and a Mac's own files hinder nobody."""
    whole = io.BytesIO()
    with zipfile.ZipFile(Pipe(whole), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in package_11().items():
            with archive.open(zipfile.ZipInfo(f"export/{name}"), "w", force_zip64=True) as member:
                member.write(text.encode())
        archive.writestr("__MACOSX/export/._users.csv", b"\0\5\x16\7")
        archive.writestr("export/.DS_Store", b"\0\0\0\1Bud1")
    path = tmp_path / "p.zip"
    path.write_bytes(whole.getvalue())
    result = read_package(path)
    assert (result.counts, result.errors, codes(result)) == (COUNTS, (), {"file_in_folder"})


async def test_a_class_of_the_district_keeps_its_children(
    database: Databases, tmp_path: Path
) -> None:
    """The class is taken by the only school: its children have their room in an emergency."""
    files, _counts, _warned = READ["a class that the district holds"]
    async with running(await database("roster"), tmp_path) as service:
        await service.take(package_11())
        assert (await service.take(files)).status in ("accepted", "unchanged")
        snapshot = await service.snapshot()
        assert all(student.homeroom for student in snapshot.students)
