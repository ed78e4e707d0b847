"""One (owner, school): applies what arrives, fetches what is missing, retries what fails."""

import asyncio
from collections.abc import Collection

from schemas.identifiers import SchoolId
from services.chassis.commands.problems import Unavailable
from services.chassis.follower.ports import CannotHandle, OwnerClient, Sink
from services.chassis.follower.reading import Read, pairs, read, runs
from services.chassis.follower.window import Window
from services.chassis.logs import log, where

PAGE = 500
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 2.0
SAID_AGAIN = 60.0
# What a bug raises on the same event again and again; a server that is away raises other things.
BUGS = (TypeError, ValueError, LookupError, ArithmeticError, AttributeError, AssertionError)
TRIES = 3


def longer(pause: float, error: Exception) -> float:
    """Seconds until the next try but one. Who says how long to wait is asked ever less often."""
    asked = error.retry_after if isinstance(error, Unavailable) else 0.0
    return min(2 * pause, max(LONGEST_PAUSE, asked))


class Lane:
    """Its work is a task only while there is something to do."""

    def __init__(
        self,
        *,
        owner: str,
        school: SchoolId,
        client: OwnerClient,
        sink: Sink,
        types: Collection[str] | None,
        from_state: bool,
    ) -> None:
        self._owner = owner
        self._school = school
        self._client = client
        self._sink = sink
        self._types = types
        self._window = Window()
        self._lineage = ""
        self._to_load = True
        self._to_rebuild = from_state
        self._tried = (0, 0)
        self._said: tuple[str, float] | None = None
        self._task: asyncio.Task[None] | None = None
        self._moved = asyncio.Event()

    @property
    def position(self) -> int | None:
        """The pos of the last event applied; None until it was loaded."""
        return None if self._to_load or self._to_rebuild else self._window.position

    def hear(self, pos: int, wire: bytes) -> None:
        """An event of the now lane."""
        self._window.offer(pos, wire)
        self._wake()

    def learn(self, head: int, lineage: str, position_when_asked: int | None) -> None:
        """What the owner's heads say. An answer may be older than an event heard meanwhile,
        so only a head below where we were when we asked means that the log was restored."""
        restored = position_when_asked is not None and head < position_when_asked
        if restored or (self._lineage and lineage != self._lineage):
            self._to_rebuild = True
        if not self._to_rebuild:
            self._lineage = lineage
        self._window.head = max(self._window.head, head)
        self._wake()

    async def reach(self, pos: int) -> None:
        """Wait until the event at pos was applied (or put aside)."""
        self._wake()
        while self.position is None or self.position < pos:
            self._moved.clear()
            await self._moved.wait()

    async def stop(self) -> None:
        """End; an effect that is being committed is committed or not, with its position."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _wake(self) -> None:
        if self._has_work and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._work())

    @property
    def _has_work(self) -> bool:
        return self._to_load or self._to_rebuild or self._window.behind

    async def _work(self) -> None:
        pause = FIRST_PAUSE
        while self._has_work:
            # Looking where we are is how every retry begins: it is no success yet.
            looking = self._to_load and not self._to_rebuild
            try:
                await self._step()
                if not looking:
                    pause, self._said = FIRST_PAUSE, None
            except Exception as error:
                self._say_failed(error)
                # What raised may have been committed: where we are is only known by looking.
                self._to_load = True
                await asyncio.sleep(pause)
                pause = longer(pause, error)
            self._moved.set()

    async def _step(self) -> None:
        if self._to_rebuild:
            await self._rebuild()
        elif self._to_load:
            self._window.moved(await self._sink.position(self._owner, self._school))
            self._to_load = False
        else:
            await self._apply(self._window.run() or await self._fetch())

    async def _rebuild(self) -> None:
        reply = await self._client.state(self._school)
        await self._sink.rebuild(self._owner, self._school, reply)
        self._window.reset(reply.pos)
        self._lineage = reply.lineage
        self._to_load = self._to_rebuild = False
        log.info("rebuilt", owner=self._owner, school=self._school, pos=reply.pos)

    async def _fetch(self) -> list[bytes]:
        position = self._window.position
        page = await self._client.events(self._school, position, PAGE)
        if page.head < position or (self._lineage and page.lineage != self._lineage):
            self._to_rebuild = True
            return []
        self._lineage = page.lineage
        if not page.events:
            self._window.shrink(page.head)
        return [bytes(wire) for wire in page.events]

    async def _apply(self, wires: list[bytes]) -> None:
        events = read(
            wires,
            owner=self._owner,
            school=self._school,
            after=self._window.position,
            types=self._types,
        )
        for fate, group in runs(events):
            match fate:
                case "deliver":
                    await self._deliver(group)
                case "skip":
                    await self._sink.skip(self._owner, self._school, group[-1].pos)
                    self._window.moved(group[-1].pos)
                case "put_aside":
                    for event in group:
                        await self._put_aside(event, event.reason)

    async def _deliver(self, group: list[Read]) -> None:
        try:
            await self._sink.apply(self._owner, self._school, pairs(group))
        except Exception as error:
            reason = self._poison(error, group)
            if reason is None:
                raise
            if len(group) == 1:
                await self._put_aside(group[0], reason)
            else:
                await self._deliver_singly(group)
            return
        self._window.moved(group[-1].pos)

    async def _deliver_singly(self, group: list[Read]) -> None:
        """One at a time shows which one it is; a sink of single acts kept those before it."""
        kept = await self._sink.position(self._owner, self._school)
        for event in group:
            if event.pos > kept:
                await self._deliver([event])

    def _poison(self, error: Exception, group: list[Read]) -> str | None:
        """Why one of these can never be handled; None while trying again may help."""
        if isinstance(error, CannotHandle):
            return error.reason
        if not isinstance(error, BUGS) and not isinstance(error.__cause__, BUGS):
            return None
        if len(group) == 1:
            pos, times = self._tried
            self._tried = (group[0].pos, times + 1 if pos == group[0].pos else 1)
            if self._tried[1] < TRIES:
                return None
        return "handler_failed"

    async def _put_aside(self, event: Read, reason: str) -> None:
        await self._sink.dead_letter(self._owner, self._school, event.wire, event.pos, reason)
        self._window.moved(event.pos)
        log.error(
            "dead_lettered", owner=self._owner, school=self._school, pos=event.pos, code=reason
        )

    def _say_failed(self, error: Exception) -> None:
        code = error.code if isinstance(error, Unavailable) else "failed"
        now = asyncio.get_running_loop().time()
        if self._said is not None and self._said[0] == code and now < self._said[1] + SAID_AGAIN:
            return
        self._said = (code, now)
        log.warning(
            "lane_waits",
            owner=self._owner,
            school=self._school,
            pos=self._window.position,
            code=code,
            error_type=type(error).__name__,
            where=where(error),
        )
