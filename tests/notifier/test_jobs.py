"""What a call's result makes of a job."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import EventId, PersonId
from schemas.notifier import Channel
from services.notifier.domain.jobs import (
    LONGEST_ASKED,
    MAX_ATTEMPTS,
    Next,
    QueuedJob,
    Result,
    after,
    job_id,
    lane_of,
)
from tests.notifier.samples import INCIDENT, SCHOOL


def job(channel: Channel = "sms", tried: int = 1, person: str = "p") -> QueuedJob:
    return QueuedJob(
        id=job_id(EventId("e"), PersonId(person), channel),
        school=SCHOOL,
        incident=INCIDENT,
        mode="live",
        cause=EventId("e"),
        person=PersonId(person),
        channel=channel,
        address="+12025550123",
        language="en",
        subject="s",
        body="b",
        emergency=True,
        tried=tried,
    )


def test_the_key_is_event_person_and_channel() -> None:
    """The same three are the same job for ever; any other is another job."""
    keys = {
        job_id(EventId(e), PersonId(p), c) for e in "ab" for p in "cd" for c in ("sms", "email")
    }
    assert len(keys) == 8
    assert job_id(EventId("a"), PersonId("c"), "sms") in keys


def test_results_end_or_repeat_a_job() -> None:
    """Taken and refused end it; a temporary failure repeats it, at most eight times."""
    assert after(job(), Result("accepted")) == Next("accepted")
    assert after(job(), Result("refused")) == Next("failed")
    assert after(job(), Result("later")).state == "queued"
    assert after(job(tried=MAX_ATTEMPTS), Result("later")) == Next("failed")


def test_a_cut_text_is_never_sent_again_by_itself() -> None:
    """A second text rings twice; a second mail carries the same Message-ID."""
    assert after(job("sms"), Result("cut")) == Next("unknown")
    assert after(job("service"), Result("cut")) == Next("unknown")
    assert after(job("email"), Result("cut")).state == "queued"
    assert after(job("email", tried=MAX_ATTEMPTS), Result("cut")) == Next("unknown")


@given(st.integers(1, MAX_ATTEMPTS - 1), st.floats(0, 10_000))
def test_the_provider_is_never_asked_sooner_than_it_said(tried: int, asked: float) -> None:
    """Retry-After is a floor, up to a quarter of an hour."""
    wait = after(job(tried=tried), Result("later", "429", asked)).wait
    assert wait >= min(dt.timedelta(seconds=asked), LONGEST_ASKED)
    assert wait <= LONGEST_ASKED


def test_practice_has_queues_of_its_own() -> None:
    """Drills and exercises share nothing with live messages."""
    assert [lane_of("live"), lane_of("drill"), lane_of("exercise")] == [
        "live",
        "practice",
        "practice",
    ]
