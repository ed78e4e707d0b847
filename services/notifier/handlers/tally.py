"""How each alert stands, told at most every few seconds and once at its end."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from schemas.identifiers import EventId, IncidentId, SchoolId
from schemas.notifier import DeliveryCounted
from schemas.vocabulary import IncidentMode
from services.notifier.ports import Ended, Jobs


class Cause(msgspec.Struct, frozen=True):
    """What is counted together."""

    school: SchoolId
    incident: IncidentId
    mode: IncidentMode
    cause: EventId


Tell = Callable[[Cause, str, DeliveryCounted], Awaitable[object]]


class Tally:
    """every: seconds between two counts of what changed."""

    def __init__(
        self,
        *,
        jobs: Jobs,
        every: float = 3.0,
        on_trouble: Callable[[Exception], None] = lambda _error: None,
    ) -> None:
        self._jobs = jobs
        self._every = every
        self._on_trouble = on_trouble
        self._changed: set[Cause] = set()
        self._task: asyncio.Task[None] | None = None

    def ended(self, ended: Sequence[Ended]) -> None:
        """Remember what has to be counted."""
        for each in ended:
            job = each.job
            self._changed.add(Cause(job.school, job.incident, job.mode, job.cause))

    def start(self, tell: Tell) -> None:
        """tell: appends the event under an op_id; the same counts are the same op."""
        self._task = asyncio.create_task(self._run(tell))

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, tell: Tell) -> None:
        while True:
            await asyncio.sleep(self._every)
            changed, self._changed = self._changed, set()
            for cause in changed:
                try:
                    await self._count(cause, tell)
                except Exception as error:
                    self._on_trouble(error)
                    self._changed.add(cause)

    async def _count(self, cause: Cause, tell: Tell) -> None:
        deliveries = await self._jobs.deliveries(cause.school, [cause.cause])
        counted = DeliveryCounted(deliveries=deliveries)
        digest = hashlib.sha256(cause.cause.encode() + msgspec.json.encode(counted)).hexdigest()
        await tell(cause, f"tally-{digest[:32]}", counted)
