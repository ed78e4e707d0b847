"""What others read of the school day, and where lists of students arrive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from aiohttp import web

from schemas.identifiers import PersonId
from schemas.roster_day import ExpectedList
from schemas.roster_day_facts import AttendanceReport, SchoolDay, SchoolGround, StudentsFound
from services.chassis.commands import ProblemError, Query, number, school_of
from services.roster.domain.day.decide import is_date
from services.roster.handlers.day_reading import Act, ReadingDay
from services.roster.routes.moments import instant

NOT_FOUND = ProblemError(404, "not_found", "No such school or version.")
LIST_CAP = 1 << 20


def day_queries(reading: ReadingDay) -> Sequence[Query]:
    """GET /expected?school[&version][&at], /day?school[&date], /ground?school."""

    async def expected(request: web.Request) -> ExpectedList:
        version = number(request, "version", 0)
        found = await reading.expected(school_of(request), version or None, instant(request))
        if found is None:
            raise NOT_FOUND
        return found

    async def day(request: web.Request) -> SchoolDay:
        found = await reading.day(school_of(request), date(request))
        if found is None:
            raise NOT_FOUND
        return found

    async def ground(request: web.Request) -> SchoolGround:
        found = await reading.ground(school_of(request))
        if found is None:
            raise NOT_FOUND
        return found

    return (Query("/expected", expected), Query("/day", day), Query("/ground", ground))


def day_posts(reading: ReadingDay) -> Sequence[Query]:
    """POST /attendance?school[&person&op] and /students?school, body: CSV; both only read it.

    person, op: who will record the file, under which key.
    """

    async def attendance(request: web.Request) -> AttendanceReport:
        person, op = request.query.get("person", ""), request.query.get("op", "")
        act = Act(PersonId(person), op) if person and op else None
        found = await reading.attendance(school_of(request), await body(request), act)
        if found is None:
            raise NOT_FOUND
        return found

    async def students(request: web.Request) -> StudentsFound:
        return await reading.find(school_of(request), await body(request))

    return (Query("/attendance", attendance), Query("/students", students))


async def body(request: web.Request) -> bytes:
    """The whole body. Raises ProblemError body_too_large."""
    found = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        found += chunk
        if len(found) > LIST_CAP:
            raise ProblemError(413, "body_too_large", "The list is larger than 1 MiB.")
    return bytes(found)


def date(request: web.Request) -> str | None:
    text = request.query.get("date", "")
    if not text:
        return None
    if not is_date(text):
        raise ProblemError(400, "bad_query", "date: no date that a school knows.")
    return dt.date.fromisoformat(text).isoformat()
