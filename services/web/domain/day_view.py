"""The expected list as figures and lines that an office reads at a glance."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from schemas.identifiers import ClassId, PersonId
from schemas.roster import RosterSnapshot, SchoolClass
from schemas.roster_day import ExpectedList, Reason
from schemas.roster_day_facts import AttendanceMark, KeptMark, RoomFacts, SchoolDay

IN_CLASS: frozenset[Reason] = frozenset({"scheduled_class", "homeroom", "late_arrival"})
ORDER: tuple[Reason, ...] = (
    "scheduled_class",
    "homeroom",
    "lunch",
    "recess",
    "assembly",
    "passing",
    "activity",
    "no_class_now",
    "late_arrival",
    "not_arrived",
    "marked_absent",
    "signed_out",
    "off_site_group",
    "dismissed",
)


@dataclass(frozen=True)
class Part:
    """One figure of the summary. place: where that is one place, else ""."""

    reason: Reason
    place: str
    count: int


@dataclass(frozen=True)
class RoomLine:
    """A place and who is expected there now. classes: their titles, () none."""

    place: str
    reason: Reason
    classes: tuple[str, ...]
    count: int


def parts_of(expected: ExpectedList) -> list[Part]:
    """Figures by reason; apart by place for those who are together in one."""
    together = {"lunch", "recess", "assembly", "activity", "off_site_group"}
    counted = Counter(
        (one.reason, one.place if one.reason in together else "") for one in expected.students
    )
    return [
        Part(reason, place, count)
        for (reason, place), count in sorted(
            counted.items(), key=lambda item: (ORDER.index(item[0][0]), -item[1], item[0][1])
        )
    ]


def rooms_now(expected: ExpectedList, snapshot: RosterSnapshot) -> list[RoomLine]:
    """Everyone who is in the building, by place; those without a place last."""
    classes = {one.id: one for one in snapshot.classes}
    counts: Counter[tuple[str, Reason]] = Counter()
    titles: dict[tuple[str, Reason], dict[str, None]] = defaultdict(dict)
    for one in expected.students:
        if one.standing != "unknown":
            continue
        reason: Reason = (
            "scheduled_class" if one.reason in IN_CLASS and one.class_id else one.reason
        )
        key = (one.place, reason)
        counts[key] += 1
        if one.class_id in classes:
            titles[key][classes[one.class_id].title] = None
    lines = [
        RoomLine(place, reason, tuple(titles[place, reason]), count)
        for (place, reason), count in counts.items()
    ]
    return sorted(lines, key=lambda line: (not line.place, len(line.place), line.place))


def half_day_of(day: SchoolDay) -> str:
    """The schedule that a quick switch offers: a half day, or an early dismissal."""
    names = [one.name for one in day.schedules if one.name != day.schedule]
    for word in ("half", "medio", "early", "minimum"):
        if found := next((name for name in names if word in name.lower()), ""):
            return found
    return ""


def standing_marks(marks: Iterable[KeptMark], period: str = "") -> dict[PersonId, KeptMark]:
    """The last mark of each student that speaks of this period or of the day."""
    said = [
        mark
        for mark in marks
        if not mark.withdrawn
        and (not mark.period or mark.kind != "absent" or mark.period == period)
    ]
    said.sort(key=lambda mark: (mark.at, mark.recorded, mark.id))
    return {mark.student: mark for mark in said}


def new_marks(
    wanted: Mapping[PersonId, str],
    before: Mapping[PersonId, KeptMark],
    period: str,
    now: dt.datetime,
) -> list[AttendanceMark]:
    """Marks for what differs from before: an absence keeps the time at which it was taken."""
    marks = []
    for student, kind in wanted.items():
        known = before.get(student)
        if known is not None and known.kind == "left_early":
            continue
        same = known is not None and known.kind == kind
        there = known is not None and known.kind == "late" and kind == "present"
        if same or there or kind not in ("present", "absent", "late"):
            continue
        marks.append(
            AttendanceMark(
                student=student,
                kind=kind,  # type: ignore[arg-type]
                at=now,
                period=period if kind == "absent" else "",
            )
        )
    return marks


def class_periods(day: SchoolDay) -> list[str]:
    """Labels of the class periods of the date's schedule."""
    schedule = next((one for one in day.schedules if one.name == day.schedule), None)
    return [p.label for p in schedule.periods if p.kind == "class"] if schedule else []


def period_of(day: SchoolDay, chosen: SchoolClass | None) -> str:
    """The period for which an absence from this class holds now; "" the whole day."""
    scheduled = chosen is not None and chosen.type == "scheduled"
    return day.moment.label if scheduled and day.moment.label in class_periods(day) else ""


def taken_of(
    snapshot: RosterSnapshot, marks: Iterable[KeptMark]
) -> list[tuple[SchoolClass, int, int]]:
    """(class, its students, those of whom attendance says something), homerooms first."""
    marked = {mark.student for mark in marks if not mark.withdrawn}
    students = members_of(snapshot)
    return [
        (one, len(students[one.id]), sum(student in marked for student in students[one.id]))
        for one in sorted(snapshot.classes, key=lambda c: (c.type != "homeroom", c.title))
        if students[one.id]
    ]


def members_of(snapshot: RosterSnapshot) -> dict[ClassId, list[PersonId]]:
    found: dict[ClassId, list[PersonId]] = defaultdict(list)
    for student in snapshot.students:
        for class_id in {*student.classes, *((student.homeroom,) if student.homeroom else ())}:
            found[class_id].append(student.id)
    return found


def every_room(day_rooms: Sequence[RoomFacts], snapshot: RosterSnapshot) -> list[RoomFacts]:
    """Rooms of the roster and of the office, each once; an alias is no room of its own."""
    other_names = {name.lower() for room in day_rooms for name in room.aliases}
    found = {room.name: room for room in day_rooms}
    for one in snapshot.classes:
        if one.room and one.room.lower() not in other_names:
            found.setdefault(one.room[:60], RoomFacts(name=one.room[:60]))
    return sorted(found.values(), key=lambda room: (len(room.name), room.name))


def instant_on(clock: str, now: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    """ "9:40" today by the school's clock; None when it is no time."""
    hour, _, minute = clock.strip().partition(":")
    if not (hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60):
        return None
    time = dt.time(int(hour), int(minute))
    return dt.datetime.combine(now.astimezone(zone).date(), time, tzinfo=zone)
