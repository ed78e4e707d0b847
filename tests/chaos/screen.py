"""One screen that stays connected through everything, as a page does."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field

import aiohttp
import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from schemas.board import Delta, Resync, Snapshot, ToScreen
from schemas.vocabulary import PersonState
from tests.running_muster import Person

AGAIN = 0.2


@dataclass
class Watching:
    """What it shows, and how long it was without a frame at most."""

    person: Person
    rows: dict[str, PersonState] = field(default_factory=dict)
    seq: int = 0
    reconnects: int = 0
    gaps: int = 0
    longest: float = 0.0

    async def watch(self) -> None:
        """For ever: join, paint, join again."""
        while True:
            with contextlib.suppress(
                OSError, WebSocketException, AssertionError, aiohttp.ClientError, TimeoutError
            ):
                await self._stay()
            self.reconnects += 1
            await asyncio.sleep(AGAIN)

    async def _stay(self) -> None:
        ticket = await self.person.ticket("office")
        decoder: msgspec.json.Decoder[ToScreen] = msgspec.json.Decoder(ToScreen)
        last = time.monotonic()
        async with connect(
            ticket.url, origin=Origin(self.person.url), compression=None, max_size=None
        ) as socket:
            await socket.send(f'{{"t":"join","ticket":"{ticket.ticket}"}}')
            n, epoch = -1, ""
            async for message in socket:
                self.longest = max(self.longest, time.monotonic() - last)
                last = time.monotonic()
                frame = decoder.decode(message)
                if isinstance(frame, Snapshot):
                    self.rows = {str(row.student): row.state for row in frame.rows}
                    n, epoch, self.seq = frame.n, frame.epoch, frame.seq
                elif isinstance(frame, Delta):
                    if (frame.epoch, frame.n) != (epoch, n + 1):
                        self.gaps += 1
                        await socket.send(msgspec.json.encode(Resync()).decode())
                        continue
                    n, self.seq = frame.n, self.seq if frame.seq is None else frame.seq
                    self.rows.update((str(row.student), row.state) for row in frame.rows)
