"""Hostile and broken archives are refused by name, before they cost memory."""

import stat
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from services.roster.domain.archive import Limits
from services.roster.offline import read_package
from tests.roster.packages import USERS_11, package_11, refusal, write_folder, write_zip

MEMORY_MB = 512


def special(name: str, mode: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    member.external_attr = mode << 16
    return member


def with_member(path: Path, member: zipfile.ZipInfo | str, content: bytes = b"x") -> Path:
    write_zip(path, package_11())
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
    return path


@pytest.mark.parametrize(
    "name", ["../users.csv", "/etc/passwd", "a/../../b.csv", "C:\\x.csv", "..\\b.csv", "n" * 501]
)
def test_names_that_point_outside(tmp_path: Path, name: str) -> None:
    """Names that would leave the folder are refused although nothing is ever unpacked."""
    assert refusal(read_package(with_member(tmp_path / "z", name))) == "zip_unsafe_name"


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices(tmp_path: Path, mode: int) -> None:
    """Only plain files are members of a roster."""
    path = with_member(tmp_path / "z", special("courses.csv", mode | 0o777))
    assert refusal(read_package(path)) == "zip_symlink"


@pytest.mark.parametrize("name", ["more.zip", "users.csv.gz", "a/b.tar"])
def test_archives_inside(tmp_path: Path, name: str) -> None:
    """A package inside a package is refused, by its name."""
    assert refusal(read_package(with_member(tmp_path / "z", name))) == "zip_nested"


def test_archive_called_csv(tmp_path: Path) -> None:
    """A package inside a package is refused, by its content."""
    inner = write_zip(tmp_path / "inner", package_11()).read_bytes()
    path = write_zip(tmp_path / "z", {**package_11(), "courses.csv": inner})
    assert refusal(read_package(path)) == "zip_nested"


def test_encrypted(tmp_path: Path) -> None:
    """A password-protected archive says so."""
    path = write_zip(tmp_path / "z", package_11())
    raw = bytearray(path.read_bytes())
    at = raw.index(b"PK\x01\x02")
    raw[at + 8] |= 1
    path.write_bytes(raw)
    assert refusal(read_package(path)) == "zip_encrypted"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_same_name_twice(tmp_path: Path) -> None:
    """Two members of one name: which one counts would depend on the reader."""
    path = with_member(tmp_path / "z", "users.csv", USERS_11.encode())
    assert refusal(read_package(path)) == "zip_duplicate_name"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_without_a_bound(tmp_path: Path, method: int) -> None:
    """bzip2 and lzma members unpack without a bound in the standard library."""
    member = zipfile.ZipInfo("courses.csv")
    member.compress_type = method
    assert refusal(read_package(with_member(tmp_path / "z", member))) == "zip_method"


def test_ratio(tmp_path: Path) -> None:
    """Ten megabytes of one letter in a few kilobytes are a bomb."""
    path = with_member(tmp_path / "z", "courses.csv", b"a" * 10_000_000)
    assert refusal(read_package(path)) == "zip_ratio"


def test_size(tmp_path: Path) -> None:
    """The sum of all members is bounded too."""
    path = write_zip(tmp_path / "z", package_11())
    assert refusal(read_package(path, limits=Limits(unpacked=500))) == "zip_too_large"
    assert refusal(read_package(path, limits=Limits(archive=500))) == "archive_too_large"


def test_number_of_files(tmp_path: Path) -> None:
    """Thousands of members are refused."""
    files = {f"{at}.txt": "x" for at in range(1_001)}
    assert refusal(read_package(write_zip(tmp_path / "z", files))) == "zip_too_many_files"


def test_endless_directory_is_refused_unread(tmp_path: Path) -> None:
    """The end record's own size is judged before the directory is parsed."""
    path = write_zip(tmp_path / "z", package_11())
    raw = bytearray(path.read_bytes())
    struct.pack_into("<L", raw, raw.rindex(b"PK\x05\x06") + 12, 2**31)
    path.write_bytes(raw)
    assert refusal(read_package(path)) == "zip_too_many_files"


def test_overlapping_members(tmp_path: Path) -> None:
    """Members that share packed bytes multiply without end."""
    path = write_zip(tmp_path / "z", package_11())
    raw = bytearray(path.read_bytes())
    first = raw.index(b"PK\x01\x02")
    size = struct.unpack_from("<L", raw, first + 20)[0]
    struct.pack_into("<L", raw, first + 20, size + 400)
    path.write_bytes(raw)
    assert refusal(read_package(path)) in ("zip_overlap", "not_a_zip", "zip_damaged")


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all", b"sourcedId,status\n"])
def test_not_a_zip(tmp_path: Path, content: bytes) -> None:
    """Any other file is told from a package."""
    path = tmp_path / "z"
    path.write_bytes(content)
    assert refusal(read_package(path)) == "not_a_zip"


def test_cut_off(tmp_path: Path) -> None:
    """An upload cut anywhere is refused, never half read."""
    whole = write_zip(tmp_path / "whole", package_11()).read_bytes()
    for length in range(0, len(whole), 97):
        path = tmp_path / "cut"
        path.write_bytes(whole[:length])
        assert refusal(read_package(path)) == "not_a_zip"


def test_damaged_member(tmp_path: Path) -> None:
    """A flipped byte inside a member is damage, not data."""
    path = write_zip(tmp_path / "z", package_11())
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("users.csv").header_offset
    for offset in range(60, 80):
        raw[at + offset] ^= 0xFF
    path.write_bytes(raw)
    assert refusal(read_package(path)) == "zip_damaged"


def test_empty_and_missing(tmp_path: Path) -> None:
    """An empty package and a wrong path are refused, each with its own words."""
    assert refusal(read_package(write_zip(tmp_path / "z", {}))) == "empty_package"
    assert refusal(read_package(tmp_path / "nowhere")) == "not_found"
    (tmp_path / "empty").mkdir()
    assert refusal(read_package(tmp_path / "empty")) == "empty_package"


def test_link_in_a_folder(tmp_path: Path) -> None:
    """A folder's link could point at any file of the machine."""
    folder = write_folder(tmp_path / "f", package_11())
    (folder / "courses.csv").symlink_to("/etc/passwd")
    assert refusal(read_package(folder)) == "zip_symlink"


# VmHWM is this program's own; getrusage would count the test runner that it was started from.
READ_WITH_PEAK = """
import re, sys, pathlib
from services.roster.offline import read_package
result = read_package(pathlib.Path(sys.argv[1]))
status = pathlib.Path("/proc/self/status").read_text()
peak = int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1024
print(result.errors[0].code if result.errors else "read", peak)
"""


def write_big(path: Path, head: str, row: str, times: int) -> Path:
    """A stored (unpacked) member of `times` numbered rows, so that no ratio gives it away."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in package_11().items():
            if name != "users.csv":
                archive.writestr(name, text)
        with archive.open("users.csv", "w", force_zip64=True) as member:
            member.write(head.encode())
            for start in range(0, times, 10_000):
                chunk = "".join(row.format(at=at) for at in range(start, start + 10_000))
                member.write(chunk.encode())
    return path


@pytest.mark.parametrize(
    ("head", "row", "times", "code"),
    [
        (USERS_11, "{at:0>120},,,true,s,parent,u,,A,B,,,,,,k{at},,\n", 600_000, "too_many_rows"),
        (USERS_11, "a" * 120, 600_000, "line_too_long"),
        (USERS_11, '"\n",' * 20, 600_000, "quote_not_closed"),
    ],
)
def test_memory_stays_bounded(tmp_path: Path, head: str, row: str, times: int, code: str) -> None:
    """Half a million rows, an endless line or an endless record stay under 512 MB."""
    path = write_big(tmp_path / "z", head, row, times)
    done = subprocess.run(
        [sys.executable, "-c", READ_WITH_PEAK, str(path)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told, peak = done.stdout.split()
    assert told == code
    assert int(peak) < MEMORY_MB
