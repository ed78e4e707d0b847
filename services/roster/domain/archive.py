"""Opens a zip without trusting it.

Nothing is unpacked to disk: members are streamed. Every bound is checked before the first
member is opened, the central directory's own size even before it is parsed.
"""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from typing import IO, Final, Protocol

import msgspec

from services.roster.domain.problems import PackageRefused

MIB: Final = 1024 * 1024
NESTED: Final = (".zip", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar", ".tgz", ".jar")
# A zip's end record is 22 bytes and a comment of at most 65,535.
END_RECORD_REACH: Final = 22 + 65_535
END_RECORD: Final = b"PK\x05\x06"
NAME_LENGTH: Final = 500
ZIP64_MARK: Final = 0xFFFFFFFF


class Limits(msgspec.Struct, frozen=True):
    """Bounds on what a package may hold; sizes in bytes."""

    archive: int = 256 * MIB
    unpacked: int = 512 * MIB
    directory: int = 4 * MIB
    files: int = 1_000
    # Deflate reaches 1032:1 on zeros; real rosters stay under 40:1.
    ratio: int = 200
    ratio_from: int = 4 * MIB


class Source(Protocol):
    """Files of a package, by slash-separated name."""

    def names(self) -> list[str]: ...

    def open(self, name: str) -> IO[bytes]: ...


class ZipSource:
    """The members of an archive that passed every check."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members = {clean_name(info): info for info in archive.infolist() if not info.is_dir()}

    def names(self) -> list[str]:
        return list(self._members)

    def open(self, name: str) -> IO[bytes]:
        return self._archive.open(self._members[name])


@contextmanager
def zip_source(stream: IO[bytes], limits: Limits) -> Iterator[Source]:
    """Yields the files of the zip that the seekable `stream` holds.

    Raises PackageRefused: not_a_zip, archive_too_large, zip_*.
    """
    if stream.seek(0, 2) > limits.archive:
        raise PackageRefused("archive_too_large", value=limits.archive)
    check_directory_size(stream, limits)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise PackageRefused("not_a_zip") from error
    with closing(archive):
        check_members(archive.infolist(), limits)
        yield ZipSource(archive)


def check_directory_size(stream: IO[bytes], limits: Limits) -> None:
    """Refuses a directory of millions of members before `zipfile` would hold it in memory."""
    size = stream.seek(0, 2)
    start = stream.seek(max(0, size - END_RECORD_REACH))
    tail = stream.read()
    at = tail.rfind(END_RECORD)
    if at < 0 or len(tail) < at + 22:
        raise PackageRefused("not_a_zip")
    (directory,) = struct.unpack_from("<L", tail, at + 12)
    if directory == ZIP64_MARK:
        directory = zip64_directory_size(stream, start + at)
    if directory > limits.directory:
        raise PackageRefused("zip_too_many_files", value=limits.files)


def zip64_directory_size(stream: IO[bytes], end_record: int) -> int:
    """Size of the central directory as the ZIP64 end record gives it (APPNOTE 4.3.14)."""
    try:
        stream.seek(end_record - 20)
        locator = stream.read(20)
        stream.seek(struct.unpack_from("<Q", locator, 8)[0])
        record = stream.read(56)
        size: int = struct.unpack_from("<Q", record, 40)[0]
    except (struct.error, OSError, OverflowError, ValueError) as error:
        raise PackageRefused("not_a_zip") from error
    return size


def check_members(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.files:
        raise PackageRefused("zip_too_many_files", value=limits.files)
    seen: set[str] = set()
    for member in members:
        check_member(member, limits)
        name = clean_name(member)
        if name in seen:
            raise PackageRefused("zip_duplicate_name", file=name)
        seen.add(name)
    if sum(member.file_size for member in members) > limits.unpacked:
        raise PackageRefused("zip_too_large", value=limits.unpacked)
    ordered = sorted(members, key=lambda member: member.header_offset)
    for one, following in pairwise(ordered):
        if one.header_offset + one.compress_size > following.header_offset:
            raise PackageRefused("zip_overlap")


def check_member(member: zipfile.ZipInfo, limits: Limits) -> None:
    name = clean_name(member)
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise PackageRefused("zip_symlink", file=name)
    if member.flag_bits & 0x1:
        raise PackageRefused("zip_encrypted", file=name)
    if name.lower().endswith(NESTED):
        raise PackageRefused("zip_nested", file=name)
    # bzip2 and lzma members are unpacked by the standard library without a bound.
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise PackageRefused("zip_method", file=name)
    packed = max(member.compress_size, 1)
    if member.file_size > limits.ratio_from and member.file_size > limits.ratio * packed:
        raise PackageRefused("zip_ratio", file=name, value=limits.ratio)


def clean_name(member: zipfile.ZipInfo) -> str:
    """The member's name with slashes; refused when it could point outside."""
    raw = member.orig_filename.replace("\\", "/")
    parts = [part for part in raw.split("/") if part not in ("", ".")]
    unsafe = (
        len(raw) > NAME_LENGTH
        or raw.startswith("/")
        or ".." in parts
        or "\0" in raw
        or raw[1:2] == ":"
    )
    if unsafe or not parts:
        raise PackageRefused("zip_unsafe_name")
    return "/".join(parts)
