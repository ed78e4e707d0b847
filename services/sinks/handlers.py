"""A message arrives: what becomes of it, and what is kept of it."""

import asyncio
import random

from services.sinks.domain.knobs import Fate, Knobs
from services.sinks.domain.sent import Channel, Outbox
from services.sinks.ports import Clock


class Sinks:
    """What both servers share: the outbox, the knobs and their dice."""

    def __init__(self, *, outbox: Outbox, knobs: Knobs, seed: int, clock: Clock) -> None:
        self.outbox = outbox
        self.knobs = knobs
        self._chance = random.Random(seed)  # noqa: S311 - faults must repeat with their seed
        self._clock = clock

    def forget(self) -> None:
        """Start counting anew."""
        self.outbox = Outbox(self.outbox.keep)

    async def receive(
        self, channel: Channel, *, to: str, body: str, subject: str = "", key: str = ""
    ) -> Fate:
        """Keep the message unless it fails; the answer is due after the latency."""
        if self.knobs.latency_ms:
            await asyncio.sleep(self.knobs.latency_ms / 1000)
        fate = self.knobs.fate(self._chance)
        if fate in ("take", "drop"):
            now = self._clock.now()
            self.outbox.add(channel, at=now, to=to, body=body, subject=subject, key=key)
        return fate
