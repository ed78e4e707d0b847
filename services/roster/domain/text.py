"""Bytes of one file as lines of text, whatever encoding the student system used.

OneRoster asks for UTF-8. Exports that went through a spreadsheet come as UTF-16 or
Windows-1252; both are read, with a warning, in memory bounded by the longest line.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import IO, Final

import msgspec

from services.roster.domain.problems import PackageRefused, Warnings

CHUNK: Final = 256 * 1024
LINE_CHUNKS: Final = 4
UTF16: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
# Null, zero-width space, word joiner, the byte mark that joined files leave in the middle, and
# the marks that turn the direction of writing: with one of them an id is another id, and a name
# can be shown as another name. The zero-width joiners belong to several scripts and stay.
UNSEEN: Final = (
    "\0\u200b\u2060\ufeff\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
ARCHIVES: Final = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf")


class Encoding(msgspec.Struct, frozen=True):
    """name: a Python codec, or "mixed" for UTF-8 with lines in Windows-1252.

    dropped: characters that nobody sees and that would make two equal ids differ.
    """

    name: str
    dropped: str = ""


def survey(stream: IO[bytes], file: str, warnings: Warnings) -> Encoding:
    """Reads a file once to learn its encoding.

    Raises PackageRefused: line_too_long, zip_nested.
    """
    chunk = stream.read(CHUNK)
    if chunk.startswith(ARCHIVES):
        raise PackageRefused("zip_nested", file=file)
    wide = wide_encoding(chunk)
    if wide:
        warnings.add("encoding_not_utf8", file=file, value=wide.upper())
    name, dropped, unbroken = wide or "utf-8", "", 0
    decoder = codecs.getincrementaldecoder(name)()
    start = True
    while chunk:
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError:
            text = chunk.decode(wide or "utf-8", errors="replace")
            name = name if wide else "mixed"
        if start:
            text, start = text.removeprefix("\ufeff"), False
        dropped += "".join(mark for mark in UNSEEN if mark in text and mark not in dropped)
        unbroken = 0 if "\n" in text or "\r" in text else unbroken + 1
        if unbroken >= LINE_CHUNKS:
            raise PackageRefused("line_too_long", file=file, value=LINE_CHUNKS * CHUNK)
        chunk = stream.read(CHUNK)
    if dropped:
        warnings.add("unseen_characters", file=file)
    return Encoding(name, dropped)


def wide_encoding(head: bytes) -> str:
    """The UTF-16 codec of a file that starts so, with or without its mark, else nothing."""
    for mark, name in UTF16.items():
        if head.startswith(mark):
            return name
    if head[1:2] == b"\0" and head[3:4] == b"\0":
        return "utf-16-le"
    if head[0:1] == b"\0" and head[2:3] == b"\0":
        return "utf-16-be"
    return ""


def lines(stream: IO[bytes], encoding: Encoding, file: str, warnings: Warnings) -> Iterator[str]:
    """Lines with their ends, as the csv module wants them; never a null or a byte mark."""
    mixed = encoding.name == "mixed"
    reader: Iterator[str] = io.TextIOWrapper(
        stream,
        encoding="utf-8" if mixed else encoding.name,
        errors="surrogateescape" if mixed else "replace",
        newline="",
    )
    if mixed:
        reader = mend(reader, file, warnings)
    if encoding.dropped:
        table = str.maketrans("", "", encoding.dropped)
        reader = (line.translate(table) for line in reader)
    yield next(reader, "").lstrip("\ufeff")
    yield from reader


def mend(reader: Iterator[str], file: str, warnings: Warnings) -> Iterator[str]:
    """Lines that are not UTF-8 read as Windows-1252, with a warning for each."""
    for number, line in enumerate(reader, start=1):
        if line.isascii():
            yield line
            continue
        raw = line.encode("utf-8", errors="surrogateescape")
        try:
            yield raw.decode("utf-8")
        except UnicodeDecodeError:
            warnings.add("encoding_mixed", file=file, line=number)
            yield raw.decode("cp1252", errors="replace")
