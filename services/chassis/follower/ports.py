"""What a follower needs: the owner's log on one side, a place for effects on the other."""

from collections.abc import Callable, Sequence
from typing import Protocol

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import SchoolId
from schemas.replies import EventPage, Heads, StateReply


class CannotHandle(Exception):
    """This event can never be handled: it is put aside and the lane goes on.

    reason: stable snake_case, stored with the event.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OwnerClient(Protocol):
    """An owner's log over HTTP; ServiceClient fulfils it. Raises Unavailable, ProblemError."""

    async def heads(self) -> Heads: ...

    async def events(self, school: SchoolId, after: int, limit: int) -> EventPage: ...

    async def state(self, school: SchoolId) -> StateReply: ...


class Ears(Protocol):
    """What a follower needs of the bus; lanes.Bus fulfils it."""

    async def subscribe(self, subject: str, received: Callable[[bytes], None], /) -> None: ...

    def on_reconnect(self, woken: Callable[[], None], /) -> None: ...


class Sink(Protocol):
    """Effects of events together with the position they were made at.

    Each method moves the position in the same transaction as its effect, or raises and leaves
    both; what raises is tried again, so nothing outside the transaction may happen. `apply` may
    keep the first of its events when a later one raises, if the position says so.
    """

    async def position(self, owner: str, school: SchoolId) -> int:
        """The pos of the last event whose effect is kept; 0 for none."""
        ...

    async def apply(
        self, owner: str, school: SchoolId, events: Sequence[tuple[Envelope, Event]]
    ) -> None:
        """Events from position + 1 on without a gap. Raises CannotHandle for one it never can."""
        ...

    async def skip(self, owner: str, school: SchoolId, pos: int) -> None:
        """Events up to pos concern nobody here."""
        ...

    async def rebuild(self, owner: str, school: SchoolId, reply: StateReply) -> None:
        """Start over from the owner's state: first start in memory, or a restored log."""
        ...

    async def dead_letter(
        self, owner: str, school: SchoolId, wire: bytes, pos: int, reason: str
    ) -> None:
        """Keep the event for a person to look at, and move on."""
        ...
