"""A bus in memory that loses, repeats, reorders and delays on demand."""

import asyncio
from collections.abc import Callable
from typing import Protocol

Received = Callable[[bytes], None]


class BusLike(Protocol):
    """What followers and the now lane use of a bus."""

    @property
    def connected(self) -> bool: ...

    async def connect(self, url: str) -> None: ...

    def publish(self, subject: str, data: bytes) -> bool: ...

    async def subscribe(self, subject: str, received: Received) -> None: ...

    def on_reconnect(self, woken: Callable[[], None]) -> None: ...

    async def close(self) -> None: ...


class MemoryBus:
    """Fulfils BusLike in one process. Connected after `connect` until `lose_connection`."""

    def __init__(self) -> None:
        self.connected = False
        self._subscribers: list[tuple[list[str], Received]] = []
        self._woken: list[Callable[[], None]] = []

    async def connect(self, url: str) -> None:
        """Connected at once, and whoever waits is woken."""
        self.connect_again()

    def connect_again(self) -> None:
        self.connected = True
        for woken in self._woken:
            woken()

    def lose_connection(self) -> None:
        self.connected = False

    def publish(self, subject: str, data: bytes) -> bool:
        """Delivered in the loop's next turn; False and lost while not connected."""
        if self.connected:
            asyncio.get_running_loop().call_soon(self.deliver, subject, data)
        return self.connected

    def deliver(self, subject: str, data: bytes) -> None:
        """Hand it to the subscribers now."""
        for pattern, received in self._subscribers:
            if matches(pattern, subject.split(".")):
                received(data)

    async def subscribe(self, subject: str, received: Received) -> None:
        self._subscribers.append((subject.split("."), received))

    def on_reconnect(self, woken: Callable[[], None]) -> None:
        self._woken.append(woken)

    async def close(self) -> None:
        self.connected = False


def matches(pattern: list[str], subject: list[str]) -> bool:
    """NATS wildcards: * is one token, > is all the rest."""
    for index, token in enumerate(pattern):
        if token == ">":
            return len(subject) > index
        if index >= len(subject) or token not in {"*", subject[index]}:
            return False
    return len(pattern) == len(subject)
