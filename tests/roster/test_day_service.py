"""The school day through the service: commands in, the expected list and events out."""

import datetime as dt
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from schemas.identifiers import PersonId
from schemas.roster_day import DayFact
from schemas.roster_day_facts import (
    AttendanceReport,
    BellPeriod,
    BellSchedule,
    CalendarDay,
    Group,
    RecordAttendance,
    RemoveGroup,
    RoomFacts,
    SchoolGround,
    SetBellSchedules,
    SetCalendarDays,
    SetCampus,
    SetGroup,
    SetRooms,
    TakeBackAttendance,
)
from schemas.vocabulary import Actor
from services.chassis.commands import ProblemError
from tests.chassis_fixtures import Databases
from tests.roster.crowds import crowd
from tests.roster.day_school import NOW, REGULAR, TODAY, School, opened, package
from tests.roster.packages import ENROLLMENTS, USERS_11, user
from tests.roster.running import OFFICE, TEACHER, running


@pytest.fixture
async def school(database: Databases, tmp_path: Path) -> AsyncIterator[School]:
    async with running(await database("roster"), tmp_path) as service:
        await service.take(package())
        yield await opened(service)


async def test_without_bells_everyone_is_expected_in_the_homeroom(school: School) -> None:
    """The state before anyone set anything up: homerooms hold, and the page can say so."""
    expected = await school.expected()
    assert (expected.moment.kind, expected.version, expected.at) == ("no_schedule", 1, NOW)
    assert {(one.reason, one.place) for one in expected.students} == {("homeroom", "Room 9")}
    assert (await school.day()).codes == ("1(A-B)", "5")


async def test_bells_send_students_to_the_class_of_the_period(school: School) -> None:
    """Period codes of the import and the office's room names meet in one answer."""
    assert (await school.send(SetBellSchedules, schedules=(REGULAR,))).status == "accepted"
    room = RoomFacts(name="Room 12", zone="Main", aliases=("Rm 12",))
    assert (await school.send(SetRooms, rooms=(room,))).status == "accepted"
    one, other = await school.one("k1"), await school.one("k2")
    assert (one.reason, one.place) == ("scheduled_class", "Room 12")
    assert (other.reason, other.place) == ("homeroom", "Room 9")
    assert (await school.one("k1", at="2026-03-04T10:40:00Z")).reason == "lunch"
    assert (await school.expected(at="2026-03-08T10:40:00Z")).students == ()


async def test_todays_half_day_moves_dismissal(school: School) -> None:
    """One command in the morning and at 10:05 everyone has left."""
    half = BellSchedule(
        name="Half day", periods=(BellPeriod(label="Morning", start="08:00", end="10:00"),)
    )
    await school.send(SetBellSchedules, schedules=(REGULAR, half))
    today = CalendarDay(date=TODAY, schedule="Half day", label="Snow")
    assert (await school.send(SetCalendarDays, days=(today,))).status == "accepted"
    assert (await school.one("k1")).reason == "dismissed"
    assert (await school.send(SetCalendarDays, usual=(TODAY,))).status == "accepted"
    assert (await school.one("k1")).standing == "unknown"


async def test_attendance_is_told_and_taken_back(school: School) -> None:
    """A change of today's facts reaches an open incident as rows; a take-back restores it."""
    await school.send(SetBellSchedules, schedules=(REGULAR,))
    taken = NOW - dt.timedelta(minutes=90)
    assert (await school.mark("k1", "absent", taken)).status == "accepted"
    (mark,) = (await school.day()).marks
    assert (mark.student, mark.at, mark.by) == (school.people["k1"], taken, OFFICE.person)
    assert (await school.one("k1")).reason == "marked_absent"
    assert (await school.send(TakeBackAttendance, mark=mark.id)).status == "accepted"
    assert (await school.one("k1")).reason == "scheduled_class"
    student = school.people["k1"]
    assert (await school.told())[1:] == [
        ("roster.day_changed.v1", [DayFact(student, "absent", "marked_absent", taken)]),
        ("roster.day_changed.v1", [DayFact(student, "unknown", "scheduled_class", NOW, "Rm 12")]),
    ]


async def test_the_same_command_twice_is_one_mark(school: School) -> None:
    """A press that was repeated after a lost answer records one sign-out and one event."""
    for _ in range(2):
        reply = await school.mark("k2", "left_early", op="op-sign-out", note="aunt, ID seen")
        assert reply.status == "accepted"
    (mark,) = (await school.day()).marks
    assert mark.note == "aunt, ID seen"
    told = await school.told()
    assert [rows[0].reason for _type, rows in told] == ["signed_out"]


