"""Who should be where, from facts that are kept in memory while they hold."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from schemas.identifiers import PersonId, SchoolId, attendance_id
from schemas.roster_day import ExpectedList
from schemas.roster_day_facts import (
    AttendanceReport,
    KeptMark,
    SchoolDay,
    SchoolGround,
    StudentsFound,
)
from services.roster.domain.day.attendance_file import read_attendance
from services.roster.domain.day.bells import bells_at, schedule_name
from services.roster.domain.day.directory import Directory, find_students
from services.roster.domain.day.inputs import DayFacts, People, Plan
from services.roster.domain.day.sheet import ROWS
from services.roster.domain.day.where import who_is_where
from services.roster.ports.day import Days, OnSite, Stamp
from services.roster.ports.log import Clock

T = TypeVar("T")
KEPT = 64
NOON = dt.time(12)


class Recent(Generic[T]):
    """The last values by key; a value counts while it carries the stamp that is asked for."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[Hashable, T]] = OrderedDict()

    def get(self, key: Hashable, stamp: Hashable) -> T | None:
        kept = self._kept.get(key)
        return kept[1] if kept is not None and kept[0] == stamp else None

    def keep(self, key: Hashable, stamp: Hashable, value: T) -> T:
        self._kept[key] = (stamp, value)
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return value


class Act(NamedTuple):
    """Who records, under which key."""

    person: PersonId
    op_id: str


Marks = Mapping[PersonId, tuple[KeptMark, ...]]


@dataclass(frozen=True, kw_only=True)
class ReadingDay:
    """Queries of the day. on_site: the adults who are signed in besides the staff."""

    days: Days
    clock: Clock
    on_site: OnSite
    _people: Recent[People] = field(default_factory=Recent)
    _plans: Recent[Plan] = field(default_factory=Recent)
    _marks: Recent[Marks] = field(default_factory=Recent)

    async def expected(
        self, school: SchoolId, version: int | None, at: dt.datetime | None
    ) -> ExpectedList | None:
        """None: no such school or version. at: None is now."""
        now = at or self.clock.now()
        facts = await self.facts(school, version, now)
        if facts is None:
            return None
        return who_is_where(facts, now, await self.on_site.adults_on_site(school, now))

    async def facts(
        self, school: SchoolId, version: int | None, now: dt.datetime
    ) -> DayFacts | None:
        """What holds; the stamp is read first, so that what is kept is never older than it."""
        stamp = await self.days.stamp(school)
        if stamp is None:
            return None
        people = await self._people_of(school, version or stamp.version)
        if people is None:
            return None
        plan = await self._plan_of(school, stamp)
        date = now.astimezone(plan.zone).date().isoformat()
        marks = await self._marks_of(school, stamp, date)
        return DayFacts(school=school, people=people, plan=plan, marks=marks)

    async def day(self, school: SchoolId, date: str | None) -> SchoolDay | None:
        """Everything the office sees of a date; None: no such school."""
        now = self.clock.now()
        stamp = await self.days.stamp(school)
        if stamp is None:
            return None
        plan = await self._plan_of(school, stamp)
        today = now.astimezone(plan.zone).date()
        asked = dt.date.fromisoformat(date) if date else today
        at = now if asked == today else dt.datetime.combine(asked, NOON, tzinfo=plan.zone)
        return SchoolDay(
            school=school,
            date=asked.isoformat(),
            moment=bells_at(plan, at).moment,
            schedule=schedule_name(plan, asked),
            schedules=tuple(plan.schedules.values()),
            calendar=plan.calendar,
            days=tuple(plan.days.values()),
            rooms=plan.rooms,
            groups=plan.groups,
            marks=await self.days.marks(school, asked.isoformat()),
            codes=await self.days.codes(school),
            campus=await self.days.campus(school),
        )

    async def ground(self, school: SchoolId) -> SchoolGround | None:
        """Zones and campus; None: no such school."""
        stamp = await self.days.stamp(school)
        if stamp is None:
            return None
        plan = await self._plan_of(school, stamp)
        zones: dict[str, list[str]] = defaultdict(list)
        for room in plan.rooms:
            if room.zone:
                zones[room.zone] += (room.name, *room.aliases)
        return SchoolGround(
            school=school,
            zones={name: tuple(rooms) for name, rooms in sorted(zones.items())},
            campus=await self.days.campus(school),
        )

    async def attendance(
        self, school: SchoolId, body: bytes, act: Act | None = None
    ) -> AttendanceReport | None:
        """A file of attendance, read and not recorded; None: no such school.

        act: what will record it. Rows without a time were taken when it was first recorded: sent
        again under the same key, also tomorrow, the file is the same act.
        """
        stamp = await self.days.stamp(school)
        if stamp is None:
            return None
        directory = Directory(await self.days.students(school))
        plan = await self._plan_of(school, stamp)
        first = await self._recorded_by(school, act) if act else {}
        return read_attendance(body, directory, plan, self.clock.now(), first)

    async def _recorded_by(self, school: SchoolId, act: Act) -> dict[int, KeptMark]:
        """Marks of this very act by their number in it; {} when it was not recorded yet."""
        ids = {attendance_id(school, act.person, act.op_id, n): n for n in range(ROWS)}
        kept = await self.days.marks_called(school, ids)
        return {ids[mark]: known for mark, known in kept.items()}

    async def find(self, school: SchoolId, body: bytes) -> StudentsFound:
        return find_students(body, Directory(await self.days.students(school)))

    async def _people_of(self, school: SchoolId, version: int) -> People | None:
        key = (school, version)
        if (known := self._people.get(key, None)) is not None:
            return known
        people = await self.days.people(school, version)
        return self._people.keep(key, None, people) if people is not None else None

    async def _plan_of(self, school: SchoolId, stamp: Stamp) -> Plan:
        if (known := self._plans.get(school, stamp)) is not None:
            return known
        return self._plans.keep(school, stamp, await self.days.plan(school, stamp.zone))

    async def _marks_of(self, school: SchoolId, stamp: Stamp, date: str) -> Marks:
        if (known := self._marks.get((school, date), stamp)) is not None:
            return known
        marks = by_student(await self.days.marks(school, date))
        return self._marks.keep((school, date), stamp, marks)


def by_student(marks: Iterable[KeptMark]) -> Marks:
    found: dict[PersonId, list[KeptMark]] = defaultdict(list)
    for mark in marks:
        if not mark.withdrawn:
            found[mark.student].append(mark)
    return {student: tuple(kept) for student, kept in found.items()}
