"""What a school says of its day: bells, calendar, rooms, campus, attendance, groups.

Commands of the roster change these facts; an import never does. GET /day reads them.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from schemas.commands import Command
from schemas.envelope import Instant
from schemas.events import Event
from schemas.identifiers import PersonId, SchoolId
from schemas.roster import Finding
from schemas.roster_day import DayMoment

HourMinute = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""A wall clock's time in the school's zone, "08:05"."""

Date = Annotated[str, Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
OpenDate = Annotated[str, Meta(pattern=r"^$|^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
""" "": none."""

Label = Annotated[str, Meta(min_length=1, max_length=60)]
Line = Annotated[str, Meta(max_length=200)]
Code = Annotated[str, Meta(min_length=1, max_length=40)]
FactId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,64}$")]

# --- bells and calendar -----------------------------------------------------------------------

PeriodKind = Literal["class", "lunch", "recess", "assembly"]
"""Passing is the gap between two periods."""


class BellPeriod(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a bell schedule; lunches by wave lie over the class that they interrupt.

    codes: period codes of classes.csv that meet now, with the rotation's days in brackets where
    they differ: "3", "1(A)", "5(B-D)". place: where a lunch, recess or assembly is held.
    grades, rooms: of whom it holds, "" everyone; rooms: those whose class of that time meets in
    one of these rooms or zones.
    """

    label: Label
    start: HourMinute
    end: HourMinute
    kind: PeriodKind = "class"
    codes: Annotated[tuple[Code, ...], Meta(max_length=40)] = ()
    place: Line = ""
    grades: Annotated[tuple[Code, ...], Meta(max_length=40)] = ()
    rooms: Annotated[tuple[Label, ...], Meta(max_length=200)] = ()


class BellSchedule(msgspec.Struct, frozen=True, kw_only=True):
    """A named day: "Regular", "Half day". It ends with its last period: dismissal."""

    name: Label
    periods: Annotated[tuple[BellPeriod, ...], Meta(min_length=1, max_length=60)]


ScheduleName = Annotated[str, Meta(max_length=60)]
""" "": no school."""

USUAL_WEEK = ("Regular", "Regular", "Regular", "Regular", "Regular", "", "")


class Calendar(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What holds on a date that is not named by itself.

    first, last: of the school year, "" open. week: schedule names, Monday first. rotation: its
    letters in turn, () none; counted in school days from anchor, which has the first letter.
    without_class: where a student is whose timetable has no class in a class period.
    """

    first: OpenDate = ""
    last: OpenDate = ""
    week: Annotated[tuple[ScheduleName, ...], Meta(min_length=7, max_length=7)] = USUAL_WEEK
    rotation: Annotated[tuple[Code, ...], Meta(max_length=20)] = ()
    anchor: OpenDate = ""
    without_class: Literal["homeroom", "nowhere"] = "homeroom"


class CalendarDay(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A date unlike its week. schedule "": no school. letter: of the rotation, "" as counted."""

    date: Date
    schedule: ScheduleName = ""
    label: Line = ""
    letter: Annotated[str, Meta(max_length=40)] = ""


# --- rooms ------------------------------------------------------------------------------------


class RoomFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the office says of a room. aliases: other names of it in timetables.

    capacity: 0 unknown. supervised_by: who answers for it when no class is there.
    """

    name: Label
    zone: Annotated[str, Meta(max_length=60)] = ""
    floor: Annotated[str, Meta(max_length=20)] = ""
    capacity: Annotated[int, Meta(ge=0, le=20_000)] = 0
    aliases: Annotated[tuple[Label, ...], Meta(max_length=20)] = ()
    supervised_by: PersonId = PersonId("")


# --- attendance -------------------------------------------------------------------------------

MarkKind = Literal["present", "absent", "late", "left_early"]


class AttendanceMark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """at: attendance was taken, the student arrived (late) or was signed out (left_early).

    period: its label or code, "" the whole day. note: staff only, by whom collected; it stays in
    the roster's table and enters no event.
    """

    student: PersonId
    kind: MarkKind
    at: Instant
    period: Annotated[str, Meta(max_length=60)] = ""
    note: Line = ""


class KeptMark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A mark as it is kept; one that was taken back stays, and counts no more."""

    id: FactId
    student: PersonId
    kind: MarkKind
    at: Instant
    period: str = ""
    note: str = ""
    by: PersonId
    recorded: Instant
    withdrawn: bool = False


class AttendanceReport(msgspec.Struct, frozen=True, kw_only=True):
    """POST /attendance (body: CSV): what was read of it; refused when errors is not empty.

    applied: false for a dry run and for a refused file.
    """

    rows: int
    marks: tuple[AttendanceMark, ...] = ()
    warnings: tuple[Finding, ...] = ()
    errors: tuple[Finding, ...] = ()
    applied: bool = False


class StudentsFound(msgspec.Struct, frozen=True, kw_only=True):
    """POST /students (body: a list or CSV): the students that its lines name."""

    students: tuple[PersonId, ...] = ()
    warnings: tuple[Finding, ...] = ()


# --- groups -----------------------------------------------------------------------------------

GroupKind = Literal["trip", "bus", "work_study", "campus", "activity", "other"]


class Group(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Students who are with someone else than their class.

    off_site: away from the building; else an activity in it, which counts outside school hours.
    first, last, starts, ends: the school's own dates and times. weekdays: 1 Monday to 7; () of an
    off-site group: without a break from its start to its end; () of an activity: every day.
    phone: of the leader.
    """

    id: FactId
    name: Label
    kind: GroupKind = "trip"
    off_site: bool = True
    leader: PersonId = PersonId("")
    phone: Annotated[str, Meta(max_length=40)] = ""
    place: Line = ""
    first: Date
    last: Date
    starts: HourMinute
    ends: HourMinute
    weekdays: Annotated[tuple[Annotated[int, Meta(ge=1, le=7)], ...], Meta(max_length=7)] = ()
    students: Annotated[tuple[PersonId, ...], Meta(max_length=5000)] = ()


# --- reading ----------------------------------------------------------------------------------


class Campus(msgspec.Struct, frozen=True, kw_only=True):
    """Schools on one ground: a Lockdown at one is preselected at the others."""

    name: str
    schools: tuple[SchoolId, ...]


class SchoolDay(msgspec.Struct, frozen=True, kw_only=True):
    """GET /day?school[&date]: every fact of the school's day; for the office.

    date: the school's own, today by default. schedule: what that date keeps, "" no school.
    codes: period codes that classes of the roster carry. marks: of that date, also withdrawn.
    """

    school: SchoolId
    date: str
    moment: DayMoment
    schedule: str
    schedules: tuple[BellSchedule, ...]
    calendar: Calendar
    days: tuple[CalendarDay, ...]
    rooms: tuple[RoomFacts, ...]
    groups: tuple[Group, ...]
    marks: tuple[KeptMark, ...]
    codes: tuple[str, ...] = ()
    campus: Campus | None = None


class SchoolGround(msgspec.Struct, frozen=True, kw_only=True):
    """GET /ground?school: zones and campus, for whoever may start an action.

    zones: name → every name of its rooms. Holds no person.
    """

    school: SchoolId
    zones: dict[str, tuple[str, ...]]
    campus: Campus | None = None


# --- commands ---------------------------------------------------------------------------------


class SetBellSchedules(Command, frozen=True, kw_only=True, tag="roster.set_bell_schedules"):
    """Adds or replaces these schedules; remove: names of schedules that no date uses any more."""

    schedules: Annotated[tuple[BellSchedule, ...], Meta(max_length=40)] = ()
    remove: Annotated[tuple[Label, ...], Meta(max_length=40)] = ()


class SetCalendar(Command, frozen=True, kw_only=True, tag="roster.set_calendar"):
    calendar: Calendar


class SetCalendarDays(Command, frozen=True, kw_only=True, tag="roster.set_calendar_days"):
    """Dates unlike their week; usual: dates that follow their week again."""

    days: Annotated[tuple[CalendarDay, ...], Meta(max_length=400)] = ()
    usual: Annotated[tuple[Date, ...], Meta(max_length=400)] = ()


class SetRooms(Command, frozen=True, kw_only=True, tag="roster.set_rooms"):
    """Says these things of these rooms; rooms that are not named keep what was said of them."""

    rooms: Annotated[tuple[RoomFacts, ...], Meta(max_length=500)]


class SetCampus(Command, frozen=True, kw_only=True, tag="roster.set_campus"):
    """This school shares a campus with these; name "" ends it for this school.

    also: other schools whose roster the actor may change, which alone can be added.
    """

    name: Annotated[str, Meta(max_length=60)] = ""
    schools: Annotated[tuple[SchoolId, ...], Meta(max_length=50)] = ()
    also: tuple[SchoolId, ...] = ()


class RecordAttendance(Command, frozen=True, kw_only=True, tag="roster.record_attendance"):
    """Marks in the order in which they were made; the last one of a student holds."""

    marks: Annotated[tuple[AttendanceMark, ...], Meta(min_length=1, max_length=5000)]


class TakeBackAttendance(Command, frozen=True, kw_only=True, tag="roster.take_back_attendance"):
    """Withdraws one mark: what held before it holds again."""

    mark: FactId


class SetGroup(Command, frozen=True, kw_only=True, tag="roster.set_group"):
    group: Group


class RemoveGroup(Command, frozen=True, kw_only=True, tag="roster.remove_group"):
    """The group is over or was a mistake; its students are where their class is."""

    group: FactId


# --- events -----------------------------------------------------------------------------------

DayPart = Literal["schedules", "calendar", "rooms", "campus", "groups"]


class DayPlanned(Event, frozen=True, kw_only=True, tag="roster.day_planned.v1"):
    """What the school plans changed: read it again over HTTP. Facts of today are day_changed."""

    part: DayPart
