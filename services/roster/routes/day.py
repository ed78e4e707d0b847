"""What others read of the school day, and where lists of students arrive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from aiohttp import web

from schemas.roster_day import ExpectedList
from schemas.roster_day_facts import AttendanceReport, SchoolDay, SchoolGround, StudentsFound
from services.chassis.commands import ProblemError, Query, number, school_of
from services.roster.domain.day.decide import FIRST_YEAR, LAST_YEAR, is_date
from services.roster.handlers.day_reading import ReadingDay

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
    """POST /attendance?school and /students?school, body: CSV; both only read it."""

    async def attendance(request: web.Request) -> AttendanceReport:
        found = await reading.attendance(school_of(request), await body(request))
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


def instant(request: web.Request) -> dt.datetime | None:
    """at: an instant with its zone; None when it is not named. Raises ProblemError 400."""
    text = request.query.get("at", "")
    if not text:
        return None
    try:
        # A + of the offset that was not quoted arrives as a space.
        found = dt.datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise ProblemError(400, "bad_query", "at: not an instant.") from None
    if not FIRST_YEAR < found.year < LAST_YEAR:
        raise ProblemError(400, "bad_query", "at: no time that a school knows.")
    if found.tzinfo is None:
        raise ProblemError(400, "bad_query", "at: say its zone, as in 2026-09-15T14:12:00Z.")
    return found


def date(request: web.Request) -> str | None:
    text = request.query.get("date", "")
    if not text:
        return None
    if not is_date(text):
        raise ProblemError(400, "bad_query", "date: no date that a school knows.")
    return dt.date.fromisoformat(text).isoformat()
