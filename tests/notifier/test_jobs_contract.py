"""The ledger of jobs: the same cases on PostgreSQL and on the fake."""

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass

import pytest

from schemas.identifiers import EventId
from schemas.notifier import MessageText
from services.chassis.database import in_school, open_pool
from services.notifier.domain.jobs import (
    MAX_ATTEMPTS,
    Message,
    QueuedJob,
    Result,
    after,
)
from services.notifier.domain.plans import Plan
from services.notifier.ports import Ended, Jobs
from services.notifier.store.jobs import JobStore, insert_plan
from tests.chassis_fixtures import Databases
from tests.fakes.jobs import FakeJobs
from tests.notifier.samples import NOW, SCHOOL, queued_job


@dataclass
class Bench:
    """put: stores jobs as queued. crash: another process takes over; returns its view."""

    jobs: Jobs
    put: Callable[[Iterable[QueuedJob]], Awaitable[None]]
    crash: Callable[[], Jobs]


def _fake() -> Bench:
    jobs = FakeJobs()

    async def put(given: Iterable[QueuedJob]) -> None:
        jobs.put(given, NOW)

    def crash() -> Jobs:
        jobs.crash()
        return jobs

    return Bench(jobs, put, crash)


@pytest.fixture(params=["postgres", "fake"])
async def bench(request: pytest.FixtureRequest, database: Databases) -> AsyncIterator[Bench]:
    if request.param == "fake":
        yield _fake()
        return
    pool = await open_pool((await database("notifier")).url("notifier"), service="notifier")

    async def put(given: Iterable[QueuedJob]) -> None:
        jobs = tuple(given)
        text = MessageText(
            language="en",
            subject=jobs[0].subject,
            body=jobs[0].body,
            segments=1,
            encoding="gsm7",
        )
        message = Message(cause=jobs[0].cause, audience="parents", emergency=False, texts=(text,))
        async with in_school(pool, SCHOOL) as connection:
            await insert_plan(connection, SCHOOL, Plan(message=message, jobs=jobs), NOW)

    yield Bench(JobStore(pool), put, lambda: JobStore(pool))
    await pool.close()


def ended(job: QueuedJob, result: Result) -> Ended:
    return Ended(job, result, after(job, result), NOW)


async def counts(jobs: Jobs) -> dict[str, int]:
    found: dict[str, int] = {}
    for delivery in await jobs.deliveries(SCHOOL, [EventId("e")]):
        for state, count in delivery.counts.items():
            found[state] = found.get(state, 0) + count
    return found


async def test_a_job_exists_once(bench: Bench) -> None:
    """The same event, person and channel is never a second job."""
    await bench.put([queued_job("sms"), queued_job("email")])
    await bench.put([queued_job("sms")])
    assert await counts(bench.jobs) == {"queued": 2}


async def test_a_job_is_claimed_once(bench: Bench) -> None:
    """Two queues that hold the same job make one call."""
    await bench.put([queued_job("sms")])
    first = await bench.jobs.claim([queued_job("sms")], NOW)
    assert [job.tried for job in first] == [1]
    assert await bench.jobs.claim([queued_job("sms")], NOW) == []
    assert await counts(bench.jobs) == {"sending": 1}


async def test_results_are_recorded_once(bench: Bench) -> None:
    """A result that is recorded again, or too late, changes nothing."""
    await bench.put([queued_job("sms")])
    job = (await bench.jobs.claim([queued_job("sms")], NOW))[0]
    await bench.jobs.record([ended(job, Result("later", "http_429"))])
    assert await counts(bench.jobs) == {"queued": 1}
    again = (await bench.jobs.claim([job], NOW))[0]
    assert again.tried == 2
    await bench.jobs.record([ended(job, Result("refused", "http_400"))])
    assert await counts(bench.jobs) == {"sending": 1}
    await bench.jobs.record([ended(again, Result("accepted", "http_202"))])
    assert await counts(bench.jobs) == {"accepted": 1}
    assert (await bench.jobs.deliveries(SCHOOL, [EventId("e")]))[0].attempts == 2


async def test_a_crash_leaves_what_was_in_flight_unknown(bench: Bench) -> None:
    """Texts in flight are unknown and stay so; mails go again; the queued go on; own calls too."""
    await bench.put(
        [queued_job(channel, person=person) for channel in ("sms", "email") for person in "ab"]
    )
    await bench.jobs.claim([queued_job("sms", person="a"), queued_job("email", person="a")], NOW)
    assert len(await bench.jobs.recover(SCHOOL, NOW)) == 2
    assert await counts(bench.jobs) == {"sending": 2, "queued": 2}
    successor = bench.crash()
    queued = await successor.recover(SCHOOL, NOW)
    assert {(job.channel, job.person, job.tried) for job in queued} == {
        ("sms", "b", 0),
        ("email", "a", 1),
        ("email", "b", 0),
    }
    assert {job.body for job in queued} == {queued_job("sms").body}
    assert await counts(successor) == {"unknown": 1, "queued": 3}
    assert await successor.not_reached(SCHOOL, [EventId("e")]) == ()


async def test_what_waited_too_long_is_for_a_person(bench: Bench) -> None:
    """A restart after an hour does not send an hour-old alert; one that was tried goes on."""
    await bench.put([queued_job("sms", person="a"), queued_job("sms", person="b")])
    job = (await bench.jobs.claim([queued_job("sms", person="b")], NOW))[0]
    await bench.jobs.record([ended(job, Result("later"))])
    assert await bench.jobs.end_old(SCHOOL, NOW, NOW) == 0
    later = NOW + dt.timedelta(hours=1)
    assert await bench.jobs.end_old(SCHOOL, later, later - dt.timedelta(minutes=10)) == 1
    assert await counts(bench.jobs) == {"failed": 1, "queued": 1}


async def test_not_reached_means_no_channel_is_left(bench: Bench) -> None:
    """One accepted or waiting channel is enough; all failed or unknown is shown by name."""
    await bench.put(
        [queued_job(channel, person=person) for channel in ("sms", "email") for person in "abc"]
    )
    claimed = await bench.jobs.claim(
        [queued_job(channel, person=person) for channel in ("sms", "email") for person in "ab"],
        NOW,
    )
    await bench.jobs.record(
        [
            ended(
                job,
                Result("accepted" if (job.person, job.channel) == ("b", "email") else "refused"),
            )
            for job in claimed
        ]
    )
    assert await bench.jobs.not_reached(SCHOOL, [EventId("e")]) == ("a",)


async def test_tries_end(bench: Bench) -> None:
    """A job is tried eight times and no more."""
    await bench.put([queued_job("sms")])
    for _ in range(MAX_ATTEMPTS):
        job = (await bench.jobs.claim([queued_job("sms")], NOW))[0]
        await bench.jobs.record([ended(job, Result("later"))])
    assert await counts(bench.jobs) == {"failed": 1}
