"""The durable lane: every event once on stream LOG, in pos order, one at a time."""

import asyncio
from contextlib import suppress
from typing import Protocol

import nats
from nats.js import JetStreamContext
from nats.js.api import RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from schemas.envelope import Envelope, decode
from schemas.identifiers import SchoolId
from schemas.registry import subject
from schemas.replies import EventPage, Heads
from services.chassis.lanes.bus import Bus
from services.chassis.lanes.positions import RelayPositions
from services.chassis.logs import log as lines
from services.chassis.logs import where

STREAM = "LOG"
# A request to a server that is going away only ends at its time-out: never wait longer.
SLICE = 1.0
IDLE = 1.0
PAUSE = 0.2
PAGE = 200
DEDUPE_SECONDS = 120.0


class OwnLog(Protocol):
    """What is relayed: the ledger."""

    @property
    def active(self) -> bool: ...

    def heads(self) -> Heads: ...

    async def events(self, school: SchoolId, after: int, limit: int) -> EventPage: ...


class LogRelay:
    """Follows one owner's log onto the stream.

    The stream itself is asked where it stands at the start and after each failure, so that an
    acknowledgement lost for longer than the server's window of duplicates repeats nothing.
    """

    def __init__(self, *, owner: str, bus: Bus, positions: RelayPositions) -> None:
        self._owner = owner
        self._bus = bus
        self._positions = positions
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._sent: dict[SchoolId, int] = {}
        self._stream_known = False

    def start(self, log: OwnLog) -> None:
        """Begin in the background."""
        self._bus.on_reconnect(self.wake)
        self._task = asyncio.create_task(self._run(log))

    def wake(self) -> None:
        """There may be something new."""
        self._woken.set()

    async def stop(self) -> None:
        """End; the acknowledgement of an event on its way is found in the stream later."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self, log: OwnLog) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), IDLE)
            self._woken.clear()
            stream = self._bus.jetstream(SLICE)
            if stream is None or not log.active:
                self._forget()
                continue
            try:
                await self._drain(log, stream)
            except Exception as error:
                lines.warning("relay_paused", error_type=type(error).__name__, where=where(error))
                self._forget()
                await asyncio.sleep(PAUSE)
                self._woken.set()

    def _forget(self) -> None:
        self._sent.clear()
        self._stream_known = False

    async def _drain(self, log: OwnLog, stream: JetStreamContext) -> None:
        if not self._stream_known:
            await ensure_stream(stream)
            self._stream_known = True
        for school, head in log.heads().heads.items():
            if school not in self._sent:
                self._sent[school] = await self._resume(log, stream, school)
            while self._sent[school] < head:
                await self._relay_page(log, stream, school)

    async def _relay_page(self, log: OwnLog, stream: JetStreamContext, school: SchoolId) -> None:
        page = await log.events(school, self._sent[school], PAGE)
        for wire in page.events:
            event = decode(bytes(wire))
            await _publish(stream, event, bytes(wire))
            self._sent[school] = event.pos
        if not page.events:
            raise LookupError("the log is shorter than its head")
        await self._positions.write(school, self._sent[school])

    async def _resume(self, log: OwnLog, stream: JetStreamContext, school: SchoolId) -> int:
        """The pos after which to go on."""
        last = await self._last_in_stream(stream, school)
        if last is None:
            return 0
        page = await log.events(school, last.pos - 1, 1)
        ours = decode(bytes(page.events[0])) if page.events else None
        if ours is not None and ours.id == last.id:
            return last.pos
        # The stream's end is of another lineage: what we relayed ourselves is what counts.
        return min(await self._positions.read(school), page.head)

    async def _last_in_stream(self, stream: JetStreamContext, school: SchoolId) -> Envelope | None:
        try:
            found = await stream.get_last_msg(STREAM, f"log.*.{school}.{self._owner}.>")
        except NotFoundError:
            return None
        return decode(found.data or b"")


async def _publish(stream: JetStreamContext, event: Envelope, wire: bytes) -> None:
    try:
        await stream.publish(
            subject("log", event),
            wire,
            timeout=SLICE,
            stream=STREAM,
            headers={"Nats-Msg-Id": event.id},
        )
    except nats.errors.MaxPayloadError:
        lines.error(action="event_too_large", school=event.school, pos=event.pos, event=event.id)


async def ensure_stream(stream: JetStreamContext) -> None:
    """Make stream LOG unless it is there: on disk, without limits by age or number."""
    try:
        await stream.stream_info(STREAM)
    except NotFoundError:
        await stream.add_stream(
            StreamConfig(
                name=STREAM,
                subjects=["log.>"],
                retention=RetentionPolicy.LIMITS,
                storage=StorageType.FILE,
                duplicate_window=DEDUPE_SECONDS,
            )
        )
