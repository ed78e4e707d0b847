"""Nobody is missed: what is stored as queued finds its way to a queue, at the start and after."""

import asyncio
from collections.abc import Callable, Iterable

from schemas.identifiers import SchoolId
from services.notifier.domain.alerts import TOO_OLD
from services.notifier.handlers.lanes import Queues
from services.notifier.ports import Clock, Jobs


class Recovery:
    """schools: those with a log; None while this instance does not own it.

    The first pass over a school also ends what waited too long while nobody sent.
    """

    def __init__(
        self,
        *,
        jobs: Jobs,
        queues: Queues,
        clock: Clock,
        schools: Callable[[], Iterable[SchoolId] | None],
        every: float = 5.0,
        on_trouble: Callable[[Exception], None] = lambda _error: None,
    ) -> None:
        self._jobs = jobs
        self._queues = queues
        self._clock = clock
        self._schools = schools
        self._every = every
        self._on_trouble = on_trouble
        self._recovered: set[SchoolId] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            schools = self._schools()
            if schools is None:
                # Another instance sends now: what it leaves in flight is recovered after it.
                self._recovered.clear()
            else:
                await self.sweep(list(schools))
            await asyncio.sleep(self._every if schools is not None else 0.1)

    async def sweep(self, schools: Iterable[SchoolId]) -> None:
        """One pass over the schools."""
        for school in schools:
            try:
                now = self._clock.now()
                if school not in self._recovered:
                    await self._jobs.end_old(school, now, now - TOO_OLD)
                    self._recovered.add(school)
                self._queues.offer(await self._jobs.recover(school, now))
            except Exception as error:
                self._on_trouble(error)
