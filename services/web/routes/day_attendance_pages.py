"""Attendance: a class list with one tap for each exception, and files from another system."""

from aiohttp import web

from schemas.identifiers import PersonId
from schemas.roster_day_facts import AttendanceReport
from services.web.domain.day_view import (
    class_periods,
    members_of,
    new_marks,
    period_of,
    standing_marks,
    taken_of,
)
from services.web.domain.forms import one
from services.web.domain.problems import bad_form, not_found
from services.web.handlers.reading import Reading
from services.web.handlers.school_day import SchoolDays
from services.web.handlers.sessions import Sessions
from services.web.handlers.writing import Writing
from services.web.routes.api_school import accepted
from services.web.routes.bodies import chunks
from services.web.routes.frame import Frame
from services.web.routes.posting import post
from services.web.routes.streamed import part, streamed_mark, word
from services.web.routes.visit import SeeOther, Visit

PAGE = "/day/attendance"


class DayAttendancePages:
    """What is recorded is only what differs: an absence keeps its time."""

    def __init__(
        self,
        *,
        frame: Frame,
        reading: Reading,
        days: SchoolDays,
        sessions: Sessions,
        writing: Writing,
    ) -> None:
        self._frame = frame
        self._reading = reading
        self._days = days
        self._sessions = sessions
        self._writing = writing

    async def page(self, visit: Visit) -> web.StreamResponse:
        return await self._page(visit)

    async def record(self, visit: Visit) -> web.StreamResponse:
        """state-<student>: present, absent or late."""
        day = await self._days.day(visit.at)
        period = one(visit.fields, "period")[:60]
        wanted = {
            PersonId(name.removeprefix("state-")): values[0]
            for name, values in visit.fields.items()
            if name.startswith("state-") and values
        }
        marks = new_marks(wanted, standing_marks(day.marks, period), period, visit.now)
        if marks:
            await post(self._writing, visit, "recordAttendance", {"marks": tuple(marks)})
        raise SeeOther(f"{PAGE}?recorded={len(wanted)}")

    async def upload(self, visit: Visit) -> web.StreamResponse:
        """The form's mark comes before the file; "check" records nothing."""
        parts = await streamed_mark(visit, self._sessions)
        said = {name: await word(parts, name) for name in ("op", "what")}
        report = await self._days.attendance(
            visit.at,
            chunks(await part(parts, "file")),
            person=visit.actor.person,
            op_id=said["op"],
        )
        if said["what"] == "record":
            report = await record_report(self._writing, visit, report, said["op"])
        return await self._page(visit, report=report)

    async def _page(
        self, visit: Visit, report: AttendanceReport | None = None
    ) -> web.StreamResponse:
        roster = await self._reading.roster(visit.at)
        day = await self._days.day(visit.at)
        asked = visit.query("class")
        chosen = next((one for one in roster.classes if one.id == asked), None)
        if asked and chosen is None:
            raise not_found()
        members = set(members_of(roster).get(chosen.id, ())) if chosen else set()
        period = period_of(day, chosen)
        return await self._frame.page(
            visit,
            "day_attendance.html",
            day=day,
            taken=taken_of(roster, day.marks),
            chosen=chosen,
            students=[student for student in roster.students if student.id in members],
            standing=standing_marks(day.marks, period),
            periods=class_periods(day),
            period=period,
            recorded=visit.query("recorded"),
            report=report,
            names={student.id: student for student in roster.students},
        )


async def record_report(
    writing: Writing, visit: Visit, report: AttendanceReport, op_id: str
) -> AttendanceReport:
    """The report with its marks recorded; a refused or empty one stays as it is."""
    if report.errors or not report.marks:
        return report
    if not 8 <= len(op_id) <= 64:
        raise bad_form("op")
    accepted(
        await writing.send(
            "recordAttendance",
            op_id=op_id,
            school=visit.at,
            actor=visit.actor,
            path={},
            body={"marks": report.marks},
        )
    )
    return AttendanceReport(
        rows=report.rows, marks=report.marks, warnings=report.warnings, applied=True
    )
