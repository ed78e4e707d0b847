"""The school day in the API: who is expected where, and attendance from another system."""

from aiohttp import web

from services.web.handlers.school_day import SchoolDays
from services.web.handlers.writing import Writing
from services.web.routes.api_school import key_of
from services.web.routes.bodies import chunks
from services.web.routes.day_attendance_pages import record_report
from services.web.routes.visit import Visit, json


class DayApi:
    """Handlers under /api/v1/schools/{school}."""

    def __init__(self, *, days: SchoolDays, writing: Writing) -> None:
        self._days = days
        self._writing = writing

    async def expected(self, visit: Visit) -> web.StreamResponse:
        asked = {"version": visit.query("version"), "at": visit.query("at")}
        return json(await self._days.expected(visit.at, **asked))

    async def day(self, visit: Visit) -> web.StreamResponse:
        return json(await self._days.day(visit.at, visit.query("date")))

    async def upload(self, visit: Visit) -> web.StreamResponse:
        """Read first, whole; then recorded under the caller's key unless it is a dry run."""
        op_id = key_of(visit)
        report = await self._days.attendance(
            visit.at, chunks(visit.request), person=visit.actor.person, op_id=op_id
        )
        if visit.query("dry_run") != "yes":
            report = await record_report(self._writing, visit, report, op_id)
        return json(report)
