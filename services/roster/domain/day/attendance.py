"""Which mark of a student holds at a moment, and whom a group has with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from schemas.roster_day_facts import BellPeriod, Group, KeptMark
from services.roster.domain.day.codes import parsed
from services.roster.domain.day.inputs import Plan


def holding(
    marks: Sequence[KeptMark], on: Sequence[BellPeriod], at: dt.datetime
) -> KeptMark | None:
    """The last mark that speaks of this moment; None: nobody said anything.

    Absent from one period says nothing of the next. Whoever was seen in a period is in school,
    whatever was said of the day before. A late arrival that is still to come says that the
    student was not there yet.
    """
    count = [mark for mark in marks if not mark.withdrawn and speaks(mark, on)]
    said = [mark for mark in count if mark.at <= at]
    if said:
        return max(said, key=lambda mark: (mark.at, mark.recorded, mark.id))
    coming = [mark for mark in count if mark.kind == "late" and not mark.period]
    return min(coming, key=lambda mark: mark.at) if coming else None


def speaks(mark: KeptMark, on: Sequence[BellPeriod]) -> bool:
    """A mark of absence from one period holds in that period alone."""
    if not mark.period or mark.kind != "absent":
        return True
    return any(is_period(mark.period, period) for period in on)


def is_period(named: str, period: BellPeriod) -> bool:
    """Whether a label or a code names this period."""
    plain = parsed(named).code
    return plain in {parsed(period.label).code, *(parsed(code).code for code in period.codes)}


def runs(group: Group, at: dt.datetime, plan: Plan) -> bool:
    """Whether the group is under way, by the school's wall clock."""
    here = at.astimezone(plan.zone)
    day, clock = here.date().isoformat(), here.strftime("%H:%M")
    if not group.first <= day <= group.last:
        return False
    if group.off_site and not group.weekdays:
        return (group.first, group.starts) <= (day, clock) < (group.last, group.ends)
    if group.weekdays and here.isoweekday() not in group.weekdays:
        return False
    return group.starts <= clock < group.ends


def began(group: Group, at: dt.datetime, plan: Plan) -> dt.datetime:
    """When the part of the group that runs at `at` began."""
    here = at.astimezone(plan.zone)
    date = here.date()
    if group.off_site and not group.weekdays:
        date = dt.date.fromisoformat(group.first)
    time = dt.time.fromisoformat(group.starts)
    return dt.datetime.combine(date, time, tzinfo=plan.zone).astimezone(dt.UTC)
