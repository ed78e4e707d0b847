"""What the roster's pages ask: search and data quality."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, get_args

from aiohttp import web

from schemas.identifiers import SchoolId
from schemas.roster_pages import FoundPeople, Kind, QualityReport
from services.chassis.commands import ProblemError, Query, number, school_of
from services.roster.domain.quality.report import report_of
from services.roster.domain.search.entries import Question
from services.roster.handlers.finding import Finding
from services.roster.ports.log import Clock
from services.roster.ports.reading import PageRows

KINDS: Final = {str(kind): kind for kind in get_args(Kind)}
MOST: Final = 100_000
SCHOOLS: Final = 200
NOT_FOUND: Final = ProblemError(404, "not_found", "No such school.")


def page_queries(finding: Finding, rows: PageRows, clock: Clock) -> Sequence[Query]:
    """GET /find?school|reach&text&kinds&grade&homeroom&offset&limit, GET /quality?school."""

    async def find(request: web.Request) -> FoundPeople:
        found = await finding.find(schools_of(request), question_of(request))
        if found is None:
            raise NOT_FOUND
        return found

    async def quality(request: web.Request) -> QualityReport:
        facts = await rows.facts(school_of(request), clock.now())
        if facts is None:
            raise NOT_FOUND
        code = request.query.get("code", "")[:40]
        limit = min(number(request, "limit", 50), MOST)
        return await asyncio.to_thread(report_of, facts, code=code, limit=limit)

    return (Query("/find", find), Query("/quality", quality))


def schools_of(request: web.Request) -> list[SchoolId]:
    """reach: several schools, separated by commas; else school. Raises ProblemError 400."""
    if not (reach := request.query.get("reach", "")):
        return [school_of(request)]
    named = list(dict.fromkeys(part for part in reach.split(",") if part))
    if len(named) > SCHOOLS or not all(len(one) <= 64 and one.isprintable() for one in named):
        raise ProblemError(400, "bad_query", "reach: not a list of school ids.")
    return [SchoolId(one) for one in named]


def question_of(request: web.Request) -> Question:
    """Raises ProblemError 400."""
    asked = [part for part in request.query.get("kinds", "").split(",") if part]
    if not set(asked) <= KINDS.keys():
        raise ProblemError(400, "bad_query", "kinds: student, staff or guardian.")
    return Question(
        text=request.query.get("text", "")[:400],
        kinds=frozenset(KINDS[one] for one in asked),
        grade=request.query.get("grade", "")[:40],
        homeroom=request.query.get("homeroom", "")[:200],
        offset=min(number(request, "offset", 0), MOST),
        limit=min(max(number(request, "limit", 20), 1), MOST),
    )
