"""Whether a typed name resembles an entry of the flagged list, and how.

A resemblance is a question to the front office, never an answer: it carries the entry's id and
spelling and does not say that it is that person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from rapidfuzz import fuzz

from schemas.roster_site import Resemblance, Resembles
from services.roster.domain.desk import folded
from services.roster.domain.nicknames import same_given

CLOSE_WORD: Final = 82
"""Of 100 (Indel similarity): one wrong letter in six, two in twelve."""

CLOSE_NAME: Final = 87
"""The mean over a name's words, each as heavy as it is long; joined words count as well."""

SHORT_WORD: Final = 3
"""Words of so few letters must be equal: a typo makes another name of them."""

MOST: Final = 5


class FlaggedName(NamedTuple):
    """names: the entry's name first, then its aliases. starts, ends: school days, included."""

    entry: str
    names: tuple[str, ...]
    starts: dt.date | None = None
    ends: dt.date | None = None


def resemblances(
    typed: str, flagged: Iterable[FlaggedName], today: dt.date
) -> tuple[Resemblance, ...]:
    """The entries that hold today and resemble the typed name, the closest first."""
    words = folded(typed).split()
    found = []
    for one in flagged:
        if (one.starts and today < one.starts) or (one.ends and today > one.ends):
            continue
        hits = [hit for name in one.names if (hit := _compared(words, one.entry, name))]
        if hits:
            found.append(max(hits, key=lambda hit: hit.score))
    return tuple(sorted(found, key=lambda hit: (-hit.score, hit.entry))[:MOST])


def _compared(typed: Sequence[str], entry: str, name: str) -> Resemblance | None:
    kept = folded(name).split()
    if not typed or not kept:
        return None
    how, score = _how(typed, kept)
    if how is None:
        return None
    return Resemblance(entry=entry, matched=name, how=how, score=score)


def _how(typed: Sequence[str], kept: Sequence[str]) -> tuple[Resembles | None, int]:
    if list(typed) == list(kept):
        return "same_name", 100
    if sorted(typed) == sorted(kept):
        return "other_order", 99
    joined = round(fuzz.ratio("".join(typed), "".join(kept)))
    if joined == 100:
        return "same_name", 98
    how, score = _by_words(typed, kept)
    if how is None and joined >= CLOSE_NAME and _long(typed, kept):
        return "similar_spelling", joined
    return how, score


def _by_words(typed: Sequence[str], kept: Sequence[str]) -> tuple[Resembles | None, int]:
    """Every word of the shorter name finds its own in the longer one."""
    few, many = (typed, list(kept)) if len(typed) <= len(kept) else (kept, list(typed))
    if len(few) == 1:
        return _one_word(few[0], many)
    total, letters, nicknames, exact = 0.0, 0, 0, 0
    for word in sorted(few, key=len, reverse=True):
        best, score = max(((w, _close(word, w)) for w in many), key=lambda hit: hit[1])
        if score < CLOSE_WORD:
            return None, 0
        many.remove(best)
        total, letters = total + score * len(word), letters + len(word)
        exact += word == best
        nicknames += word != best and same_given(word, best)
    if nicknames == len(few):
        return None, 0
    mean = round(total / letters)
    if mean < CLOSE_NAME:
        return None, 0
    if nicknames:
        return "short_name", min(mean, 95)
    return ("part_of_name" if exact == len(few) else "similar_spelling"), min(mean, 97)


def _one_word(word: str, others: Sequence[str]) -> tuple[Resembles | None, int]:
    """A family name alone resembles whoever bears it; a given name alone would be everybody."""
    if len(word) > SHORT_WORD and word == others[-1]:
        return "part_of_name", 90
    return None, 0


def _close(one: str, other: str) -> float:
    if one == other:
        return 100.0
    if same_given(one, other):
        return 96.0
    if min(len(one), len(other)) <= SHORT_WORD:
        return 0.0
    return float(fuzz.ratio(one, other))


def _long(typed: Sequence[str], kept: Sequence[str]) -> bool:
    return min(len("".join(typed)), len("".join(kept))) >= 8
