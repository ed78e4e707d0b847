"""The language of the school day: who is expected where at a moment, and why."""

from typing import Literal

import msgspec

from schemas.envelope import Instant
from schemas.events import Event
from schemas.identifiers import ClassId, PersonId, SchoolId

Moment = Literal[
    "class",
    "lunch",
    "recess",
    "passing",
    "assembly",
    "before_school",
    "after_school",
    "no_school",
    "no_schedule",
]
"""no_school: weekend, holiday. no_schedule: the school keeps no bell schedule: homerooms hold."""

Standing = Literal["unknown", "absent", "off_site", "left"]
"""What an incident starts a student with. left: after dismissal or signed out; not verified by
anyone, so neither unknown nor accounted for."""

Reason = Literal[
    "scheduled_class",
    "homeroom",
    "lunch",
    "recess",
    "passing",
    "assembly",
    "no_class_now",
    "activity",
    "late_arrival",
    "not_arrived",
    "marked_absent",
    "signed_out",
    "off_site_group",
    "dismissed",
]
"""Why someone is expected there, or why not; a page has words for each."""


class DayMoment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which part of the school day it is. label: as the school calls it ("Period 3", "Lunch A").

    day: the rotation's letter ("A"), "" without one. schedule: the bell schedule's name
    ("Half day"). until: when this part ends; None: not today any more.
    """

    kind: Moment
    label: str = ""
    day: str = ""
    schedule: str = ""
    until: Instant | None = None


class ExpectedStudent(msgspec.Struct, frozen=True, array_like=True):
    """[id, class, standing, reason, place, since, adult].

    class_id: the class whose adult should have the student now, or would have them if they were
    not absent, signed out or off site; None: no class (lunch, passing, an activity). place: where
    they are said to be, a room, a zone or the name of a group, as the school says it; "" unknown.
    since: when the reason began (signed out 10:12, attendance taken 08:31). adult: the leader of
    a group or activity.
    """

    student: PersonId
    class_id: ClassId | None
    standing: Standing
    reason: Reason
    place: str = ""
    since: Instant | None = None
    adult: PersonId | None = None


class ExpectedAdult(msgspec.Struct, frozen=True, array_like=True):
    """[id, kind, place, since]: an adult who is signed in on site besides the roster's staff."""

    person: str
    kind: Literal["visitor", "volunteer", "contractor", "substitute", "itinerant"]
    place: str = ""
    since: Instant | None = None


class ExpectedList(msgspec.Struct, frozen=True, kw_only=True):
    """GET /expected?school[&version][&at]: who should be where at that moment, each student once.

    version: of the roster snapshot it was read from. students: everyone of that snapshot who is
    expected or accounted for by a fact of the day; outside school hours only activity rosters and
    who is "left". Ids only.
    """

    school: SchoolId
    version: int
    at: Instant
    moment: DayMoment
    students: tuple[ExpectedStudent, ...]
    adults: tuple[ExpectedAdult, ...] = ()


class DayFact(msgspec.Struct, frozen=True, array_like=True):
    """[student, standing, reason, at, place]: one fact of the day as it holds from now on.

    standing "unknown": expected again (a late arrival, or a fact that was taken back).
    at: when it began, as the school says.
    """

    student: PersonId
    standing: Standing
    reason: Reason
    at: Instant
    place: str = ""


class DayChanged(Event, frozen=True, kw_only=True, tag="roster.day_changed.v1"):
    """Attendance, sign-outs, late arrivals or groups of a day changed. date: the school's own.

    An open incident takes these over as inferred observations; nobody saw the student there.
    """

    date: str
    facts: tuple[DayFact, ...]
