"""Watching one owner's heads: what the now lane lost shows here within one look."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from schemas.identifiers import SchoolId
from schemas.replies import Heads
from services.chassis.follower.lane import Lane
from services.chassis.follower.ports import OwnerClient
from services.chassis.logs import log

LOOK_TIMEOUT = 0.75
MISSES_UNTIL_STALE = 2


class OwnerWatch:
    """Asks for heads every `every` seconds and at each `wake`.

    stale: not heard yet, or missed twice in a row. changed: called when that becomes or stops
    being true.
    """

    def __init__(
        self,
        *,
        owner: str,
        client: OwnerClient,
        lanes: dict[SchoolId, Lane],
        lane: Callable[[str, SchoolId], Lane],
        every: float,
        changed: Callable[[], None],
    ) -> None:
        self.stale = True
        self._owner = owner
        self._client = client
        self._lanes = lanes
        self._lane = lane
        self._every = every
        self._changed = changed
        self._misses = 0
        self._woken = asyncio.Event()
        self._first: dict[SchoolId, int] | None = None
        self._caught_up = False
        self._task: asyncio.Task[None] | None = None

    @property
    def caught_up(self) -> bool:
        """Whether everything of the first heads was applied."""
        if not self._caught_up and self._first is not None:
            lanes = ((self._lanes[school].position, pos) for school, pos in self._first.items())
            self._caught_up = all(at is not None and at >= pos for at, pos in lanes)
        return self._caught_up

    def start(self) -> None:
        """Begin in the background."""
        self._task = asyncio.create_task(self._watch())

    def wake(self) -> None:
        """Look now: something may have been missed."""
        self._woken.set()

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> Heads:
        """Ask for heads and tell the lanes. Raises what the client raises, TimeoutError."""
        before = {school: lane.position for school, lane in self._lanes.items()}
        async with asyncio.timeout(LOOK_TIMEOUT):
            heads = await self._client.heads()
        gone = [school for school in before if school not in heads.heads]
        for school, head in [*heads.heads.items(), *((school, 0) for school in gone)]:
            self._lane(self._owner, school).learn(head, heads.lineage, before.get(school))
        if self._first is None:
            self._first = dict(heads.heads)
        return heads

    async def _watch(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:
                self._missed(error)
            else:
                self._misses = 0
                self._set_stale(False)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._every)
            self._woken.clear()

    def _missed(self, error: Exception) -> None:
        self._misses += 1
        if self._misses == MISSES_UNTIL_STALE:
            log.warning("owner_stale", owner=self._owner, error_type=type(error).__name__)
            self._set_stale(True)

    def _set_stale(self, stale: bool) -> None:
        if stale != self.stale:
            self.stale = stale
            self._changed()
