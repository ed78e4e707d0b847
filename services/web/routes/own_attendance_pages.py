"""A teacher's attendance between incidents: own classes, everyone present but the exceptions."""

from aiohttp import web

from schemas.identifiers import ClassId, PersonId
from schemas.roster import RosterSnapshot, SchoolClass
from schemas.roster_day_facts import SchoolDay
from services.web.domain.day_view import members_of, new_marks, period_of, standing_marks
from services.web.domain.forms import needed
from services.web.domain.problems import not_found
from services.web.handlers.reading import Reading
from services.web.handlers.school_day import SchoolDays
from services.web.handlers.writing import Writing
from services.web.routes.frame import Frame
from services.web.routes.posting import post
from services.web.routes.visit import SeeOther, Visit

PAGE = "/attendance"
EXCEPTIONS = ("absent", "late")


class OwnAttendancePages:
    """Only the classes that the person teaches; the roster refuses anybody else's students."""

    def __init__(
        self, *, frame: Frame, reading: Reading, days: SchoolDays, writing: Writing
    ) -> None:
        self._frame = frame
        self._reading = reading
        self._days = days
        self._writing = writing

    async def page(self, visit: Visit) -> web.StreamResponse:
        """The class that was asked for, else the one that meets now, else a choice of them."""
        roster = await self._reading.roster(visit.at)
        day = await self._days.day(visit.at)
        own = own_classes(roster, visit)
        members = members_of(roster)
        chosen = self._asked(visit.query("class"), own) or await self._meeting(visit, own)
        students = set(members.get(chosen.id, ())) if chosen else set()
        return await self._frame.page(
            visit,
            "own_attendance.html",
            classes=[(one, len(members.get(one.id, ()))) for one in own],
            chosen=chosen,
            students=[one for one in roster.students if one.id in students],
            standing=standing_marks(day.marks, period_of(day, chosen)),
            period=period_of(day, chosen),
            recorded=bool(visit.query("recorded")),
        )

    async def record(self, visit: Visit) -> web.StreamResponse:
        """state-<student>: absent or late, ticked; whoever is not ticked is present."""
        roster = await self._reading.roster(visit.at)
        chosen = self._asked(needed(visit.fields, "class"), own_classes(roster, visit))
        assert chosen is not None
        day = await self._days.day(visit.at)
        wanted = dict.fromkeys(members_of(roster).get(chosen.id, ()), "present")
        for student in wanted:
            said = visit.fields.get(f"state-{student}", ())
            wanted[student] = next((kind for kind in EXCEPTIONS if kind in said), "present")
        marks = marks_of(wanted, day, chosen, visit)
        if marks:
            await post(self._writing, visit, "recordAttendance", {"marks": tuple(marks)})
        raise SeeOther(f"{PAGE}?class={chosen.id}&recorded=yes")

    def _asked(self, class_id: str, own: list[SchoolClass]) -> SchoolClass | None:
        """None: none was asked for. Raises WebProblem not_found: of nobody or somebody else."""
        if not class_id:
            return None
        found = next((one for one in own if one.id == class_id), None)
        if found is None:
            raise not_found()
        return found

    async def _meeting(self, visit: Visit, own: list[SchoolClass]) -> SchoolClass | None:
        expected = await self._days.expected(visit.at)
        now: set[ClassId | None] = {one.class_id for one in expected.students}
        meeting = [one for one in own if one.id in now]
        return meeting[0] if len(meeting) == 1 else None


def own_classes(roster: RosterSnapshot, visit: Visit) -> list[SchoolClass]:
    """Homerooms first."""
    own = [one for one in roster.classes if visit.person.person in one.teachers]
    return sorted(own, key=lambda one: (one.type != "homeroom", one.title))


def marks_of(
    wanted: dict[PersonId, str], day: SchoolDay, chosen: SchoolClass, visit: Visit
) -> list[object]:
    """What differs from what is known; an absence from a class of its own holds for its period."""
    period = period_of(day, chosen)
    return list(new_marks(wanted, standing_marks(day.marks, period), period, visit.now))
