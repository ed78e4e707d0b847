"""Events as a follower may use them: delivered, skipped, or put aside with the reason."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import msgspec

from schemas.envelope import Envelope, decode
from schemas.events import Event
from schemas.identifiers import SchoolId
from schemas.registry import UnknownEvent, data_of

Fate = Literal["deliver", "skip", "put_aside"]


class BrokenPage(Exception):
    """The owner's answer is not its log in pos order; it is asked again."""


@dataclass(frozen=True)
class Read:
    """One event. data is there when it is delivered, reason when it is put aside."""

    pos: int
    wire: bytes
    fate: Fate
    envelope: Envelope | None = None
    data: Event | None = None
    reason: str = ""


def read(
    wires: Iterable[bytes],
    *,
    owner: str,
    school: SchoolId,
    after: int,
    types: Collection[str] | None,
) -> Iterator[Read]:
    """Events that must stand at after + 1, after + 2, … Raises BrokenPage."""
    for pos, wire in enumerate(wires, after + 1):
        try:
            envelope = decode(wire)
        except (msgspec.DecodeError, UnicodeDecodeError):
            yield Read(pos, wire, "put_aside", reason="bad_envelope")
            continue
        if (envelope.pos, envelope.owner, envelope.school) != (pos, owner, school):
            raise BrokenPage
        yield _read_data(pos, wire, envelope, types)


def _read_data(pos: int, wire: bytes, envelope: Envelope, types: Collection[str] | None) -> Read:
    try:
        data = data_of(envelope)
    except UnknownEvent:
        return Read(pos, wire, "put_aside", envelope, reason="unknown_type")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Read(pos, wire, "put_aside", envelope, reason="bad_data")
    fate: Fate = "deliver" if types is None or envelope.type in types else "skip"
    return Read(pos, wire, fate, envelope, data)


def runs(reads: Iterable[Read]) -> Iterator[tuple[Fate, list[Read]]]:
    """Neighbours of one fate together, in order."""
    for fate, group in groupby(reads, key=lambda each: each.fate):
        yield fate, list(group)


def pairs(reads: Sequence[Read]) -> list[tuple[Envelope, Event]]:
    """As a sink takes them."""
    return [
        (each.envelope, each.data)
        for each in reads
        if each.envelope is not None and each.data is not None
    ]
