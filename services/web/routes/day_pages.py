"""Today: which bells ring, who is expected where, and the desk for arrivals and sign-outs."""

from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from schemas.identifiers import PersonId
from schemas.roster_day_facts import AttendanceMark, CalendarDay
from services.web.domain.day_view import (
    half_day_of,
    instant_on,
    parts_of,
    rooms_now,
    standing_marks,
)
from services.web.domain.forms import needed, one
from services.web.domain.names import found
from services.web.domain.problems import bad_form
from services.web.handlers.reading import Reading
from services.web.handlers.school_day import SchoolDays
from services.web.handlers.writing import Writing
from services.web.routes.frame import Frame
from services.web.routes.posting import post
from services.web.routes.visit import SeeOther, Visit

SHOWN = 12
USUAL, CLOSED = "usual", "closed"


class DayPages:
    """Reads the day; each act is one command of the roster."""

    def __init__(
        self, *, frame: Frame, reading: Reading, days: SchoolDays, writing: Writing
    ) -> None:
        self._frame = frame
        self._reading = reading
        self._days = days
        self._writing = writing

    async def today(self, visit: Visit) -> web.StreamResponse:
        day = await self._days.day(visit.at)
        roster = await self._reading.roster(visit.at)
        clock = visit.query("at")
        at = instant_on(clock, visit.now, ZoneInfo(roster.school.zone)) if clock else None
        expected = await self._days.expected(visit.at, at=at.isoformat() if at else "")
        return await self._frame.page(
            visit,
            "day.html",
            day=day,
            expected=expected,
            parts=parts_of(expected),
            rooms=rooms_now(expected, roster),
            adults={member.id: member for member in roster.staff},
            groups={group.name: group for group in day.groups},
            said=next((one for one in day.days if one.date == day.date), None),
            half=half_day_of(day),
            asked=clock if at else "",
        )

    async def switch(self, visit: Visit) -> web.StreamResponse:
        """Today follows another schedule, none, or its week again."""
        day = await self._days.day(visit.at)
        to = needed(visit.fields, "to")
        body: dict[str, Any] = {}
        if to == USUAL:
            body = {"usual": (day.date,)}
        else:
            schedule = "" if to == CLOSED else to
            body = {"days": (CalendarDay(date=day.date, schedule=schedule[:60]),)}
        await post(self._writing, visit, "setCalendarDays", body)
        raise SeeOther("/day")

    async def desk(self, visit: Visit) -> web.StreamResponse:
        roster = await self._reading.roster(visit.at)
        day = await self._days.day(visit.at)
        wanted = visit.query("find")
        students = found(roster.students, wanted)[:SHOWN] if wanted else []
        log = [mark for mark in day.marks if mark.kind in ("late", "left_early")]
        log.sort(key=lambda mark: (mark.at, mark.recorded), reverse=True)
        return await self._frame.page(
            visit,
            "day_desk.html",
            wanted=wanted,
            students=students,
            names={student.id: student for student in roster.students},
            classes={c.id: c for c in roster.classes},
            standing=standing_marks(day.marks),
            log=log,
        )

    async def record(self, visit: Visit) -> web.StreamResponse:
        """One tap at the desk: arrived or signed out, now or at the time that was typed."""
        roster = await self._reading.roster(visit.at)
        at = visit.now
        if clock := one(visit.fields, "clock"):
            said = instant_on(clock, visit.now, ZoneInfo(roster.school.zone))
            if said is None:
                raise bad_form("clock")
            at = said
        mark = AttendanceMark(
            student=PersonId(needed(visit.fields, "student")),
            kind="left_early" if needed(visit.fields, "kind") == "left_early" else "late",
            at=at,
            note=one(visit.fields, "note")[:200],
        )
        await post(self._writing, visit, "recordAttendance", {"marks": (mark,)})
        raise SeeOther("/day/desk")

    async def take_back(self, visit: Visit) -> web.StreamResponse:
        mark = needed(visit.fields, "mark")
        await post(self._writing, visit, "takeBackAttendance", {"mark": mark})
        then = "/day/attendance" if one(visit.fields, "then") == "attendance" else "/day/desk"
        raise SeeOther(then)