async def test_who_is_expected_all_the_same_has_no_row(school: School) -> None:
    """Attendance that says "present" must not undo what an incident saw of the student."""
    await school.mark("k1", "present")
    assert await school.told() == [("roster.day_changed.v1", [])]


async def test_no_event_carries_a_note_or_a_name(school: School) -> None:
    """What the office noted of a sign-out stays in the school's own table."""
    await school.mark("k2", "left_early", note="aunt Fernmoor")
    page = await school.service.client.events(school.id, 0, 100)
    assert not any(b"ernmoor" in bytes(wire) for wire in page.events)


@pytest.mark.parametrize(
    ("kind", "minutes", "code"),
    [("left_early", 10, "not_yet"), ("late", 10, "not_yet"), ("absent", 400 * 1440, "not_yet")],
)
async def test_nobody_leaves_ahead_of_time(
    school: School, kind: str, minutes: int, code: str
) -> None:
    """Whoever is still in the building must be looked for, whatever is planned for later."""
    reply = await school.mark("k1", kind, NOW + dt.timedelta(minutes=minutes))
    assert (reply.status, reply.code) == ("refused", code)
    assert (await school.day()).marks == ()


async def test_an_absence_may_be_known_ahead(school: School) -> None:
    """A parent calls today about tomorrow; only tomorrow changes."""
    await school.mark("k1", "absent", NOW + dt.timedelta(hours=14))
    assert (await school.one("k1")).standing == "unknown"
    assert (await school.one("k1", at="2026-03-05T10:00:00Z")).standing == "absent"


async def test_a_teacher_takes_the_attendance_of_own_classes_only(school: School) -> None:
    """A teacher marks the own class, signs nobody out, and changes no bell."""
    own = Actor(person=school.people["t1"], roles=("teacher",), device="phone")
    assert (await school.mark("k1", "absent", actor=own)).status == "accepted"
    for reply in (
        await school.mark("k1", "absent", actor=TEACHER),
        await school.mark("k1", "left_early", actor=own),
        await school.send(SetBellSchedules, schedules=(REGULAR,), actor=own),
        await school.send(SetGroup, group=museum(school), actor=own),
        await school.send(TakeBackAttendance, mark="mark-0001", actor=own),
        await school.send(SetRooms, rooms=(RoomFacts(name="Room 9"),), actor=own),
        await school.send(SetCampus, name="North", actor=own),
    ):
        assert (reply.status, reply.code) == ("refused", "not_allowed")


def museum(school: School, **changes: Any) -> Group:
    group = Group(
        id="group-museum",
        name="Museum",
        leader=school.people["t1"],
        phone="+15035550142",
        first=TODAY,
        last=TODAY,
        starts="09:00",
        ends="14:00",
        students=(school.people["k1"],),
    )
    return msgspec.structs.replace(group, **changes)


async def test_a_group_under_way_is_told_with_its_students(school: School) -> None:
    """Who goes along and who stays after all is told at once; a plan for later is not."""
    first, second = school.people["k1"], school.people["k2"]
    began = dt.datetime(2026, 3, 4, 9, 0, tzinfo=dt.UTC)
    await school.send(SetGroup, group=museum(school))
    one = await school.one("k1")
    assert (one.standing, one.adult, one.place) == ("off_site", school.people["t1"], "Museum")
    await school.send(SetGroup, group=museum(school, students=(second,)))
    await school.send(RemoveGroup, group="group-museum")
    await school.send(SetGroup, group=museum(school, first="2026-03-05", last="2026-03-05"))
    told = await school.told()
    assert [(kind, {(r.student, r.standing, r.at) for r in rows}) for kind, rows in told] == [
        ("roster.day_changed.v1", {(first, "off_site", began)}),
        ("roster.day_changed.v1", {(first, "unknown", NOW), (second, "off_site", began)}),
        ("roster.day_changed.v1", {(second, "unknown", NOW)}),
        ("roster.day_planned.v1", set()),
    ]


