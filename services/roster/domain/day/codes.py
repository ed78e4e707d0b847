"""Period codes: "3", "P3", "03" are one; "1(A)" and "5(B-D)" hold on some days of a rotation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

TOKEN: Final = re.compile(r"[^\s,;|()]+(?:\([^)]*\))?")
WORDY: Final = re.compile(r"^(?:period|per|block|hour|p)\W*(?=\d)")
CODES: Final = 50
HOMEROOM: Final = frozenset({"hr", "homeroom", "advisory"})


class PeriodCode(NamedTuple):
    """days: text in brackets, "" every day."""

    code: str
    days: str


def codes_in(cell: str) -> tuple[str, ...]:
    """The codes of a cell: apart by commas or spaces, a bracket kept together."""
    return tuple(dict.fromkeys(TOKEN.findall(cell)))[:CODES]


def parsed(text: str) -> PeriodCode:
    code, _, days = text.partition("(")
    return PeriodCode(plain_code(code), days.rstrip(") "))


def plain_code(text: str) -> str:
    """A code without case, leading zeros, or a word such as "Period" before its number."""
    plain = WORDY.sub("", text.strip().lower())
    return plain.lstrip("0") or plain


def letters_of(days: str, rotation: Sequence[str]) -> frozenset[str]:
    """The letters that "A", "A,C" or "A-C" names, in the rotation's order; "" all of them."""
    if not days:
        return frozenset(rotation)
    order = [letter.lower() for letter in rotation]
    named: set[str] = set()
    for part in re.split(r"[,\s]+", days.lower()):
        first, dash, last = part.partition("-")
        if dash and first in order and last in order:
            named.update(rotation[order.index(first) : order.index(last) + 1])
        elif part in order:
            named.add(rotation[order.index(part)])
    return frozenset(named)


def meets(
    held: Iterable[PeriodCode],
    now: Iterable[PeriodCode],
    letter: str,
    rotation: Sequence[str],
) -> bool:
    """Whether a class with the codes `held` meets in a period that holds the codes `now`."""
    today = {
        one.code for one in now if not letter or not one.days or letter in letters_of(
            one.days, rotation
        )
    }  # fmt: skip
    return any(
        one.code in today
        and (not letter or not one.days or letter in letters_of(one.days, rotation))
        for one in held
    )
