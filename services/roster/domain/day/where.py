"""Who should be where, and why: the decision that an incident starts its population from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from schemas.identifiers import ClassId, PersonId
from schemas.roster_day import ExpectedAdult, ExpectedList, ExpectedStudent, Reason
from schemas.roster_day_facts import BellPeriod, Group, KeptMark
from services.roster.domain.day.attendance import began, holding, runs
from services.roster.domain.day.bells import Bells, bells_at
from services.roster.domain.day.codes import HOMEROOM, meets, parsed
from services.roster.domain.day.inputs import DayFacts, Pupil

OUTSIDE = frozenset({"before_school", "after_school", "no_school"})


def who_is_where(
    facts: DayFacts, now: dt.datetime, adults: Sequence[ExpectedAdult] = ()
) -> ExpectedList:
    """Every student at most once, those first who were imported first.

    What is known of a student goes first: signed out, absent, away with a group; then an
    activity outside school hours; then what the bells say. Attendance that nobody took makes
    nobody absent. Who is away keeps the class that they would be in: its teacher sees them, and
    can say that they are there after all.
    """
    moment = Looking(facts, now)
    found = (moment.student(pupil) for pupil in facts.people.pupils)
    return ExpectedList(
        school=facts.school,
        version=facts.people.version,
        at=now,
        moment=moment.bells.moment,
        students=tuple(student for student in found if student is not None),
        adults=tuple(adults),
    )


class Looking:
    """One moment of one school; student() is asked for each student in turn."""

    def __init__(self, facts: DayFacts, now: dt.datetime) -> None:
        self._facts = facts
        self._now = now
        self._plan = facts.plan
        self.bells: Bells = bells_at(facts.plan, now)
        kind = self.bells.moment.kind
        self._away = self._members(off_site=True)
        hours = kind in OUTSIDE or kind == "no_schedule"
        self._active = self._members(off_site=False) if hours else {}
        self._meeting = self._classes_of(self.bells.before)

    def student(self, pupil: Pupil) -> ExpectedStudent | None:
        """None: nobody expects this student now, and nothing is known of them."""
        group, activity = self._away.get(pupil.id), self._active.get(pupil.id)
        kind = self.bells.moment.kind
        if kind == "no_school" and group is None and activity is None:
            return None
        marks = self._facts.marks.get(pupil.id, ())
        mark = holding(marks, self.bells.on, self._now) if marks else None
        if mark is not None and (gone := self._gone(pupil, mark)) is not None:
            return gone
        if group is not None and not self._seen_since(group, mark):
            return self._with_group(pupil, group, off_site=True)
        if activity is not None:
            return self._with_group(pupil, activity, off_site=False)
        match kind:
            case "before_school" | "no_school":
                return None
            case "after_school":
                since = self.bells.dismissal
                return ExpectedStudent(pupil.id, None, "left", "dismissed", "", since)
            case "no_schedule":
                return self._at_home(pupil)
            case _:
                return self._late(self._in_school(pupil), mark)

    def _gone(self, pupil: Pupil, mark: KeptMark) -> ExpectedStudent | None:
        if mark.kind == "left_early":
            own = self._own_class(pupil)
            return ExpectedStudent(pupil.id, own, "left", "signed_out", "", mark.at)
        if mark.kind == "absent":
            own = self._own_class(pupil)
            return ExpectedStudent(pupil.id, own, "absent", "marked_absent", "", mark.at)
        if mark.kind == "late" and mark.at > self._now:
            return ExpectedStudent(pupil.id, self._own_class(pupil), "absent", "not_arrived")
        return None

    def _own_class(self, pupil: Pupil) -> ClassId | None:
        """The class that would have the student now, were they here."""
        match self.bells.moment.kind:
            case "before_school" | "after_school" | "no_school":
                return None
            case "no_schedule":
                return self._at_home(pupil).class_id
            case _:
                return self._in_school(pupil).class_id

    def _seen_since(self, group: Group, mark: KeptMark | None) -> bool:
        """Whoever came or was seen after the group had left is not with it."""
        return mark is not None and mark.at >= began(group, self._now, self._plan)

    def _with_group(self, pupil: Pupil, group: Group, *, off_site: bool) -> ExpectedStudent:
        place = " · ".join(part for part in (group.name, group.place) if part)
        return ExpectedStudent(
            pupil.id,
            self._own_class(pupil) if off_site else None,
            "off_site" if off_site else "unknown",
            "off_site_group" if off_site else "activity",
            place,
            began(group, self._now, self._plan),
            PersonId(group.leader) if group.leader else None,
        )

    def _in_school(self, pupil: Pupil) -> ExpectedStudent:
        for period in sorted(self.bells.on, key=lambda p: p.kind != "assembly"):
            if period.kind != "class" and self._holds_of(period, pupil):
                return ExpectedStudent(pupil.id, None, "unknown", period.kind, period.place)
        if not self.bells.on:
            return ExpectedStudent(pupil.id, None, "unknown", "passing")
        return self._in_class(pupil)

    def _in_class(self, pupil: Pupil) -> ExpectedStudent:
        """Also while it is lunch for others alone: then nobody's class meets."""
        taught = any(period.kind == "class" for period in self.bells.on)
        own = self._class_now(pupil) if taught else None
        if own is not None:
            return self._at(pupil, own)
        if self._plan.calendar.without_class == "homeroom" and self._home_is_open(pupil):
            return self._at_home(pupil)
        return ExpectedStudent(pupil.id, None, "unknown", "no_class_now")

    def _at(self, pupil: Pupil, own: ClassId) -> ExpectedStudent:
        taught = self._facts.people.classes[own]
        reason: Reason = "homeroom" if taught.homeroom else "scheduled_class"
        place = self._plan.places.called(taught.room)
        return ExpectedStudent(pupil.id, own, "unknown", reason, place)

    def _at_home(self, pupil: Pupil) -> ExpectedStudent:
        if pupil.homeroom is None:
            return ExpectedStudent(pupil.id, None, "unknown", "no_class_now")
        return self._at(pupil, pupil.homeroom)

    def _home_is_open(self, pupil: Pupil) -> bool:
        """A homeroom with periods of its own meets in those alone."""
        home = self._facts.people.classes.get(pupil.homeroom) if pupil.homeroom else None
        return home is not None and not home.codes

    def _late(self, expected: ExpectedStudent, mark: KeptMark | None) -> ExpectedStudent:
        """Said for as long as the part of the day lasts in which the student arrived."""
        start = self.bells.began
        if mark is None or mark.kind != "late" or start is None or mark.at < start:
            return expected
        return ExpectedStudent(
            expected.student, expected.class_id, "unknown", "late_arrival", expected.place, mark.at
        )

    def _holds_of(self, period: BellPeriod, pupil: Pupil) -> bool:
        """Whether this lunch, recess or assembly is the student's."""
        if not period.grades and not period.rooms:
            return True
        if pupil.grade in period.grades:
            return True
        own = self._class_now(pupil) if period.rooms else None
        if own is None and period.rooms and self._home_is_open(pupil):
            own = pupil.homeroom
        if own is None:
            return False
        return self._plan.places.within(self._facts.people.classes[own].room, period.rooms)

    def _class_now(self, pupil: Pupil) -> ClassId | None:
        return next((one for one in pupil.classes if one in self._meeting), None)

    def _classes_of(self, period: BellPeriod | None) -> frozenset[ClassId]:
        """The classes that meet in this class period."""
        if period is None:
            return frozenset()
        now = [parsed(code) for code in period.codes]
        homerooms = any(code.code in HOMEROOM for code in now)
        letter, rotation = self.bells.moment.day, self._plan.calendar.rotation
        return frozenset(
            one.id
            for one in self._facts.people.classes.values()
            if (homerooms and one.homeroom and not one.codes)
            or meets(one.codes, now, letter, rotation)
        )

    def _members(self, *, off_site: bool) -> dict[PersonId, Group]:
        """Student → their group; of two at once the one that began first."""
        running = [
            group
            for group in self._plan.groups
            if group.off_site is off_site and runs(group, self._now, self._plan)
        ]
        running.sort(key=lambda g: (g.first, g.starts, g.id), reverse=True)
        return {student: group for group in running for student in group.students}
