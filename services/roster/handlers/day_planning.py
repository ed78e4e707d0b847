"""What a school plans of its days: bells, calendar, rooms, campus."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.identifiers import SchoolId
from schemas.replies import Reply
from schemas.roster_day_facts import (
    DayPart,
    DayPlanned,
    SetBellSchedules,
    SetCalendar,
    SetCalendarDays,
    SetCampus,
    SetRooms,
)
from schemas.vocabulary import SYSTEM
from services.roster.domain.day.decide import (
    decide_calendar,
    decide_campus,
    decide_days,
    decide_rooms,
    decide_schedules,
)
from services.roster.domain.day.inputs import Plan
from services.roster.domain.imports import Refused, decide_actor
from services.roster.ports.day import Days, PlanCommand
from services.roster.ports.log import Log

NO_SCHOOL = Refused("unknown_school", "No such school.")


@dataclass(frozen=True, kw_only=True)
class Planning:
    """Each command: refused by role, checked against what is planned, written, told."""

    days: Days
    log: Log

    async def set_bell_schedules(self, command: SetBellSchedules) -> Reply:
        plan = await self._plan(command)
        if isinstance(plan, Refused):
            return await self._refuse(command, plan)
        used = {*plan.calendar.week, *(day.schedule for day in plan.days.values())}
        refused = decide_schedules(
            command.schedules, command.remove, known=set(plan.schedules), used=used
        )
        return await self._store(command, refused, "schedules")

    async def set_calendar(self, command: SetCalendar) -> Reply:
        plan = await self._plan(command)
        if isinstance(plan, Refused):
            return await self._refuse(command, plan)
        refused = decide_calendar(command.calendar, set(plan.schedules))
        return await self._store(command, refused, "calendar")

    async def set_calendar_days(self, command: SetCalendarDays) -> Reply:
        plan = await self._plan(command)
        if isinstance(plan, Refused):
            return await self._refuse(command, plan)
        refused = decide_days(command.days, set(plan.schedules), plan.calendar.rotation)
        return await self._store(command, refused, "calendar")

    async def set_rooms(self, command: SetRooms) -> Reply:
        plan = await self._plan(command)
        if isinstance(plan, Refused):
            return await self._refuse(command, plan)
        named = {room.name for room in command.rooms}
        others = [room for room in plan.rooms if room.name not in named]
        refused = decide_rooms(command.rooms, others, await self.days.staff(command.school))
        return await self._store(command, refused, "rooms")

    async def set_campus(self, command: SetCampus) -> Reply:
        before = await self.days.campus(command.school)
        by_system = command.actor.person == SYSTEM.person
        reach = None if by_system else {command.school, *command.also}
        refused = decide_campus(
            command.name,
            command.schools,
            own=command.school,
            reach=reach,
            known=await self.days.campuses(),
        )
        reply = await self._store(command, refused, "campus")
        if reply.status == "accepted":
            others: set[SchoolId] = {*command.schools, *(before.schools if before else ())}
            for school in sorted(others - {command.school}):
                await self.log.tell_also(command, school, DayPlanned(part="campus"))
        return reply

    async def _plan(self, command: PlanCommand) -> Plan | Refused:
        if refused := decide_actor(command.actor):
            return refused
        stamp = await self.days.stamp(command.school)
        return await self.days.plan(command.school, stamp.zone) if stamp else NO_SCHOOL

    async def _refuse(self, command: PlanCommand, refused: Refused) -> Reply:
        return await self.log.tell_change(command, refused)

    async def _store(self, command: PlanCommand, refused: Refused | None, part: DayPart) -> Reply:
        refused = decide_actor(command.actor) or refused
        if refused is None:
            # Before the log tells of it: whoever hears of a change must find it.
            await self.days.write_plan(command)
        return await self.log.tell_change(command, refused, DayPlanned(part=part))
