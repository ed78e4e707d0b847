"""Rooms that the student system names in two ways."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from services.roster.domain.search.folding import words_of

# Words that only say that it is a room; English and Spanish.
ROOM_WORDS: Final = frozenset(
    {"room", "rm", "classroom", "class", "salon", "aula", "sala", "cuarto", "no", "num", "number"}
)
_APART: Final = re.compile(r"(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])")


def room_key(name: str) -> str:
    """Two names of one room get one key: "Rm 9", "Room 09" and "9" are 9; "9B" is "9 b"."""
    parts = [part for word in words_of(name) for part in _APART.split(word)]
    plain = [part.lstrip("0") or "0" if part.isdecimal() else part for part in parts]
    said = [part for part in plain if part not in ROOM_WORDS]
    return " ".join(said or plain)


def named_twice(rooms: Iterable[str]) -> list[tuple[str, ...]]:
    """Groups of different names for what seems to be one room."""
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for room in rooms:
        if room.strip():
            groups[room_key(room)].add(room.strip())
    return sorted(tuple(sorted(names)) for names in groups.values() if len(names) > 1)
