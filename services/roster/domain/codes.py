"""Codes that nobody can guess and that are nowhere stored: drawn from the school's secret.

What is stored is a fingerprint: it recognises a code and does not give it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from typing import Final

READABLE: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0 O 1 I L U: read over a telephone, written by hand."""

BADGE_LENGTH: Final = 12
DAY_LENGTH: Final = 6
TOKEN_LENGTH: Final = 26
TRIES: Final = 5


def _drawn(secret: bytes, length: int, *parts: str) -> str:
    number = int.from_bytes(hmac.digest(secret, "\x1f".join(parts).encode(), hashlib.sha256), "big")
    letters = []
    for _ in range(length):
        number, letter = divmod(number, len(READABLE))
        letters.append(READABLE[letter])
    return "".join(letters)


def badge_code(secret: bytes, school: str, visit: str) -> str:
    """58 bits: out of reach for anyone who guesses at a kiosk."""
    return _drawn(secret, BADGE_LENGTH, "badge", school, visit)


def day_code(secret: bytes, school: str, substitute: str, day: dt.date, drawn: str) -> str:
    """29 bits: enough where five tries are all there are. drawn: the op that issued it."""
    return _drawn(secret, DAY_LENGTH, "day", school, substitute, day.isoformat(), drawn)


def folder_token(secret: bytes, school: str, room: str, generation: int) -> str:
    """127 bits, the same until the folder is rotated."""
    return _drawn(secret, TOKEN_LENGTH, "folder", school, room, str(generation))


def read_code(typed: str) -> str:
    """As it was drawn, from what a person typed: case, spaces and hyphens do not count."""
    return "".join(c for c in typed.upper() if c in READABLE)


def grouped(code: str) -> str:
    """ "ABCD-EFGH-JKMN", to be read and typed."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def fingerprint(secret: bytes, school: str, code: str) -> bytes:
    """What is stored of a code; keyed, because a day code alone is short enough to try out."""
    return hmac.digest(secret, f"mark\x1f{school}\x1f{code}".encode(), hashlib.sha256)


def same(one: bytes, other: bytes) -> bool:
    """In constant time."""
    return hmac.compare_digest(one, other)


def checked_at_random(secret: bytes, visit: str, percent: int) -> bool:
    """Whether this visit is one of the random checks; the same answer for the same visit."""
    drawn = hmac.digest(secret, f"check\x1f{visit}".encode(), hashlib.sha256)
    return int.from_bytes(drawn[:4], "big") % 10_000 < percent * 100


def derived_id(secret: bytes, *parts: str) -> str:
    """The id of what one op makes: known before it is stored, the same when it is repeated."""
    return hmac.new(secret, "\x1f".join(("id", *parts)).encode(), hashlib.sha256).hexdigest()[:32]
