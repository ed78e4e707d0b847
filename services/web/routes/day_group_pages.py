"""Groups: trips, buses and placements away from the building, and activities after school."""

from typing import Any

from aiohttp import web

from schemas.identifiers import PersonId
from schemas.replies import Problem
from schemas.roster import RosterSnapshot
from schemas.roster_day_facts import Group, SchoolDay, StudentsFound
from services.web.domain.forms import checked, needed, one
from services.web.domain.problems import WebProblem, not_found
from services.web.handlers.reading import Reading
from services.web.handlers.school_day import SchoolDays, lines
from services.web.handlers.sessions import Sessions
from services.web.handlers.writing import Writing
from services.web.routes.bodies import chunks
from services.web.routes.frame import Frame
from services.web.routes.posting import post
from services.web.routes.streamed import part, streamed_mark, word
from services.web.routes.visit import SeeOther, Visit, fresh_op

PAGE = "/day/groups"


class DayGroupPages:
    """A list, and one page for each group with its students."""

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
        day = await self._days.day(visit.at)
        roster = await self._reading.roster(visit.at)
        return await self._frame.page(
            visit,
            "day_groups.html",
            day=day,
            current=[group for group in day.groups if group.last >= day.date],
            past=[group for group in day.groups if group.last < day.date],
            adults={member.id: member for member in roster.staff},
        )

    async def edit(self, visit: Visit) -> web.StreamResponse:
        day = await self._days.day(visit.at)
        roster = await self._reading.roster(visit.at)
        if wanted := visit.query("group"):
            group = group_of(day, wanted)
        else:
            group = blank(day, activity=visit.query("kind") == "activity")
        return await self._edit(visit, group, roster)

    async def save(self, visit: Visit) -> web.StreamResponse:
        """Students that were kept, and those whom the added lines name."""
        roster = await self._reading.roster(visit.at)
        kept = [PersonId(student) for student in visit.fields.get("student", ())]
        added = StudentsFound()
        typed = one(visit.fields, "added")
        if typed:
            added = await self._days.students(visit.at, lines(typed))
        students = tuple(dict.fromkeys((*kept, *added.students)))
        group = read_group(visit, students)
        if added.warnings:
            return await self._edit(visit, group, roster, typed=typed, found=added)
        try:
            await post(self._writing, visit, "setGroup", {"group": group})
        except WebProblem as problem:
            if problem.problem.status != 409:
                raise
            refused = problem.problem
            return await self._edit(visit, group, roster, typed=typed, refused=refused)
        raise SeeOther(PAGE)

    async def remove(self, visit: Visit) -> web.StreamResponse:
        await post(self._writing, visit, "removeGroup", {"group": needed(visit.fields, "group")})
        raise SeeOther(PAGE)

    async def upload(self, visit: Visit) -> web.StreamResponse:
        """A CSV of one group's students: shown on its page, saved from there."""
        parts = await streamed_mark(visit, self._sessions)
        wanted = await word(parts, "group")
        group = group_of(await self._days.day(visit.at), wanted)
        found = await self._days.students(visit.at, chunks(await part(parts, "file")))
        roster = await self._reading.roster(visit.at)
        students = tuple(dict.fromkeys((*group.students, *found.students)))
        group = checked(Group, as_fields(group) | {"students": students}, "file")
        return await self._edit(visit, group, roster, found=found, unsaved=True)

    async def _edit(
        self,
        visit: Visit,
        group: Group,
        roster: RosterSnapshot,
        *,
        typed: str = "",
        found: StudentsFound | None = None,
        refused: Problem | None = None,
        unsaved: bool = False,
    ) -> web.StreamResponse:
        members = set(group.students)
        return await self._frame.page(
            visit,
            "day_group.html",
            409 if refused or (found and found.warnings and not unsaved) else 200,
            group=group,
            students=[student for student in roster.students if student.id in members],
            staff=roster.staff,
            typed=typed,
            found=found,
            refused=refused,
            unsaved=unsaved,
        )


def group_of(day: SchoolDay, wanted: str) -> Group:
    """Raises WebProblem not_found."""
    group = next((one for one in day.groups if one.id == wanted), None)
    if group is None:
        raise not_found()
    return group


def blank(day: SchoolDay, *, activity: bool) -> Group:
    return Group(
        id=fresh_op(),
        name="-",
        kind="activity" if activity else "trip",
        off_site=not activity,
        first=day.date,
        last=day.date,
        starts="15:00" if activity else "09:00",
        ends="16:30" if activity else "14:00",
    )


def read_group(visit: Visit, students: tuple[PersonId, ...]) -> Group:
    """The form as a group. Raises WebProblem bad_form."""
    fields = visit.fields
    kind = needed(fields, "kind")
    said: dict[str, Any] = {name: one(fields, name) for name in ("leader", "phone", "place")}
    said |= {name: needed(fields, name) for name in ("id", "name", "first", "last")}
    said |= {"starts": needed(fields, "starts")[:5], "ends": needed(fields, "ends")[:5]}
    weekdays = tuple(int(day) for day in fields.get("weekday", ()) if day.isdigit())
    said |= {"kind": kind, "off_site": kind != "activity", "weekdays": weekdays}
    return checked(Group, said | {"students": students}, "group")


def as_fields(group: Group) -> dict[str, Any]:
    return {name: getattr(group, name) for name in group.__struct_fields__}
