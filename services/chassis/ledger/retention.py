"""Stored answers are kept until their incident closed, and thirty days more."""

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable

from schemas import accountability, incident
from schemas.events import Event
from schemas.identifiers import SchoolId
from schemas.registry import event_type
from services.chassis.clock import Clock
from services.chassis.database import Pool, in_school
from services.chassis.ledger import tables
from services.chassis.logs import log

KEPT = dt.timedelta(days=30)
DAILY = dt.timedelta(days=1)

ENDINGS: tuple[type[Event], ...] = (incident.Closed, incident.DrillStopped, accountability.Ended)
"""After one of these an incident is over in the log of the event's owner."""


def endings_of(owner: str) -> list[str]:
    """Types of this owner's events that end an incident."""
    types = [event_type(struct) for struct in ENDINGS]
    return [kind for kind in types if kind.partition(".")[0] == owner]


class Retention:
    """Forgets old answers at start and once a day by the clock. schools: those to look at, none
    while this instance stands by."""

    def __init__(
        self,
        *,
        owner: str,
        pool: Pool,
        clock: Clock,
        schools: Callable[[], Iterable[SchoolId]],
        every: float,
    ) -> None:
        self._owner = owner
        self._endings = endings_of(owner)
        self._pool = pool
        self._clock = clock
        self._schools = schools
        self._every = every
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look every `every` seconds whether a day has passed."""
        self._task = asyncio.create_task(self._run(), name=f"{self._owner} retention")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def forget(self) -> int:
        """Delete what is past its time at every school; returns how many answers."""
        before = self._clock.now() - KEPT
        count = 0
        for school in list(self._schools()):
            async with in_school(self._pool, school) as connection:
                count += await tables.forget_ops(
                    connection, school, before=before, endings=self._endings
                )
        return count

    async def _run(self) -> None:
        due = self._clock.now()
        while True:
            now = self._clock.now()
            if now >= due and any(True for _ in self._schools()):
                try:
                    count = await self.forget()
                except Exception as error:
                    # Tried again at the next look; the daily work must outlive a restart of
                    # the database.
                    log.warning("forget_failed", owner=self._owner, error_type=type(error).__name__)
                else:
                    log.info("answers_forgotten", owner=self._owner, count=count)
                    due = now + DAILY
            await asyncio.sleep(self._every)
