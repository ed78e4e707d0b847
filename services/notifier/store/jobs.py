"""The ledger of jobs. Every statement works on a batch: 2,000 jobs are a few round trips."""

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Sequence

import asyncpg
import msgspec

from schemas.identifiers import EventId, IncidentId, PersonId, SchoolId
from schemas.notifier import Delivery, JobState, MessageText
from services.chassis.database import Connection, Pool, in_school
from services.notifier.domain.jobs import (
    CHANNELS,
    MAX_ATTEMPTS,
    Message,
    QueuedJob,
    Result,
    repeats,
)
from services.notifier.domain.plans import Plan
from services.notifier.ports import Ended


async def insert_plan(
    connection: Connection, school: SchoolId, plan: Plan, now: dt.datetime
) -> None:
    """The message and its jobs; a job that exists stays as it is."""
    message = plan.message
    await connection.execute(
        "INSERT INTO messages (school, cause, audience, emergency, texts)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        school,
        message.cause,
        message.audience,
        message.emergency,
        msgspec.json.encode(message.texts).decode(),
    )
    jobs = plan.jobs
    await connection.execute(
        "INSERT INTO jobs (school, id, cause, incident, mode, person, channel, address, language,"
        " made, changed) SELECT $1, job.id, $2, job.incident, job.mode, job.person, job.channel,"
        " job.address, job.language, $3, $3 FROM unnest($4::uuid[], $5::text[], $6::text[],"
        " $7::text[], $8::text[], $9::text[], $10::text[])"
        " AS job (id, incident, mode, person, channel, address, language)"
        " ON CONFLICT DO NOTHING",
        school,
        message.cause,
        now,
        [job.id for job in jobs],
        [job.incident for job in jobs],
        [job.mode for job in jobs],
        [job.person for job in jobs],
        [job.channel for job in jobs],
        [job.address for job in jobs],
        [job.language for job in jobs],
    )


