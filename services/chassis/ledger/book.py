"""What a service brings to its ledger: its state, and the tables it is kept in."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

import msgspec

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import SchoolId
from services.chassis.database import Connection

S = TypeVar("S")


class Book(Protocol[S]):
    """A service's store fulfils it. The state of a school lives in memory between commits."""

    def empty(self, school: SchoolId) -> S:
        """The state of a school without events."""
        ...

    async def load(self, connection: Connection, school: SchoolId) -> S:
        """The stored state; the connection already sees this school."""
        ...

    def copy(self, state: S) -> S:
        """A working copy for one batch, cheap; what `apply` mutates must not be shared."""
        ...

    def apply(self, state: S, event: Envelope, data: Event) -> None:
        """Fold one event into the working copy. Pure otherwise."""
        ...

    async def save(
        self,
        connection: Connection,
        school: SchoolId,
        state: S,
        events: Sequence[tuple[Envelope, Event]],
    ) -> None:
        """Store what these events changed, in the transaction that appends them."""
        ...

    def snapshot(self, state: S) -> msgspec.Struct:
        """What GET /state shows an in-memory follower."""
        ...


class Listener(Protocol):
    """Who is told of events at once when they are known to be stored."""

    def tell(self, events: Sequence[Envelope]) -> None:
        """In pos order per school. Must neither raise nor block."""
        ...
