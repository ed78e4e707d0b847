"""What the notifier needs from outside: tables, senders, the roster's contacts, the clock."""

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

import msgspec

from schemas.identifiers import EventId, SchoolId
from schemas.notifier import Channel, Delivery
from schemas.roster import Audience
from services.notifier.domain.audience import ServiceAddress
from services.notifier.domain.jobs import Lane, Next, QueuedJob, Result


class Clock(Protocol):
    def now(self) -> dt.datetime:
        """Aware, UTC."""
        ...


class Ended(msgspec.Struct, frozen=True):
    """One finished call. at: when it ended."""

    job: QueuedJob
    result: Result
    next: Next
    at: dt.datetime


class Jobs(Protocol):
    """The ledger of jobs: queued → sending → accepted | failed | unknown."""

    async def claim(self, jobs: Sequence[QueuedJob], now: dt.datetime) -> list[QueuedJob]:
        """Mark as sending what is still queued, before any call; returns those, one try up."""
        ...

    async def record(self, ended: Sequence[Ended]) -> None:
        """Store attempts and next states; the same call recorded twice counts once."""
        ...

    async def end_old(self, school: SchoolId, now: dt.datetime, before: dt.datetime) -> int:
        """Fail what was made before that time and never tried: a person decides, not a restart."""
        ...

    async def recover(self, school: SchoolId, now: dt.datetime) -> list[QueuedJob]:
        """What another process left in flight is unknown; returns everything that is queued.

        A mail whose call was cut is queued again, a text is not (see `repeats`).
        """
        ...

    async def deliveries(self, school: SchoolId, causes: Sequence[EventId]) -> tuple[Delivery, ...]:
        """Counts of jobs in each state, per cause and channel."""
        ...

    async def not_reached(self, school: SchoolId, causes: Sequence[EventId]) -> tuple[str, ...]:
        """People for whom every job of a cause has ended and none was accepted."""
        ...


class Sender(Protocol):
    """One channel's way out, of one lane. Refuses a job of another lane."""

    lane: Lane
    channel: Channel

    async def send(self, job: QueuedJob) -> Result:
        """One call to the provider; never raises but for cancellation."""
        ...


class Contacts(Protocol):
    """Where audiences come from when they are not in memory."""

    async def fetch(self, school: SchoolId) -> Audience:
        """The roster's answer. Raises when there is none."""
        ...


class Kept(Protocol):
    """The notifier's own copy of what a first alert needs."""

    async def audience(self, school: SchoolId) -> Audience | None: ...

    async def keep(self, audience: Audience) -> None: ...

    async def services(self, school: SchoolId) -> tuple[ServiceAddress, ...]: ...

    async def add_service(
        self, school: SchoolId, address: ServiceAddress, now: dt.datetime
    ) -> None: ...
