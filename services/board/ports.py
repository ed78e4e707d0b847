"""What the board needs of the outside, in its own words."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from schemas.board import TicketClaims
from services.board.domain.views import Eyes


class Screen(Protocol):
    """One connected screen. made: when its ticket was, Unix seconds."""

    sid: str
    person: str
    made: int
    eyes: Eyes

    def buffered(self) -> int:
        """Bytes that were sent and that the screen has not taken yet."""
        ...

    def cut(self, code: str) -> None:
        """Say why, close, and drop the connection when it does not close by itself."""
        ...


class Outlet(Protocol):
    """The way to many screens at once."""

    def send(self, screens: Sequence[Screen], frame: bytes) -> None:
        """Hand one encoded frame to every screen; never waits."""
        ...


class Time(Protocol):
    """The wall clock, a monotonic clock in seconds, and a way to be called later."""

    def now(self) -> datetime:
        """Aware, UTC."""
        ...

    def elapsed(self) -> float:
        """Seconds; only differences mean something."""
        ...

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Call once, after so many seconds."""
        ...


class Doors(Protocol):
    """Reads a ticket and says whether its bearer may look."""

    def admit(self, ticket: str) -> TicketClaims:
        """What the ticket is for; it is used up. Raises domain.doors.Turned."""
        ...


class Boards(Protocol):
    """The way to the other boards: core NATS, which may be away."""

    def publish(self, subject: str, data: bytes) -> bool: ...

    async def subscribe(self, subject: str, received: Callable[[bytes], None]) -> None: ...
