"""The ledger of jobs in memory; passes the same contract as the one on PostgreSQL."""

import datetime as dt
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from schemas.identifiers import EventId, SchoolId
from schemas.notifier import AudienceKind, Channel, Delivery, JobState
from services.notifier.domain.jobs import MAX_ATTEMPTS, QueuedJob, repeats
from services.notifier.ports import Ended


class FakeJobs:
    """Fulfils ports.Jobs for one process. crash(): as if another process took over."""

    def __init__(self) -> None:
        self.states: dict[str, JobState] = {}
        self.attempts: list[tuple[str, int, str]] = []
        self.down = False
        self._jobs: dict[str, QueuedJob] = {}
        self._made: dict[str, dt.datetime] = {}
        self._mine: set[str] = set()

    def put(self, jobs: Iterable[QueuedJob], now: dt.datetime) -> None:
        for job in jobs:
            if job.id not in self._jobs:
                self._jobs[job.id] = replace(job, tried=0)
                self.states[job.id] = "queued"
                self._made[job.id] = now

    def crash(self) -> None:
        self._mine.clear()

    async def claim(self, jobs: Sequence[QueuedJob], now: dt.datetime) -> list[QueuedJob]:
        self._answer()
        claimed = []
        for job in jobs:
            if self.states[job.id] == "queued":
                self._set(job.id, "sending")
                self._mine.add(job.id)
                known = self._jobs[job.id] = replace(
                    self._jobs[job.id], tried=self._jobs[job.id].tried + 1
                )
                claimed.append(replace(job, tried=known.tried))
        return claimed

    async def record(self, ended: Sequence[Ended]) -> None:
        self._answer()
        for each in ended:
            known = self._jobs[each.job.id]
            if self.states[each.job.id] == "sending" and known.tried == each.job.tried:
                self._set(each.job.id, each.next.state)
                self.attempts.append((each.job.id, each.job.tried, each.result.code))

    async def end_old(self, school: SchoolId, now: dt.datetime, before: dt.datetime) -> int:
        old = [
            job.id
            for job in self._of(school, "queued")
            if job.tried == 0 and self._made[job.id] < before
        ]
        for job_id in old:
            self._set(job_id, "failed")
        return len(old)

    async def recover(self, school: SchoolId, now: dt.datetime) -> list[QueuedJob]:
        for job in self._of(school, "sending"):
            if job.id not in self._mine:
                again = repeats(job.channel) and job.tried < MAX_ATTEMPTS
                self._set(job.id, "queued" if again else "unknown")
                self.attempts.append((job.id, job.tried, "interrupted"))
        return self._of(school, "queued")

    async def deliveries(self, school: SchoolId, causes: Sequence[EventId]) -> tuple[Delivery, ...]:
        channels: tuple[Channel, ...] = ("email", "service", "sms")
        audience: AudienceKind = "parents"
        found = []
        for cause in causes:
            for channel in channels:
                mine = [
                    job
                    for job in self._jobs.values()
                    if (job.school, job.cause, job.channel) == (school, cause, channel)
                ]
                counts: dict[JobState, int] = {}
                for job in mine:
                    counts[self.states[job.id]] = counts.get(self.states[job.id], 0) + 1
                if mine:
                    found.append(
                        Delivery(
                            cause=cause,
                            audience=audience,
                            channel=channel,
                            counts=counts,
                            attempts=sum(job.tried for job in mine),
                        )
                    )
        return tuple(found)

    async def not_reached(self, school: SchoolId, causes: Sequence[EventId]) -> tuple[str, ...]:
        people: dict[tuple[str, str], list[JobState]] = {}
        for job in self._jobs.values():
            if job.school == school and job.cause in causes:
                people.setdefault((job.cause, job.person), []).append(self.states[job.id])
        lost = {
            person
            for (_cause, person), states in people.items()
            if all(state in ("failed", "unknown") for state in states)
        }
        return tuple(sorted(lost))

    def _of(self, school: SchoolId, state: JobState) -> list[QueuedJob]:
        return [
            job
            for job in self._jobs.values()
            if job.school == school and self.states[job.id] == state
        ]

    def _set(self, job_id: str, state: JobState) -> None:
        self.states[job_id] = state

    def _answer(self) -> None:
        if self.down:
            raise ConnectionError
