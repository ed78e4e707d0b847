"""May the school's day be changed so? Each refusal says what to do."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from schemas.identifiers import PersonId, SchoolId
from schemas.roster_day_facts import (
    AttendanceMark,
    BellPeriod,
    BellSchedule,
    Calendar,
    CalendarDay,
    Group,
    RoomFacts,
)
from schemas.vocabulary import Actor
from services.roster.domain.day.inputs import plain_room
from services.roster.domain.imports import Refused, may_change_roster

AHEAD: Final = dt.timedelta(minutes=2)
PLANNED: Final = dt.timedelta(days=200)
PAST: Final = dt.timedelta(days=400)
MOST_SCHEDULES: Final = 40
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2200


def decide_schedules(
    schedules: Sequence[BellSchedule],
    remove: Collection[str],
    *,
    known: Collection[str],
    used: Collection[str],
) -> Refused | None:
    """known: names that exist. used: names that the week or a date keeps."""
    for schedule in schedules:
        if not schedule.name.strip() or not schedule.name.isprintable():
            return Refused("bad_name", "Give the schedule a name, such as Regular.")
        for period in schedule.periods:
            if wrong := wrong_period(period):
                return wrong
        if wrong := overlapping(schedule):
            return wrong
    names = {schedule.name for schedule in schedules}
    if taken := (set(remove) - names) & set(used):
        return Refused(
            "schedule_in_use",
            f"{min(taken)} is kept by the calendar. Change that first.",
            {"schedule": min(taken)},
        )
    if len((set(known) - set(remove)) | names) > MOST_SCHEDULES:
        return Refused(
            "too_many_schedules",
            f"A school keeps at most {MOST_SCHEDULES} schedules.",
            {"number": str(MOST_SCHEDULES)},
        )
    return None


def wrong_period(period: BellPeriod) -> Refused | None:
    if period.start >= period.end:
        return Refused(
            "period_backwards",
            f"{period.label}: it must end after it starts ({period.start}).",
            {"period": period.label, "start": period.start},
        )
    return None


def overlapping(schedule: BellSchedule) -> Refused | None:
    """Two class periods at once would put a class in two places."""
    classes = sorted((p for p in schedule.periods if p.kind == "class"), key=lambda p: p.start)
    for one, next_one in itertools.pairwise(classes):
        if next_one.start < one.end:
            return Refused(
                "periods_overlap",
                f"{schedule.name}: {next_one.label} starts before {one.label} has ended.",
                {"schedule": schedule.name, "next": next_one.label, "period": one.label},
            )
    return None


def decide_calendar(calendar: Calendar, known: Collection[str]) -> Refused | None:
    if unknown := {name for name in calendar.week if name} - set(known):
        return Refused(
            "unknown_schedule",
            f"There is no bell schedule {min(unknown)}.",
            {"schedule": min(unknown)},
        )
    if wrong := next((d for d in (calendar.first, calendar.last) if d and not is_date(d)), ""):
        return Refused("bad_date", f"{wrong} is no date.", {"date": wrong})
    if calendar.first and calendar.last and calendar.first > calendar.last:
        return Refused("year_backwards", "The last day of school comes before the first.")
    if calendar.rotation and not is_date(calendar.anchor):
        return Refused("anchor_missing", "Say a school day that has the first letter.")
    return None


def decide_days(
    days: Sequence[CalendarDay], known: Collection[str], letters: Collection[str]
) -> Refused | None:
    for day in days:
        if not is_date(day.date):
            return Refused("bad_date", f"{day.date} is no date.", {"date": day.date})
        if day.schedule and day.schedule not in known:
            return Refused(
                "unknown_schedule",
                f"There is no bell schedule {day.schedule}.",
                {"schedule": day.schedule},
            )
        if day.letter and day.letter not in letters:
            return Refused(
                "unknown_letter", f"The rotation has no day {day.letter}.", {"letter": day.letter}
            )
    return None


def decide_rooms(
    rooms: Sequence[RoomFacts], others: Sequence[RoomFacts], staff: Collection[PersonId]
) -> Refused | None:
    """others: what is said of rooms that this change does not name."""
    owner: dict[str, str] = {}
    for room in (*others, *rooms):
        for name in dict.fromkeys(plain_room(name) for name in (room.name, *room.aliases)):
            if name in owner and owner[name] != room.name:
                return Refused(
                    "room_name_taken",
                    f"{name} is already a name of {owner[name]}. Use it once.",
                    {"name": name, "room": owner[name]},
                )
            owner[name] = room.name
    if any(room.supervised_by and room.supervised_by not in staff for room in rooms):
        return Refused("unknown_person", "Nobody on the staff has this id.")
    return None


def decide_recorder(
    actor: Actor, marks: Sequence[AttendanceMark], own: Collection[PersonId]
) -> Refused | None:
    """own: students of the classes that the actor teaches.

    The office records everyone; a teacher takes the attendance of a class, and signs nobody out.
    """
    if may_change_roster(actor):
        return None
    if "teacher" in actor.roles and all(
        mark.student in own and mark.kind != "left_early" for mark in marks
    ):
        return None
    return Refused("not_allowed", "The office records this; a teacher only their own classes.")


def decide_attendance(
    marks: Sequence[AttendanceMark], students: Collection[PersonId], now: dt.datetime
) -> Refused | None:
    """Nobody is signed out ahead: until they leave they must be looked for."""
    for mark in marks:
        if mark.student not in students:
            return Refused("unknown_student", "Nobody of this school's students has this id.")
        if mark.at > now + (PLANNED if mark.kind == "absent" else AHEAD):
            return Refused("not_yet", "This time is still to come. Record it when it happens.")
        if mark.at < now - PAST:
            return Refused("too_long_ago", "This is more than a school year ago.")
    return None


def decide_group(
    group: Group, students: Collection[PersonId], staff: Collection[PersonId]
) -> Refused | None:
    if not is_date(group.first) or not is_date(group.last) or group.first > group.last:
        return Refused("bad_date", "The group's last day comes before its first, or is no date.")
    through = group.off_site and not group.weekdays
    if group.starts >= group.ends and not (through and group.first < group.last):
        return Refused("time_backwards", "The group must end after it starts.")
    if group.leader and group.leader not in staff:
        return Refused("unknown_person", "Nobody on the staff has the leader's id.")
    if not students_known(group, students):
        return Refused("unknown_student", "Someone in the group is no student of this school.")
    return None


def students_known(group: Group, students: Collection[PersonId]) -> bool:
    return set(students).issuperset(group.students)


def decide_campus(
    name: str,
    schools: Collection[SchoolId],
    *,
    own: SchoolId,
    reach: Collection[SchoolId] | None,
    known: Mapping[SchoolId, str],
) -> Refused | None:
    """reach: schools that the actor may speak for, None all. known: school → its campus now."""
    if not name:
        return None
    members = {school for school, campus in known.items() if campus == name}
    if members and reach is not None and members.isdisjoint({own, *reach}):
        return Refused("other_school", "Another school's campus has this name already.")
    for school in set(schools) - {own}:
        if school not in known:
            return Refused("unknown_school", "There is no such school.")
        if reach is not None and school not in reach and known[school] != name:
            return Refused("other_school", "You have no role at one of these schools.")
        if known[school] and known[school] != name and known[school] != known.get(own):
            return Refused("on_another_campus", "One of these schools is on another campus.")
    return None


def is_date(text: str) -> bool:
    """Whether it is a day that a school can have: others have no instant in every zone."""
    try:
        return FIRST_YEAR <= dt.date.fromisoformat(text).year <= LAST_YEAR
    except ValueError:
        return False
