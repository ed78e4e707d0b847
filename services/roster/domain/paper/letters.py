"""Which names the shipped fonts can print: read from the fonts' own tables of characters."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterable
from typing import Final

import msgspec

# Controls and direction marks: seen by nobody, and one of them could turn a name around. What no
# one has assigned yet is a letter that we do not know, and is never dropped.
_INVISIBLE: Final = frozenset({"Cc", "Cf"})
# They shape Arabic, Persian and Indic words and stay where a font knows them.
_JOINERS: Final = frozenset("\u200c\u200d")


class Letters(msgspec.Struct, frozen=True):
    """points: every code point that one of the fonts has a glyph for."""

    points: frozenset[int]

    def printable(self, text: str) -> str | None:
        """The text as it can be printed; None when a letter of it cannot.

        What nobody sees (controls, direction marks) is left out.
        """
        kept = []
        for mark in unicodedata.normalize("NFC", text):
            known = ord(mark) in self.points
            if mark.isspace():
                kept.append(" ")
            elif mark in _JOINERS or unicodedata.category(mark) in _INVISIBLE:
                kept.append(mark if known and mark in _JOINERS else "")
            elif known:
                kept.append(mark)
            else:
                return None
        return " ".join("".join(kept).split())

    def or_marks(self, text: str) -> str:
        """For what is no name: a letter that cannot be printed becomes a question mark."""
        if (whole := self.printable(text)) is not None:
            return whole
        return "".join(self.printable(mark) or "?" if mark.strip() else " " for mark in text)


def letters_of(fonts: Iterable[bytes]) -> Letters:
    """Of TrueType fonts. Raises ValueError for what is none."""
    points: set[int] = set()
    for font in fonts:
        points |= points_of(font)
    return Letters(frozenset(points))


def points_of(font: bytes) -> set[int]:
    """The code points of a font's Unicode `cmap` (formats 4 and 12)."""
    try:
        start = _table(font, b"cmap")
        (count,) = struct.unpack_from(">H", font, start + 2)
        found: set[int] = set()
        for number in range(count):
            platform, _, offset = struct.unpack_from(">HHL", font, start + 4 + 8 * number)
            (form,) = struct.unpack_from(">H", font, start + offset)
            if platform in (0, 3) and form in (4, 12):
                read = _segments if form == 4 else _groups
                found |= read(font, start + offset)
    except struct.error as error:
        raise ValueError("no TrueType font") from error
    if not found:
        raise ValueError("a font without Unicode characters")
    return found


def _table(font: bytes, name: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for number in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", font, 12 + 16 * number)
        if tag == name:
            return int(offset)
    raise ValueError("no TrueType font")


def _segments(font: bytes, at: int) -> set[int]:
    (doubled,) = struct.unpack_from(">H", font, at + 6)
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + doubled)
    found: set[int] = set()
    for first, last in zip(starts, ends, strict=True):
        if last != 0xFFFF:
            found.update(range(first, last + 1))
    return found


def _groups(font: bytes, at: int) -> set[int]:
    (count,) = struct.unpack_from(">L", font, at + 12)
    found: set[int] = set()
    for number in range(count):
        first, last, _ = struct.unpack_from(">LLL", font, at + 16 + 12 * number)
        found.update(range(first, last + 1))
    return found
