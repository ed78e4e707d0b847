"""Every queue of the notifier: live and practice apart, a queue a channel."""

from collections.abc import Iterable, Sequence

from schemas.notifier import Channel
from services.notifier.domain.jobs import Lane, QueuedJob, lane_of
from services.notifier.handlers.dispatch import Dispatcher


class Queues:
    """Sorts jobs to the dispatcher of their lane and channel."""

    def __init__(self, dispatchers: Sequence[Dispatcher]) -> None:
        self._by_key: dict[tuple[Lane, Channel], Dispatcher] = {
            (each.sender.lane, each.sender.channel): each for each in dispatchers
        }

    def offer(self, jobs: Iterable[QueuedJob]) -> None:
        sorted_jobs: dict[tuple[Lane, Channel], list[QueuedJob]] = {}
        for job in jobs:
            sorted_jobs.setdefault((lane_of(job.mode), job.channel), []).append(job)
        for key, found in sorted_jobs.items():
            self._by_key[key].offer(found)

    @property
    def waiting(self) -> int:
        return sum(each.waiting for each in self._by_key.values())

    def start(self) -> None:
        for each in self._by_key.values():
            each.start()

    async def stop(self) -> None:
        for each in self._by_key.values():
            await each.stop()
