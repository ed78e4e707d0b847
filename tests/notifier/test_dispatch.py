"""One queue: many calls in flight, every job ended, a crash that misses nobody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from schemas.notifier import Channel, JobState
from services.chassis.clock import SystemClock
from services.notifier.domain.jobs import QueuedJob, Result
from services.notifier.handlers.dispatch import Dispatcher
from services.notifier.handlers.lanes import Queues
from services.notifier.handlers.recovery import Recovery
from tests.fakes.jobs import FakeJobs
from tests.fakes.sender import FakeSender
from tests.notifier.samples import NOW, SCHOOL, queued_job
from tests.notifier.waiting import eventually


def many(count: int, channel: Channel = "sms") -> list[QueuedJob]:
    return [queued_job(channel, person=f"p{number}") for number in range(count)]


@asynccontextmanager
async def dispatching(
    sender: FakeSender, jobs: FakeJobs, in_flight: int = 8
) -> AsyncIterator[Dispatcher]:
    dispatcher = Dispatcher(sender=sender, jobs=jobs, clock=SystemClock(), in_flight=in_flight)
    dispatcher.start()
    yield dispatcher
    await dispatcher.stop(grace=0.05)


def count(jobs: FakeJobs, state: JobState) -> int:
    return list(jobs.states.values()).count(state)


async def test_calls_are_bounded_and_all_end() -> None:
    """Never more calls than allowed, and none forgotten."""
    sender, jobs = FakeSender(), FakeJobs()
    jobs.put(many(100), NOW)
    async with dispatching(sender, jobs) as dispatcher:
        dispatcher.offer(many(100))
        await eventually(lambda: count(jobs, "accepted") == 100, "all accepted")
        assert sender.most_in_flight == 8
        assert dispatcher.waiting == 0
    assert len(sender.sent) == 100


async def test_a_job_offered_again_is_sent_once() -> None:
    """The sweep that repairs lost jobs cannot double one that is on its way."""
    sender, jobs = FakeSender(), FakeJobs()
    jobs.put(many(3), NOW)
    async with dispatching(sender, jobs) as dispatcher:
        sender.hold()
        dispatcher.offer(many(3))
        await eventually(lambda: len(sender.sent) == 3, "three calls")
        dispatcher.offer(many(3))
        sender.let_go()
        await eventually(lambda: count(jobs, "accepted") == 3, "all accepted")
        dispatcher.offer(many(3))
        await eventually(lambda: dispatcher.waiting == 0, "nothing waits")
    assert len(sender.sent) == 3


async def test_temporary_failures_come_back() -> None:
    """A failed call is tried again after a pause, with its attempts counted."""
    sender, jobs = FakeSender(), FakeJobs()
    sender.answers = [Result("later", "http_500"), Result("later", "http_500")]
    jobs.put(many(1), NOW)
    async with dispatching(sender, jobs) as dispatcher:
        dispatcher.offer(many(1))
        await eventually(lambda: count(jobs, "accepted") == 1, "accepted at the third try")
    assert [tried for _id, tried, _code in jobs.attempts] == [1, 2, 3]


async def test_retry_after_holds_the_whole_queue() -> None:
    """A provider that asks to wait is left alone by every job of the queue."""
    sender, jobs = FakeSender(), FakeJobs()
    sender.answers = [Result("later", "http_429", 0.4)]
    jobs.put(many(3), NOW)
    async with dispatching(sender, jobs, in_flight=1) as dispatcher:
        began = SystemClock().now()
        dispatcher.offer(many(3))
        await eventually(lambda: count(jobs, "accepted") == 3, "all accepted")
        waited = (SystemClock().now() - began).total_seconds()
    assert waited >= 0.4
    assert len(sender.sent) == 4


async def test_a_database_that_is_away_loses_nothing() -> None:
    """Claims and results wait for the database; no call is made without a claim."""
    sender, jobs = FakeSender(), FakeJobs()
    jobs.put(many(4), NOW)
    async with dispatching(sender, jobs) as dispatcher:
        jobs.down = True
        dispatcher.offer(many(2))
        await eventually(lambda: dispatcher.waiting == 2, "offered")
        assert not sender.sent
        jobs.down = False
        sender.hold()
        await eventually(lambda: len(sender.sent) == 2, "called")
        jobs.down = True
        sender.let_go()
        await eventually(lambda: sender.in_flight == 0, "answered")
        assert count(jobs, "sending") == 2
        jobs.down = False
        await eventually(lambda: count(jobs, "accepted") == 2, "recorded")


async def test_a_crash_in_the_middle_misses_nobody() -> None:
    """Killed with calls in flight: texts in flight are unknown, everyone else is told once."""
    sender, jobs = FakeSender(), FakeJobs()
    jobs.put(many(50), SystemClock().now())
    sender.hold()
    async with dispatching(sender, jobs) as dispatcher:
        dispatcher.offer(many(50))
        await eventually(lambda: sender.in_flight == 8, "eight in flight")
    jobs.crash()
    second = FakeSender()
    async with dispatching(second, jobs) as dispatcher:
        recovery = Recovery(
            jobs=jobs, queues=Queues([dispatcher]), clock=SystemClock(), schools=lambda: (SCHOOL,)
        )
        await recovery.sweep([SCHOOL])
        await eventually(lambda: count(jobs, "accepted") == 42, "everyone else")
    assert count(jobs, "unknown") == 8
    assert not set(sender.sent) & set(second.sent)
    assert len(set(sender.sent) | set(second.sent)) == 50


async def test_a_clean_stop_records_what_ended() -> None:
    """A restart for an upgrade leaves nothing unknown that had time to end."""
    sender, jobs = FakeSender(), FakeJobs()
    jobs.put(many(4), NOW)
    async with dispatching(sender, jobs) as dispatcher:
        sender.hold()
        dispatcher.offer(many(4))
        await eventually(lambda: sender.in_flight == 4, "in flight")
        sender.let_go()
    assert count(jobs, "accepted") == 4
