"""A sender whose provider is decided by the test."""

import asyncio

from schemas.notifier import Channel
from services.notifier.domain.jobs import Lane, QueuedJob, Result


class FakeSender:
    """Fulfils ports.Sender. answers: results in turn, then accepted. hold(): calls wait."""

    def __init__(self, *, lane: Lane = "practice", channel: Channel = "sms") -> None:
        self.lane = lane
        self.channel = channel
        self.answers: list[Result] = []
        self.sent: list[str] = []
        self.in_flight = 0
        self.most_in_flight = 0
        self._open = asyncio.Event()
        self._open.set()

    def hold(self) -> None:
        self._open.clear()

    def let_go(self) -> None:
        self._open.set()

    async def send(self, job: QueuedJob) -> Result:
        self.sent.append(job.id)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await self._open.wait()
            await asyncio.sleep(0)
        finally:
            self.in_flight -= 1
        return self.answers.pop(0) if self.answers else Result("accepted")