async def test_bad_days_are_refused_with_their_reason(school: School) -> None:
    """Each refusal has a stable code, and nothing of it is kept."""
    backwards = BellSchedule(
        name="Odd", periods=(BellPeriod(label="Period 1", start="09:00", end="08:00"),)
    )
    twice = BellSchedule(
        name="Odd",
        periods=(
            BellPeriod(label="Period 1", start="08:00", end="09:00"),
            BellPeriod(label="Period 2", start="08:30", end="09:30"),
        ),
    )
    rooms = (RoomFacts(name="Room 1", aliases=("one",)), RoomFacts(name="Room 2", aliases=("One",)))
    stranger = (PersonId("stranger"),)
    for reply, code in (
        (await school.send(SetBellSchedules, schedules=(backwards,)), "period_backwards"),
        (await school.send(SetBellSchedules, schedules=(twice,)), "periods_overlap"),
        (
            await school.send(SetCalendarDays, days=(CalendarDay(date=TODAY, schedule="No"),)),
            "unknown_schedule",
        ),
        (await school.send(SetRooms, rooms=rooms), "room_name_taken"),
        (await school.send(SetGroup, group=museum(school, students=stranger)), "unknown_student"),
        (await school.send(SetGroup, group=museum(school, ends="08:00")), "time_backwards"),
        (await school.send(RemoveGroup, group="group-none"), "unknown_group"),
        (await school.send(TakeBackAttendance, mark="mark-none"), "unknown_mark"),
    ):
        assert (reply.status, reply.code) == ("refused", code)
    day = await school.day()
    assert (day.schedules, day.days, day.rooms, day.groups) == ((), (), (), ())


async def test_a_schedule_that_a_date_keeps_stays(school: School) -> None:
    """Nobody takes away the bells of a day that is planned with them."""
    half = msgspec.structs.replace(REGULAR, name="Half day")
    await school.send(SetBellSchedules, schedules=(REGULAR, half))
    await school.send(SetCalendarDays, days=(CalendarDay(date=TODAY, schedule="Half day"),))
    reply = await school.send(SetBellSchedules, remove=("Half day",))
    assert reply.code == "schedule_in_use"
    await school.send(SetCalendarDays, usual=(TODAY,))
    assert (await school.send(SetBellSchedules, remove=("Half day",))).status == "accepted"
    assert [one.name for one in (await school.day()).schedules] == ["Regular"]


async def test_an_import_never_changes_what_the_office_said(school: School) -> None:
    """Zones, aliases, bells and groups are there after the next import as before it."""
    await school.send(SetBellSchedules, schedules=(REGULAR,))
    await school.send(SetRooms, rooms=(RoomFacts(name="Room 9", zone="Main", floor="1"),))
    await school.send(SetGroup, group=museum(school))
    before = await school.day()
    files = package()
    files["classes.csv"] = files["classes.csv"].replace("1(A-B),5", "2").replace("Room 9", "Room 7")
    assert (await school.service.take(files)).status == "accepted"
    after = await school.day()
    assert (after.rooms, after.schedules, after.groups) == (
        before.rooms, before.schedules, before.groups,
    )  # fmt: skip
    assert after.codes == ("2",)
    assert (await school.expected()).version == 2
    assert (await school.one("k2", version=1)).place == "Room 9"
    assert (await school.one("k2")).place == "Room 7"


async def test_a_district_of_two_shares_a_campus(database: Databases, tmp_path: Path) -> None:
    """Only someone with a role at both puts two schools on one campus; each is told."""
    files = package()
    files["orgs.csv"] += "s2,,,School two,school,,d\n"
    files["users.csv"] = (
        USERS_11
        + user("t1", "teacher")
        + user("k1", "student")
        + user("k2", "student")
        + user("k9", "student", orgs="s2")
    )
    files["enrollments.csv"] = ENROLLMENTS + "e1,,,c1,s,k1,student,,,\n"
    async with running(await database("roster"), tmp_path) as service:
        await service.take(files)
        school, other = await opened(service), (await service.school("School two")).id
        both: dict[str, Any] = {"name": "Cedar Road", "schools": (other,)}
        assert (await school.send(SetCampus, **both)).code == "other_school"
        assert (await school.send(SetCampus, **both, also=(other,))).status == "accepted"
        ground = await service.client.get("/ground", SchoolGround, school=other)
        assert ground.campus is not None
        assert ground.campus.schools == tuple(sorted((school.id, other)))
        assert "roster.day_planned.v1" in await service.events(other)
        await school.send(SetCampus, name="")
        ground = await service.client.get("/ground", SchoolGround, school=school.id)
        assert ground.campus is None


async def test_zones_hold_every_name_of_their_rooms(school: School) -> None:
    """A zone reaches a class whatever its timetable calls the room."""
    rooms = (RoomFacts(name="Room 12", zone="Main", aliases=("Rm 12",)), RoomFacts(name="Room 9"))
    await school.send(SetRooms, rooms=rooms)
    ground = await school.service.client.get("/ground", SchoolGround, school=school.id)
    assert ground.zones == {"Main": ("Room 12", "Rm 12")}


