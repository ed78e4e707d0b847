"""Which bell schedule a date keeps, which letter it has, and what moment of it a time is."""

from __future__ import annotations

import datetime as dt
from typing import Final

import msgspec

from schemas.roster_day import DayMoment, Moment
from schemas.roster_day_facts import BellPeriod, BellSchedule
from services.roster.domain.day.inputs import Plan

# A school year has fewer days than this; a count over more means a wrong anchor.
COUNTED: Final = 800
RANK: Final = {"assembly": 0, "lunch": 1, "recess": 2, "class": 3}


class Bells(msgspec.Struct, frozen=True, kw_only=True):
    """A moment with what the decision needs of it.

    on: periods that are on now. before: the class period that is on, or the last one that was;
    a lunch for some rooms asks which class its students come from. began: when this part began.
    dismissal: when the school ended; only after_school.
    """

    moment: DayMoment
    on: tuple[BellPeriod, ...] = ()
    before: BellPeriod | None = None
    began: dt.datetime | None = None
    dismissal: dt.datetime | None = None


def schedule_name(plan: Plan, date: dt.date) -> str:
    """The name of the date's schedule; "" no school. It may name one that does not exist."""
    said = plan.days.get(date.isoformat())
    if said is not None:
        return said.schedule
    calendar, day = plan.calendar, date.isoformat()
    if (calendar.first and day < calendar.first) or (calendar.last and day > calendar.last):
        return ""
    return calendar.week[date.weekday()]


def letter_of(plan: Plan, date: dt.date) -> str:
    """The rotation's letter: as said for the date, else counted in school days from the anchor."""
    said = plan.days.get(date.isoformat())
    if said is not None and said.letter:
        return said.letter
    calendar = plan.calendar
    if not calendar.rotation or not calendar.anchor or not schedule_name(plan, date):
        return ""
    anchor = dt.date.fromisoformat(calendar.anchor)
    if abs((date - anchor).days) > COUNTED:
        return ""
    step = 1 if date >= anchor else -1
    first, last = (anchor, date) if step > 0 else (date, anchor)
    between = (first + dt.timedelta(days=n) for n in range((last - first).days))
    passed = sum(bool(schedule_name(plan, day)) for day in between)
    return calendar.rotation[step * passed % len(calendar.rotation)]


def bells_at(plan: Plan, at: dt.datetime) -> Bells:
    """at: aware; the school's wall clock decides, also on days when it is put forward or back."""
    here = at.astimezone(plan.zone)
    name = schedule_name(plan, here.date())
    if not name:
        return Bells(moment=DayMoment(kind="no_school"))
    schedule = plan.schedules.get(name)
    if schedule is None:
        return Bells(moment=DayMoment(kind="no_schedule"))
    return Ringing(plan, schedule, here).bells()


class Ringing:
    """One schedule on one date, at one time."""

    def __init__(self, plan: Plan, schedule: BellSchedule, here: dt.datetime) -> None:
        self._plan = plan
        self._schedule = schedule
        self._here = here
        self._clock = here.strftime("%H:%M")
        self._periods = sorted(schedule.periods, key=lambda p: (p.start, p.end, p.label))

    def bells(self) -> Bells:
        clock, periods = self._clock, self._periods
        opens, closes = periods[0].start, max(period.end for period in periods)
        letter = letter_of(self._plan, self._here.date())
        edges = sorted({edge for p in periods for edge in (p.start, p.end)})
        began = max((edge for edge in edges if edge <= clock), default=None)
        until = min((edge for edge in edges if edge > clock), default=None)
        on = tuple(p for p in periods if p.start <= clock < p.end)
        kind: Moment = "passing"
        label = ""
        if clock < opens:
            kind = "before_school"
        elif clock >= closes:
            kind = "after_school"
        elif on:
            first = min(on, key=lambda p: RANK[p.kind])
            kind, label = first.kind, first.label
        moment = DayMoment(
            kind=kind,
            label=label,
            day=letter,
            schedule=self._schedule.name,
            until=self._instant(until) if until else None,
        )
        return Bells(
            moment=moment,
            on=on,
            before=self._class_before(on),
            began=self._instant(began) if began else None,
            dismissal=self._instant(closes) if kind == "after_school" else None,
        )

    def _class_before(self, on: tuple[BellPeriod, ...]) -> BellPeriod | None:
        classes = [p for p in self._periods if p.kind == "class"]
        now = [p for p in classes if p in on]
        past = [p for p in classes if p.end <= self._clock]
        return now[0] if now else (past[-1] if past else None)

    def _instant(self, clock: str) -> dt.datetime:
        return instant_of(self._here.date(), clock, self._plan, fold=self._here.fold)


def instant_of(date: dt.date, clock: str, plan: Plan, *, fold: int = 0) -> dt.datetime:
    """The instant of a wall clock's time on a date, in UTC. fold 1: the second of two."""
    time = dt.time.fromisoformat(clock).replace(fold=fold)
    return dt.datetime.combine(date, time, tzinfo=plan.zone).astimezone(dt.UTC)
