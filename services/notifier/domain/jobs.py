"""One message to one person on one channel, and what becomes of it."""

import datetime as dt
import uuid
import zlib
from typing import Literal

import msgspec

from schemas.identifiers import EventId, IncidentId, PersonId, SchoolId
from schemas.notifier import AudienceKind, Channel, JobState, MessageText
from schemas.vocabulary import IncidentMode, Language

Lane = Literal["live", "practice"]
"""Live messages have queues, senders and credentials of their own."""

CHANNELS: tuple[Channel, ...] = ("email", "sms", "service")
LANES: tuple[Lane, ...] = ("live", "practice")

MAX_ATTEMPTS = 8
FIRST_PAUSE = dt.timedelta(seconds=0.5)
LONGEST_PAUSE = dt.timedelta(seconds=60)
LONGEST_ASKED = dt.timedelta(minutes=15)

_NAMESPACE = uuid.UUID("0f4d1b3e-7a55-5d8e-9c61-3b7f2b0c9a44")


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What a cause says on every channel, by language. emergency: needs no consent."""

    cause: EventId
    audience: AudienceKind
    emergency: bool
    texts: tuple[MessageText, ...]

    def text(self, language: Language) -> MessageText:
        """The text in this language; English when it has none."""
        by_language = {text.language: text for text in self.texts}
        return by_language.get(language) or by_language["en"]


class QueuedJob(msgspec.Struct, frozen=True, kw_only=True):
    """All that a sender needs; never leaves the notifier. tried: calls made so far."""

    id: str
    school: SchoolId
    incident: IncidentId
    mode: IncidentMode
    cause: EventId
    person: PersonId
    channel: Channel
    address: str
    language: Language
    subject: str
    body: str
    emergency: bool
    tried: int = 0


class Result(msgspec.Struct, frozen=True):
    """What a sender learnt from one call.

    outcome: accepted; refused (for good); later (temporary); cut (it ended after the body had
    left, so the provider may have it). retry_after: seconds the provider asked for.
    """

    outcome: Literal["accepted", "refused", "later", "cut"]
    code: str = ""
    retry_after: float | None = None


class Next(msgspec.Struct, frozen=True):
    """The job's next state. wait: before a job that is queued again is tried."""

    state: JobState
    wait: dt.timedelta = dt.timedelta(0)


def lane_of(mode: IncidentMode) -> Lane:
    """Which queue, sender and credentials a mode uses."""
    return "live" if mode == "live" else "practice"


def job_id(cause: EventId, person: PersonId, channel: Channel) -> str:
    """The job's id: the same event, person and channel is the same job, for ever."""
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join((cause, person, channel))))


def after(job: QueuedJob, result: Result) -> Next:
    """What a call's result makes of the job. job.tried counts this call."""
    match result.outcome:
        case "accepted":
            return Next("accepted")
        case "refused":
            return Next("failed")
        case "later":
            if job.tried >= MAX_ATTEMPTS:
                return Next("failed")
            return Next("queued", pause(job, result.retry_after))
        case "cut":
            if repeats(job.channel) and job.tried < MAX_ATTEMPTS:
                return Next("queued", pause(job, result.retry_after))
            return Next("unknown")


def repeats(channel: Channel) -> bool:
    """Whether a message whose call was cut is sent again by itself.

    A mail carries the job's Message-ID, so that a second copy is one message to the reader; a
    second text rings a second time, in a Lockdown perhaps in a silent room.
    """
    return channel == "email"


def pause(job: QueuedJob, retry_after: float | None) -> dt.timedelta:
    """How long until the next try: doubling, spread over the jobs, never sooner than asked."""
    doubled: dt.timedelta = min(FIRST_PAUSE * 2.0 ** max(0, job.tried - 1), LONGEST_PAUSE)
    spread = doubled * (0.75 + (zlib.crc32(job.id.encode()) % 512) / 1024)
    asked = min(dt.timedelta(seconds=retry_after or 0), LONGEST_ASKED)
    return max(spread, asked)
