"""What others read of the roster."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from schemas.roster import Audience, RosterSnapshot, School
from services.chassis.commands import ProblemError, Query, number, school_of
from services.roster.ports.rosters import Rosters

# The same words for a wrong id and another school's: neither tells what exists.
NOT_FOUND = ProblemError(404, "not_found", "No such school or version.")


def queries(rosters: Rosters) -> Sequence[Query]:
    """GET /schools, /snapshot?school[&version], /audience?school."""

    async def schools(_request: web.Request) -> list[School]:
        return await rosters.schools()

    async def snapshot(request: web.Request) -> RosterSnapshot:
        version = number(request, "version", 0)
        found = await rosters.snapshot(school_of(request), version or None)
        if found is None:
            raise NOT_FOUND
        return found

    async def audience(request: web.Request) -> Audience:
        found = await rosters.audience(school_of(request))
        if found is None:
            raise NOT_FOUND
        return found

    return (
        Query("/schools", schools),
        Query("/snapshot", snapshot),
        Query("/audience", audience),
    )
