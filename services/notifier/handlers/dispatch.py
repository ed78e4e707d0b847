"""One queue of one lane and channel: claim, call with many in flight, record.

A job is marked `sending` before its call and ended after it, so that after a crash no more than
`in_flight` jobs are unknown, and everything else goes on: an answer that is not stored yet takes
the place of a call.
"""

import asyncio
import datetime as dt
from collections import deque
from collections.abc import Callable, Iterable

from services.notifier.domain.jobs import QueuedJob, Result, after
from services.notifier.ports import Clock, Ended, Jobs, Sender

FIRST_RETRY = 0.1
LAST_RETRY = 2.0
LONGEST_WAIT = 0.05


class Dispatcher:
    """in_flight: calls at once. on_ended: told of every batch of recorded results."""

    def __init__(
        self,
        *,
        sender: Sender,
        jobs: Jobs,
        clock: Clock,
        in_flight: int,
        on_ended: Callable[[list[Ended]], None] = lambda _ended: None,
        on_trouble: Callable[[Exception], None] = lambda _error: None,
    ) -> None:
        self.sender = sender
        self._jobs = jobs
        self._clock = clock
        self._in_flight = in_flight
        self._on_ended = on_ended
        self._on_trouble = on_trouble
        self._ready: deque[QueuedJob] = deque()
        self._held: set[str] = set()
        self._ended: list[Ended] = []
        self._unstored = 0
        self._calls: set[asyncio.Task[None]] = set()
        self._timers: set[asyncio.TimerHandle] = set()
        self._work = asyncio.Event()
        self._done = asyncio.Event()
        self._paused_until = 0.0
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def waiting(self) -> int:
        """Jobs that have not ended, as far as this process knows."""
        return len(self._held)

    def offer(self, jobs: Iterable[QueuedJob]) -> None:
        """Take jobs that are stored as queued; known ones are passed over."""
        for job in jobs:
            if job.id not in self._held:
                self._held.add(job.id)
                self._ready.append(job)
        self._work.set()

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._pump()), asyncio.create_task(self._recorder())]

    async def stop(self, grace: float = 1.0) -> None:
        """Start no more calls, wait for those in flight, record what ended."""
        if not self._tasks:
            return
        pump, recorder = self._tasks
        pump.cancel()
        for timer in self._timers:
            timer.cancel()
        if self._calls:
            await asyncio.wait(self._calls, timeout=grace)
        for call in self._calls:
            call.cancel()
        recorder.cancel()
        await asyncio.gather(pump, recorder, *self._calls, return_exceptions=True)
        if self._ended:
            ended, self._ended = self._ended, []
            await self._jobs.record(ended)

    async def _pump(self) -> None:
        while True:
            await self._work.wait()
            await self._wait_out_pause()
            room = self._in_flight - len(self._calls) - self._unstored
            if not self._ready or not self._worth_a_claim(room):
                self._work.clear()
                continue
            batch = self._take(room)
            claimed = await self._claim(batch)
            self._held -= {job.id for job in batch} - {job.id for job in claimed}
            for job in claimed:
                call = asyncio.create_task(self._call(job))
                self._calls.add(call)
                call.add_done_callback(self._call_ended)

    def _worth_a_claim(self, room: int) -> bool:
        """A claim is a transaction: an eighth of the calls free up before the next one."""
        return room >= min(len(self._ready), max(1, self._in_flight // 8))

    def _take(self, room: int) -> list[QueuedJob]:
        return [self._ready.popleft() for _ in range(min(room, len(self._ready)))]

    async def _claim(self, batch: list[QueuedJob]) -> list[QueuedJob]:
        pause = FIRST_RETRY
        while True:
            try:
                return await self._jobs.claim(batch, self._clock.now())
            except Exception as error:
                self._on_trouble(error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LAST_RETRY)

    async def _call(self, job: QueuedJob) -> None:
        try:
            result = await self.sender.send(job)
        except Exception as error:
            # A sender's own fault: whether the body left is not known.
            self._on_trouble(error)
            result = Result("cut", "sender_failed")
        if result.outcome == "later" and result.retry_after:
            self._pause(result.retry_after)
        self._ended.append(Ended(job, result, after(job, result), self._clock.now()))
        self._unstored += 1
        self._done.set()

    def _call_ended(self, call: asyncio.Task[None]) -> None:
        self._calls.discard(call)
        self._work.set()

    async def _recorder(self) -> None:
        pause = FIRST_RETRY
        loop = asyncio.get_running_loop()
        while True:
            await self._done.wait()
            self._done.clear()
            ended, self._ended = self._ended, []
            began = loop.time()
            try:
                await self._jobs.record(ended)
            except asyncio.CancelledError:
                self._ended = ended + self._ended
                raise
            except Exception as error:
                self._on_trouble(error)
                self._ended = ended + self._ended
                self._done.set()
                await asyncio.sleep(pause)
                pause = min(pause * 2, LAST_RETRY)
                continue
            pause = FIRST_RETRY
            self._unstored -= len(ended)
            self._settle(ended)
            self._work.set()
            # The first result is stored at once; under load many share a transaction.
            await asyncio.sleep(min(3 * (loop.time() - began), LONGEST_WAIT))

    def _settle(self, ended: list[Ended]) -> None:
        for each in ended:
            if each.next.state == "queued":
                self._later(each.job, each.next.wait)
            else:
                self._held.discard(each.job.id)
        self._on_ended(ended)

    def _later(self, job: QueuedJob, wait: dt.timedelta) -> None:
        loop = asyncio.get_running_loop()
        handle: asyncio.TimerHandle

        def again() -> None:
            self._timers.discard(handle)
            self._ready.append(job)
            self._work.set()

        handle = loop.call_later(wait.total_seconds(), again)
        self._timers.add(handle)

    def _pause(self, seconds: float) -> None:
        """The provider asked everyone to wait, not only this job."""
        until = asyncio.get_running_loop().time() + min(seconds, 60.0)
        self._paused_until = max(self._paused_until, until)

    async def _wait_out_pause(self) -> None:
        left = self._paused_until - asyncio.get_running_loop().time()
        if left > 0:
            await asyncio.sleep(left)
