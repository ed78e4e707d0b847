"""Family codes: readable on paper and over the telephone, found by their first group."""

from __future__ import annotations

from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 and O, 1, I and L. 31 signs."""

GROUP: Final = 5
GROUPS: Final = 3
LENGTH: Final = GROUP * GROUPS
TRIES: Final = 5
"""Wrong ones, until the office must issue another."""


def written(drawn: bytes) -> str:
    """A code from at least 24 random bytes, as it is printed: K7M2Q-8XW4R-TN3HB.

    The first group finds the row, the other ten signs (over 49 bits) are the secret.
    """
    number = int.from_bytes(drawn[:24])
    signs = []
    for _ in range(LENGTH):
        number, at = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[at])
    return "-".join("".join(signs[at : at + GROUP]) for at in range(0, LENGTH, GROUP))


def plain(typed: str) -> str:
    """What someone typed as 15 signs without spaces, dashes and case; "" for what is no code."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    if len(signs) != LENGTH or any(sign not in ALPHABET for sign in signs):
        return ""
    return signs


def selector(signs: str) -> str:
    return signs[:GROUP]
