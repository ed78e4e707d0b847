"""Facts of a day as they happen: attendance, arrivals, sign-outs, groups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import msgspec

from schemas.identifiers import PersonId, SchoolId, attendance_id
from schemas.replies import Reply
from schemas.roster_day import DayChanged
from schemas.roster_day_facts import (
    DayPlanned,
    Group,
    KeptMark,
    RecordAttendance,
    RemoveGroup,
    SetGroup,
    TakeBackAttendance,
)
from services.roster.domain.day.attendance import runs
from services.roster.domain.day.changes import changed_facts
from services.roster.domain.day.decide import (
    decide_attendance,
    decide_group,
    decide_recorder,
)
from services.roster.domain.day.inputs import DayFacts
from services.roster.domain.imports import Refused, decide_actor, may_change_roster
from services.roster.handlers.day_reading import ReadingDay
from services.roster.ports.day import Days, GroupChange
from services.roster.ports.log import Clock, Log

NO_MARK = Refused("unknown_mark", "This entry does not exist. Open the list again.")
NO_GROUP = Refused("unknown_group", "This group does not exist. Open the list again.")
NO_SCHOOL = Refused("unknown_school", "No such school.")


@dataclass(frozen=True, kw_only=True)
class Recording:
    """Each command: refused by role, checked, written, told with what now holds.

    What held before is worked out without the command's own rows: told again after a crash it
    says the same.
    """

    days: Days
    log: Log
    clock: Clock
    reading: ReadingDay

    async def record(self, command: RecordAttendance) -> Reply:
        now = self.clock.now()
        own: set[PersonId] = set()
        if not may_change_roster(command.actor):
            own = await self.days.taught_by(command.school, command.actor.person)
        refused = decide_recorder(command.actor, command.marks, own)
        if refused is None:
            students = {entry.person for entry in await self.days.students(command.school)}
            refused = decide_attendance(command.marks, students, now)
        stamp = await self.days.stamp(command.school)
        if refused or stamp is None:
            return await self.log.tell_change(command, refused or NO_SCHOOL)
        plan = await self.days.plan(command.school, stamp.zone)
        kept = kept_marks(command, now)
        dated = [(mark.at.astimezone(plan.zone).date().isoformat(), mark) for mark in kept]
        await self.days.add_marks(command.school, dated)
        after = await self._facts(command.school, now)
        before = without_marks(after, {mark.id for mark in kept})
        event = self._changed(before, after, {mark.student for mark in kept}, now)
        return await self.log.tell_change(command, None, event)

    async def take_back(self, command: TakeBackAttendance) -> Reply:
        now = self.clock.now()
        refused = decide_actor(command.actor)
        mark = await self.days.mark(command.school, command.mark) if refused is None else None
        if mark is None:
            return await self.log.tell_change(command, refused or NO_MARK)
        await self.days.withdraw(command.school, mark.id, command.actor.person)
        after = await self._facts(command.school, now)
        zone = after.plan.zone
        today = mark.at.astimezone(zone).date() == now.astimezone(zone).date()
        before = with_mark(after, mark) if today else after
        event = self._changed(before, after, {mark.student}, now)
        return await self.log.tell_change(command, None, event)

    async def set_group(self, command: SetGroup) -> Reply:
        refused = decide_actor(command.actor)
        group = command.group
        if refused is None:
            students = {entry.person for entry in await self.days.students(command.school)}
            refused = decide_group(group, students, await self.days.staff(command.school))
        if refused is not None:
            return await self.log.tell_change(command, refused)
        change = await self.days.set_group(command.school, group, command.op_id)
        return await self._tell_group(command, change)

    async def remove_group(self, command: RemoveGroup) -> Reply:
        refused = decide_actor(command.actor)
        change = None
        if refused is None:
            change = await self.days.remove_group(command.school, command.group, command.op_id)
        if change is None:
            return await self.log.tell_change(command, refused or NO_GROUP)
        return await self._tell_group(command, change)

    async def _tell_group(self, command: SetGroup | RemoveGroup, change: GroupChange) -> Reply:
        """Members of a group that is under way hear of it at once; a plan is only a plan."""
        now = self.clock.now()
        after = await self._facts(command.school, now)
        touched = [g for g in (change.before, change.after) if g and runs(g, now, after.plan)]
        if not touched:
            return await self.log.tell_change(command, None, DayPlanned(part="groups"))
        students = {student for group in touched for student in group.students}
        before = with_group(after, change)
        event = self._changed(before, after, students, now)
        return await self.log.tell_change(command, None, event)

    async def _facts(self, school: SchoolId, now: dt.datetime) -> DayFacts:
        facts = await self.reading.facts(school, None, now)
        assert facts is not None
        return facts

    def _changed(
        self, before: DayFacts, after: DayFacts, students: Collection[PersonId], now: dt.datetime
    ) -> DayChanged:
        return DayChanged(
            date=now.astimezone(after.plan.zone).date().isoformat(),
            facts=changed_facts(before, after, students, now),
        )


def kept_marks(command: RecordAttendance, now: dt.datetime) -> list[KeptMark]:
    """The command's marks with ids that the same command always has."""
    actor = command.actor.person
    return [
        KeptMark(
            id=attendance_id(command.school, actor, command.op_id, index),
            student=mark.student,
            kind=mark.kind,
            at=mark.at,
            period=mark.period,
            note=mark.note,
            by=actor,
            # In the order of the command, also among marks of the same minute.
            recorded=now + dt.timedelta(microseconds=index),
        )
        for index, mark in enumerate(command.marks)
    ]


def without_marks(facts: DayFacts, ids: Collection[str]) -> DayFacts:
    marks = {
        student: tuple(mark for mark in kept if mark.id not in ids)
        for student, kept in facts.marks.items()
    }
    return msgspec.structs.replace(facts, marks=marks)


def with_mark(facts: DayFacts, mark: KeptMark) -> DayFacts:
    held = msgspec.structs.replace(mark, withdrawn=False)
    others = tuple(one for one in facts.marks.get(mark.student, ()) if one.id != mark.id)
    return msgspec.structs.replace(facts, marks={**facts.marks, mark.student: (*others, held)})


def with_group(facts: DayFacts, change: GroupChange) -> DayFacts:
    """The facts as they were before a group was changed."""
    changed = {group.id for group in (change.before, change.after) if group}
    groups: tuple[Group, ...] = tuple(g for g in facts.plan.groups if g.id not in changed)
    if change.before:
        groups += (change.before,)
    return msgspec.structs.replace(facts, plan=msgspec.structs.replace(facts.plan, groups=groups))
