"""Bell schedules and the calendar: written or pasted as lines, checked, and read back."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from schemas.replies import Problem
from schemas.roster_day_facts import BellSchedule, Calendar
from services.web.domain.bells_text import (
    Parsed,
    parse_days,
    parse_periods,
    suggested,
    written,
    written_days,
)
from services.web.domain.forms import checked, needed, one
from services.web.domain.problems import WebProblem
from services.web.handlers.reading import Reading
from services.web.handlers.school_day import SchoolDays
from services.web.handlers.writing import Writing
from services.web.routes.frame import Frame
from services.web.routes.posting import post
from services.web.routes.visit import SeeOther, Visit, fresh_op

PAGE = "/day/schedules"


class DaySetupPages:
    """What was typed stays on the page until it is taken."""

    def __init__(
        self, *, frame: Frame, reading: Reading, days: SchoolDays, writing: Writing
    ) -> None:
        self._frame = frame
        self._reading = reading
        self._days = days
        self._writing = writing

    async def page(self, visit: Visit) -> web.StreamResponse:
        return await self._page(visit)

    async def begin(self, visit: Visit) -> web.StreamResponse:
        """One click: a regular and a half day to begin with."""
        day = await self._days.day(visit.at)
        roster = await self._reading.roster(visit.at)
        first = suggested(day.codes, (student.grade for student in roster.students))
        await post(self._writing, visit, "setBellSchedules", {"schedules": first})
        raise SeeOther(PAGE)

    async def save(self, visit: Visit) -> web.StreamResponse:
        """A schedule under its name; another name than before replaces the old one."""
        name, text = one(visit.fields, "name")[:60], one(visit.fields, "lines")
        before = one(visit.fields, "before")
        parsed = parse_periods(text)
        if parsed.wrong or not parsed.periods or not name:
            return await self._page(visit, typed=(name, text, before), parsed=parsed)
        schedule = BellSchedule(name=name, periods=tuple(parsed.periods[:60]))
        remove = (before,) if before and before != name else ()
        body = {"schedules": (schedule,), "remove": remove}
        try:
            await post(self._writing, visit, "setBellSchedules", body)
        except WebProblem as problem:
            return await self._refused(visit, problem, typed=(name, text, before))
        raise SeeOther(PAGE)

    async def remove(self, visit: Visit) -> web.StreamResponse:
        body = {"remove": (needed(visit.fields, "name"),)}
        try:
            await post(self._writing, visit, "setBellSchedules", body)
        except WebProblem as problem:
            return await self._refused(visit, problem)
        raise SeeOther(PAGE)

    async def calendar(self, visit: Visit) -> web.StreamResponse:
        fields = visit.fields
        said = {
            "first": one(fields, "first"),
            "last": one(fields, "last"),
            "week": tuple(one(fields, f"week{n}") for n in range(7)),
            "rotation": tuple(one(fields, "rotation").replace(",", " ").split()),
            "anchor": one(fields, "anchor"),
            "without_class": one(fields, "without_class") or "homeroom",
        }
        calendar = checked(Calendar, said, "calendar")
        try:
            await post(self._writing, visit, "setCalendar", {"calendar": calendar})
        except WebProblem as problem:
            return await self._refused(visit, problem)
        raise SeeOther(PAGE)

    async def dates(self, visit: Visit) -> web.StreamResponse:
        """The list as it stands is what holds: a line that is gone follows its week again."""
        day = await self._days.day(visit.at)
        text = one(visit.fields, "lines")
        parsed = parse_days(text, [schedule.name for schedule in day.schedules])
        if parsed.wrong:
            return await self._page(visit, days_text=text, parsed=parsed)
        kept = {one_day.date: one_day for one_day in parsed.days}
        usual = tuple(known.date for known in day.days if known.date not in kept)
        body = {"days": tuple(kept.values())[:400], "usual": usual[:400]}
        try:
            await post(self._writing, visit, "setCalendarDays", body)
        except WebProblem as problem:
            return await self._refused(visit, problem, days_text=text)
        raise SeeOther(PAGE)

    async def _refused(self, visit: Visit, problem: WebProblem, **typed: Any) -> web.StreamResponse:
        """The owner's reason above what was typed; without an answer the page of that."""
        if problem.problem.status != 409:
            raise problem
        return await self._page(visit, refused=problem.problem, **typed)

    async def _page(
        self,
        visit: Visit,
        *,
        typed: tuple[str, str, str] | None = None,
        days_text: str | None = None,
        parsed: Parsed | None = None,
        refused: Problem | None = None,
    ) -> web.StreamResponse:
        day = await self._days.day(visit.at)
        texts: Mapping[str, str] = {one.name: written(one) for one in day.schedules}
        wrong = parsed.wrong if parsed else []
        return await self._frame.page(
            visit,
            "day_schedules.html",
            409 if refused or typed or wrong else 200,
            day=day,
            texts=texts,
            typed=typed,
            days_text=written_days(day.days) if days_text is None else days_text,
            wrong=wrong,
            refused=refused,
            op=fresh_op(),
        )