class JobStore:
    """Implements ports.Jobs on PostgreSQL. What another process holds is another's."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._holder = secrets.token_hex(8)

    async def claim(self, jobs: Sequence[QueuedJob], now: dt.datetime) -> list[QueuedJob]:
        claimed: list[QueuedJob] = []
        for school, mine in _by_school(jobs).items():
            async with in_school(self._pool, school) as connection:
                rows = await connection.fetch(
                    "UPDATE jobs SET state = 'sending', tried = tried + 1, changed = $3,"
                    " holder = $4"
                    " WHERE school = $1 AND id = any($2::uuid[]) AND state = 'queued'"
                    " RETURNING id, tried",
                    school,
                    [job.id for job in mine],
                    now,
                    self._holder,
                )
            tried = {str(row["id"]): row["tried"] for row in rows}
            claimed += [
                msgspec.structs.replace(job, tried=tried[job.id]) for job in mine if job.id in tried
            ]
        return claimed

    async def record(self, ended: Sequence[Ended]) -> None:
        by_school: dict[SchoolId, list[Ended]] = defaultdict(list)
        for each in ended:
            by_school[each.job.school].append(each)
        for school, mine in by_school.items():
            async with in_school(self._pool, school) as connection:
                await _record(connection, school, mine)

    async def end_old(self, school: SchoolId, now: dt.datetime, before: dt.datetime) -> int:
        async with in_school(self._pool, school) as connection:
            rows = await connection.fetch(
                "WITH old AS (UPDATE jobs SET state = 'failed', changed = $2"
                " WHERE school = $1 AND state = 'queued' AND tried = 0 AND made < $3"
                " RETURNING id)"
                " INSERT INTO attempts (school, job, n, at, outcome, code)"
                " SELECT $1, id, 0, $2, 'failed', 'too_old' FROM old"
                " ON CONFLICT DO NOTHING RETURNING job",
                school,
                now,
                before,
            )
        return len(rows)

    async def recover(self, school: SchoolId, now: dt.datetime) -> list[QueuedJob]:
        async with in_school(self._pool, school) as connection:
            await connection.execute(
                "WITH cut AS (UPDATE jobs SET changed = $2, state ="
                " CASE WHEN channel = any($3::text[]) AND tried < $4 THEN 'queued'"
                " ELSE 'unknown' END"
                " WHERE school = $1 AND state = 'sending' AND holder IS DISTINCT FROM $5"
                " RETURNING id, tried)"
                " INSERT INTO attempts (school, job, n, at, outcome, code)"
                " SELECT $1, id, tried, $2, 'unknown', 'interrupted' FROM cut"
                " ON CONFLICT DO NOTHING",
                school,
                now,
                [channel for channel in CHANNELS if repeats(channel)],
                MAX_ATTEMPTS,
                self._holder,
            )
            rows = await connection.fetch(
                "SELECT j.id, j.cause, j.incident, j.mode, j.person, j.channel, j.address,"
                " j.language, j.tried, m.audience, m.emergency, m.texts FROM jobs j"
                " JOIN messages m USING (school, cause)"
                " WHERE j.school = $1 AND j.state = 'queued' ORDER BY j.made, j.id",
                school,
            )
        return _queued(school, rows)

    async def deliveries(self, school: SchoolId, causes: Sequence[EventId]) -> tuple[Delivery, ...]:
        async with in_school(self._pool, school) as connection:
            rows = await connection.fetch(
                "SELECT j.cause, m.audience, j.channel, j.state, count(*) AS jobs,"
                " sum(j.tried)::bigint AS tried FROM jobs j JOIN messages m USING (school, cause)"
                " WHERE j.school = $1 AND j.cause = any($2::text[])"
                " GROUP BY j.cause, m.audience, j.channel, j.state ORDER BY 1, 3",
                school,
                list(causes),
            )
        return _deliveries(rows, causes)

    async def not_reached(self, school: SchoolId, causes: Sequence[EventId]) -> tuple[str, ...]:
        async with in_school(self._pool, school) as connection:
            rows = await connection.fetch(
                "SELECT DISTINCT person FROM jobs"
                " WHERE school = $1 AND cause = any($2::text[]) GROUP BY cause, person"
                " HAVING bool_and(state IN ('failed', 'unknown')) ORDER BY person",
                school,
                list(causes),
            )
        return tuple(row["person"] for row in rows)


async def _record(connection: Connection, school: SchoolId, ended: Sequence[Ended]) -> None:
    await connection.execute(
        "INSERT INTO attempts (school, job, n, at, outcome, code)"
        " SELECT $1, * FROM unnest($2::uuid[], $3::int[], $4::timestamptz[], $5::text[],"
        " $6::text[]) ON CONFLICT DO NOTHING",
        school,
        [each.job.id for each in ended],
        [each.job.tried for each in ended],
        [each.at for each in ended],
        [_outcome(each.result) for each in ended],
        [each.result.code for each in ended],
    )
    await connection.execute(
        "UPDATE jobs SET state = done.state, changed = done.at"
        " FROM unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::int[])"
        " AS done (id, state, at, tried)"
        # A later try may have begun before a repeated record of an earlier one.
        " WHERE school = $1 AND jobs.id = done.id AND jobs.tried = done.tried"
        " AND jobs.state = 'sending'",
        school,
        [each.job.id for each in ended],
        [each.next.state for each in ended],
        [each.at for each in ended],
        [each.job.tried for each in ended],
    )


def _outcome(result: Result) -> JobState:
    match result.outcome:
        case "accepted":
            return "accepted"
        case "cut":
            return "unknown"
        case "refused" | "later":
            return "failed"


def _by_school(jobs: Sequence[QueuedJob]) -> dict[SchoolId, list[QueuedJob]]:
    found: dict[SchoolId, list[QueuedJob]] = defaultdict(list)
    for job in jobs:
        found[job.school].append(job)
    return found


def _queued(school: SchoolId, rows: Sequence[asyncpg.Record]) -> list[QueuedJob]:
    messages: dict[str, Message] = {}
    return [_job(school, row, messages) for row in rows]


def _job(school: SchoolId, row: asyncpg.Record, messages: dict[str, Message]) -> QueuedJob:
    message = messages.get(row["cause"])
    if message is None:
        message = messages[row["cause"]] = Message(
            cause=EventId(row["cause"]),
            audience=row["audience"],
            emergency=row["emergency"],
            texts=msgspec.json.decode(row["texts"], type=tuple[MessageText, ...]),
        )
    text = message.text(row["language"])
    return QueuedJob(
        id=str(row["id"]),
        school=school,
        incident=IncidentId(row["incident"]),
        mode=row["mode"],
        cause=message.cause,
        person=PersonId(row["person"]),
        channel=row["channel"],
        address=row["address"],
        language=text.language,
        subject=text.subject,
        body=text.body,
        emergency=message.emergency,
        tried=row["tried"],
    )


def _deliveries(rows: Sequence[asyncpg.Record], causes: Sequence[EventId]) -> tuple[Delivery, ...]:
    grouped: dict[tuple[str, str, str], list[asyncpg.Record]] = defaultdict(list)
    for row in rows:
        grouped[row["cause"], row["audience"], row["channel"]].append(row)
    order = {cause: number for number, cause in enumerate(causes)}
    found = [
        Delivery(
            cause=cause,
            audience=mine[0]["audience"],
            channel=mine[0]["channel"],
            counts={row["state"]: row["jobs"] for row in mine},
            attempts=sum(row["tried"] for row in mine),
        )
        for (cause, _audience, _channel), mine in grouped.items()
    ]
    return tuple(sorted(found, key=lambda each: (order[EventId(each.cause)], each.channel)))