async def test_attendance_arrives_as_csv(school: School) -> None:
    """Each row with its time; a row that cannot be read is named by line, never by person."""
    body = (
        b"student_id,date,period,status,time,collected_by\n"
        b"k1,2026-03-04,,Absent,8:31,\n"
        b"k2,,1,tardy,09:10 AM,\n"
        b"nobody,,,A,,\n"
        b"k2,,,vanished,,\n"
        b"k2,,,left early,23:59,\n"
    )
    path = f"/attendance?school={school.id}"
    report = await school.service.client.post(path, body, AttendanceReport)
    assert report.rows == 5
    assert [(f.line, f.code) for f in report.warnings] == [
        (4, "unknown_student"), (5, "unknown_status"), (6, "not_yet"),
    ]  # fmt: skip
    assert [(m.kind, m.period, f"{m.at:%H:%M}") for m in report.marks] == [
        ("absent", "", "08:31"), ("late", "1", "09:10"),
    ]  # fmt: skip
    assert (await school.send(RecordAttendance, marks=report.marks)).status == "accepted"
    assert (await school.one("k1")).standing == "absent"
    for bad, code in ((b"student_id,when\nk1,\n", "key_column_missing"), (b"", "no_rows")):
        refused = await school.service.client.post(path, bad, AttendanceReport)
        assert [one.code for one in refused.errors] == [code]


@pytest.mark.parametrize("date", ["9999-12-31", "0001-01-01"])
async def test_a_date_that_no_school_has_stops_nothing(school: School, date: str) -> None:
    """A row with such a date is left out, and no group can have one: it has no instant."""
    body = f"student_id,date,status,time\nk1,{date},A,23:59\nk2,,A,8:31\n".encode()
    path = f"/attendance?school={school.id}"
    report = await school.service.client.post(path, body, AttendanceReport)
    assert [(f.line, f.code) for f in report.warnings] == [(2, "bad_date")]
    assert len(report.marks) == 1
    group = Group(
        id="group-0001", name="Trip", first=min(date, TODAY), last=max(date, TODAY),
        starts="08:00", ends="15:00",
    )  # fmt: skip
    refused = await school.send(SetGroup, group=group)
    assert (refused.status, refused.code) == ("refused", "bad_date")


async def test_a_file_without_times_is_one_act_however_often_it_is_sent(school: School) -> None:
    """The answer was lost and the file is sent again, also tomorrow: nothing moves, nothing
    conflicts; under another key it is another act, taken when that one was."""
    path = f"/attendance?school={school.id}&person={OFFICE.person}&op="
    body = b"student_id,status,time\nk1,absent,\nk2,late,09:10\n"
    replies, times = [], []
    for key, later in (("op-file-1", 0), ("op-file-1", 5), ("op-file-1", 86_400), ("op-file-2", 0)):
        school.service.clock.advance(dt.timedelta(seconds=later))
        report = await school.service.client.post(path + key, body, AttendanceReport)
        replies.append(await school.send(RecordAttendance, marks=report.marks, op=key))
        times.append(report.marks[0].at)
    assert {reply.status for reply in replies} == {"accepted"}
    assert replies[0] == replies[1] == replies[2] != replies[3]
    assert times[0] == times[1] == times[2] < times[3]


@pytest.mark.parametrize(
    "asked", ["at=yesterday", "at=2026-03-04T10:00:00", "at=0001-01-01T00:00Z"]
)
async def test_a_moment_that_is_none_is_refused(school: School, asked: str) -> None:
    """A caller learns what is wrong with its question instead of a wrong list."""
    name, _, value = asked.partition("=")
    with pytest.raises(ProblemError) as refused:
        await school.expected(**{name: value})
    assert refused.value.code == "bad_query"


async def test_another_schools_day_is_not_seen(school: School) -> None:
    """Row-level security hides one school's day from a transaction of another."""
    await school.mark("k1", "absent")
    connection = await school.service.connect()
    try:
        assert await connection.fetchval("SELECT count(*) FROM attendance") == 0
        async with connection.transaction():
            await connection.execute("SELECT set_config('muster.school', $1, true)", school.id)
            assert await connection.fetchval("SELECT count(*) FROM attendance") == 1
    finally:
        await connection.close()


async def test_three_thousand_students_within_fifty_milliseconds(
    database: Databases, tmp_path: Path
) -> None:
    """An incident asks who is where before its first screen: with inputs at hand it is quick."""
    async with running(await database("roster"), tmp_path) as service:
        await service.take(crowd(3000))
        school = await opened(service)
        await school.send(SetBellSchedules, schedules=(REGULAR,))
        assert len((await school.expected()).students) == 3000
        took = []
        for _ in range(8):
            # The processor's time of service and client together: a busy machine adds none.
            begun = time.process_time()
            await school.expected()
            took.append(time.process_time() - begun)
        assert min(took) < 0.05
