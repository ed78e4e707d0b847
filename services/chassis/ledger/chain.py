"""The hash chain of a school's log: each row carries the SHA-256 of the one before it."""

import hashlib
from collections.abc import AsyncIterable
from dataclasses import dataclass

import msgspec

from schemas.envelope import decode

GENESIS = b""
"""What the first row of a school carries."""


@dataclass(frozen=True)
class LoggedRow:
    """An event as stored: columns that repeat what the wire says, and the chain."""

    pos: int
    type: str
    incident: str | None
    seq: int
    prev: bytes
    hash: bytes
    wire: bytes


@dataclass(frozen=True)
class ChainFault:
    """The first row that cannot be trusted, and why, in words."""

    pos: int
    reason: str


def hash_of(prev: bytes, wire: bytes) -> bytes:
    """SHA-256 of the hash before and the stored bytes."""
    return hashlib.sha256(prev + wire).digest()


async def first_fault(
    rows: AsyncIterable[LoggedRow], *, head_pos: int, head_hash: bytes
) -> ChainFault | None:
    """Read a school's whole log in pos order; None when every row is what was written."""
    pos, last = 0, GENESIS
    async for row in rows:
        reason = _fault_of(row, pos + 1, last)
        if reason is not None:
            return ChainFault(pos + 1, reason)
        pos, last = row.pos, row.hash
    if pos != head_pos:
        return ChainFault(min(pos, head_pos) + 1, f"the log ends at {pos}, its head at {head_pos}")
    if last != head_hash:
        return ChainFault(pos, "its hash is not the one that the head remembers")
    return None


def _fault_of(row: LoggedRow, pos: int, last: bytes) -> str | None:
    if row.pos != pos:
        return f"the row is missing; the next is {row.pos}"
    if row.prev != last:
        return "it does not carry the hash of the row before it"
    if row.hash != hash_of(row.prev, row.wire):
        return "its bytes do not have its hash"
    try:
        event = decode(row.wire)
    except msgspec.DecodeError:
        return "its bytes are no event"
    if (event.pos, event.type, event.incident, event.seq) != (
        row.pos,
        row.type,
        row.incident,
        row.seq,
    ):
        return "its columns are not what its bytes say"
    return None
