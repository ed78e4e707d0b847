"""What the owner keeps in memory of one school between commits."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from schemas.identifiers import IncidentId

S = TypeVar("S")


@dataclass
class SchoolMemory(Generic[S]):
    """pos, hash: of the last event. seqs: the last seq of each incident.

    ops: hashes of the keys of every stored op. A key that is missing here was never stored; one
    that is found here is looked up (two keys may share a hash).
    """

    state: S
    pos: int
    hash: bytes
    seqs: dict[IncidentId, int]
    ops: set[int]
