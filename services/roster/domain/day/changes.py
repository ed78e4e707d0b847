"""What a change of today's facts means for the students it names: rows of roster.day_changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from schemas.identifiers import PersonId
from schemas.roster_day import DayFact, ExpectedStudent
from services.roster.domain.day.inputs import DayFacts
from services.roster.domain.day.where import Looking


def changed_facts(
    before: DayFacts, after: DayFacts, students: Iterable[PersonId], now: dt.datetime
) -> tuple[DayFact, ...]:
    """A row for each of the students for whom something else holds now than before.

    Whoever is expected all the same has no row: a row must not undo what was seen of them.
    """
    named = set(students)
    was, holds = Looking(before, now), Looking(after, now)
    rows = []
    for pupil in after.people.pupils:
        if pupil.id not in named:
            continue
        one = holds.student(pupil)
        if one is not None and told(one) != told(was.student(pupil)):
            rows.append(DayFact(one.student, one.standing, one.reason, one.since or now, one.place))
    return tuple(rows)


def told(one: ExpectedStudent | None) -> tuple[object, ...]:
    """What of it an incident would have to hear; where an expected student sits is not part."""
    if one is None:
        return ()
    if one.standing == "unknown" and one.reason != "late_arrival":
        return ("unknown",)
    return (one.standing, one.reason, one.place if one.standing == "off_site" else "", one.since)
