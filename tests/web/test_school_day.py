"""The pages of the school day without script: each act is a form, each refusal keeps the text."""

import re
from typing import Any

import aiohttp
import pytest

from schemas.identifiers import PersonId
from schemas.roster_day import DayMoment, ExpectedStudent
from schemas.roster_day_facts import (
    BellSchedule,
    CalendarDay,
    Campus,
    RecordAttendance,
    RoomFacts,
    SchoolDay,
    SetCampus,
)
from services.web.domain.bells_text import parse_periods
from tests.web.school import CEDAR, LINCOLN, session
from tests.web.serving import Served

FORM = re.compile(r'<form[^>]*method="post" action="([^"]+)".*?</form>', re.S)
FIELD = re.compile(r'type="hidden" name="([\w-]+)" value="([^"]*)"')
LINES = "8:00 - 11:00 Period 1\n11:00 - 11:30 Lunch @ Cafeteria\n11:30 - 2:30 Period 2"
SCHEDULES = tuple(
    BellSchedule(name=name, periods=tuple(parse_periods(LINES).periods))
    for name in ("Regular", "Half day")
)


def student(number: int) -> PersonId:
    return PersonId(f"{LINCOLN}-student-1-{number}")


async def fetch(web: Served, path: str, *, role: Any = "office", status: int = 200) -> str:
    async with web.http.get(web.url + path, headers=headers_of(web, role)) as page:
        assert page.status == status, path
        return await page.text()


def headers_of(web: Served, role: Any = "office") -> dict[str, str]:
    both = session(web.now, role)
    headers = web.browser(both)
    del headers["X-Muster"]
    return headers


async def press(web: Served, html: str, action: str, **more: Any) -> tuple[int, str]:
    """Post the first form of that action as the page drew it; (status, page or where to)."""
    found = next(m.group(0) for m in FORM.finditer(html) if m.group(1) == action)
    fields = [*dict(FIELD.findall(found)).items()]
    for name, value in more.items():
        fields = [field for field in fields if field[0] != name]
        fields += [(name, one) for one in (value if isinstance(value, list) else [value])]
    async with web.http.post(
        web.url + action,
        data=aiohttp.FormData(fields)(),
        headers=headers_of(web) | {"Content-Type": "application/x-www-form-urlencoded"},
        allow_redirects=False,
    ) as answer:
        return answer.status, answer.headers.get("Location", "") or await answer.text()


def day(web: Served) -> SchoolDay:
    return web.roster.days.day(LINCOLN)


def with_day(web: Served, **changed: Any) -> None:
    web.roster.days._keep(LINCOLN, **changed)


async def test_an_empty_day_says_the_next_step(web: Served) -> None:
    """A school without bells reads what is expected instead, and begins with one click."""
    html = await fetch(web, "/day")
    assert "No bell schedule yet: homerooms are expected. Add one" in html
    status, to = await press(web, html, "/day/schedules/begin")
    assert (status, to) == (303, "/day/schedules")
    assert [one.name for one in day(web).schedules] == ["Regular", "Half day"]
    assert "No bell schedule yet" not in await fetch(web, "/day/schedules")


async def test_today_reads_who_is_where_with_reasons(web: Served) -> None:
    """Figures come with their reason and place: at lunch, in class, absent, off site."""
    days = web.roster.days
    days.moment = DayMoment(kind="lunch", label="Lunch A", day="B", schedule="Regular")
    room = web.roster.snapshots[LINCOLN].classes[0]
    days.expected = (
        ExpectedStudent(student(0), None, "unknown", "lunch", "Cafeteria"),
        ExpectedStudent(student(1), room.id, "unknown", "homeroom", room.room),
        ExpectedStudent(student(2), None, "absent", "marked_absent"),
        ExpectedStudent(student(3), None, "off_site", "off_site_group", "Museum"),
    )
    with_day(web, schedules=SCHEDULES)
    html = re.sub(r"<[^>]+>|\s+", " ", await fetch(web, "/day"))
    html = re.sub(r"\s+", " ", html)
    for words in (
        "Lunch A · Day B", "1 at lunch: Cafeteria", "1 in their homeroom", "1 absent",
        "1 off site: Museum", "Room 1 Grade 1 Homeroom 1",
    ):  # fmt: skip
        assert words in html, words


async def test_today_becomes_a_half_day_and_back(web: Served) -> None:
    """One tap when snow comes, one tap when it was a mistake."""
    with_day(web, schedules=SCHEDULES)
    html = await fetch(web, "/day")
    assert (await press(web, html, "/day"))[0] == 303
    today = web.now.date().isoformat()
    assert day(web).days == (CalendarDay(date=today, schedule="Half day"),)
    html = await fetch(web, "/day")
    assert (await press(web, html, "/day", to="usual"))[0] == 303
    assert day(web).days == ()


async def test_a_schedule_is_pasted_and_what_is_wrong_stays_on_the_page(web: Served) -> None:
    """A line that cannot be read is named, nothing is saved, and nobody types it again."""
    html = await fetch(web, "/day/schedules")
    action = "/day/schedules"
    status, page = await press(web, html, action, name="Regular", lines=f"{LINES}\nrubbish")
    assert status == 409
    assert "This line cannot be read: 4" in page
    assert "rubbish</textarea>" in page
    assert day(web).schedules == ()
    assert (await press(web, page, action, name="Regular", lines=LINES))[0] == 303
    (schedule,) = day(web).schedules
    assert [(p.start, p.end, p.kind, p.place, p.codes) for p in schedule.periods] == [
        ("08:00", "11:00", "class", "", ("1",)),
        ("11:00", "11:30", "lunch", "Cafeteria", ()),
        ("11:30", "14:30", "class", "", ("2",)),
    ]


async def test_dates_are_a_list_that_holds_as_it_stands(web: Served) -> None:
    """Holidays and half days are lines; a line that is deleted follows its week again."""
    old = CalendarDay(date="2026-03-02", label="Old")
    with_day(web, schedules=SCHEDULES, days=(old,))
    html = await fetch(web, "/day/schedules")
    text = "2026-04-02 to 2026-04-03 no school Spring\n4/10/2026 half day Conferences"
    assert (await press(web, html, "/day/dates", lines=text))[0] == 303
    assert day(web).days == (
        CalendarDay(date="2026-04-02", label="Spring"),
        CalendarDay(date="2026-04-03", label="Spring"),
        CalendarDay(date="2026-04-10", schedule="Half day", label="Conferences"),
    )


async def test_the_week_and_the_rotation_are_one_form(web: Served) -> None:
    """Saturday school and A and B days are the office's to say."""
    with_day(web, schedules=SCHEDULES)
    html = await fetch(web, "/day/schedules")
    week = {f"week{n}": "Half day" if n == 5 else "Regular" for n in range(6)}
    more = {"rotation": "A, B", "anchor": "2026-03-02", "without_class": "nowhere"}
    assert (await press(web, html, "/day/calendar", **week, **more))[0] == 303
    calendar = day(web).calendar
    assert calendar.week == (*(["Regular"] * 5), "Half day", "")
    assert (calendar.rotation, calendar.anchor) == (("A", "B"), "2026-03-02")


async def test_the_desk_takes_a_search_and_a_tap(web: Served) -> None:
    """Signed out now, with its note on the office's page only; taken back it stays, struck."""
    html = await fetch(web, "/day/desk?find=Aaliyah+Sample10")
    status, to = await press(web, html, "/day/desk", kind="left_early", note="aunt")
    assert (status, to) == (303, "/day/desk")
    (mark,) = day(web).marks
    assert (mark.student, mark.kind, mark.at, mark.note) == (
        student(0), "left_early", web.now, "aunt",
    )  # fmt: skip
    html = await fetch(web, "/day/desk")
    assert "aunt" in html
    assert (await press(web, html, "/day/take-back"))[0] == 303
    assert day(web).marks[0].withdrawn
    assert "taken back" in await fetch(web, "/day/desk")


async def test_attendance_records_what_differs(web: Served) -> None:
    """Present for all but the exceptions; sent again it changes nothing and no time moves."""
    room = web.roster.snapshots[LINCOLN].classes[0].id
    html = await fetch(web, f"/day/attendance?class={room}")
    states = {f"state-{student(n)}": "absent" if n == 3 else "present" for n in range(10)}
    for _ in range(2):
        assert (await press(web, html, "/day/attendance", **states))[0] == 303
    sent = [one for one in web.roster.sent if isinstance(one, RecordAttendance)]
    assert len(sent) == 1
    assert [m.student for m in sent[0].marks if m.kind == "absent"] == [student(3)]
    assert len(sent[0].marks) == 10
    assert "10 of 10" in await fetch(web, "/day/attendance")


async def upload(web: Served, what: str) -> str:
    html = await fetch(web, "/day/attendance")
    found = next(m.group(0) for m in FORM.finditer(html) if m.group(1) == "/day/attendance/file")
    form = aiohttp.FormData()
    for name, value in FIELD.findall(found):
        form.add_field(name, value)
    form.add_field("what", what)
    rows = f"student_id,status\n{student(0)},absent\nnobody,absent\n"
    form.add_field("file", rows.encode(), filename="a.csv", content_type="text/csv")
    async with web.http.post(
        web.url + "/day/attendance/file", data=form, headers=headers_of(web)
    ) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_a_file_is_checked_before_it_is_recorded(web: Served) -> None:
    """The dry run names the rows that cannot be read and records nothing."""
    html = await upload(web, "check")
    assert "1 entry can be recorded; nothing was recorded" in html
    assert "unknown_student" in html
    assert day(web).marks == ()
    assert "1 entry was recorded" in await upload(web, "record")
    assert [mark.student for mark in day(web).marks] == [student(0)]


@pytest.mark.parametrize(("asked", "recorded"), [("?dry_run=yes", 0), ("", 1)])
async def test_another_system_sends_attendance(web: Served, asked: str, recorded: int) -> None:
    """The API takes the same file under an idempotency key, and reads it first when asked to."""
    url = f"{web.url}/api/v1/schools/{LINCOLN}/attendance{asked}"
    headers = web.program(session(web.now, "office")) | {"Idempotency-Key": "attendance-0001"}
    body = f"student_id,status\n{student(0)},absent\n".encode()
    for _ in range(2):
        async with web.http.post(url, data=body, headers=headers) as answer:
            assert answer.status == 200
            assert (await answer.json())["applied"] is bool(recorded)
    sent = {one.op_id for one in web.roster.sent if isinstance(one, RecordAttendance)}
    assert len(sent) == recorded


async def test_the_day_is_the_offices(web: Served) -> None:
    """A teacher and a wall screen see no page of the day and no list of who is where."""
    for role in ("teacher", "screen"):
        for path in ("/day", "/day/desk", "/day/attendance", "/day/groups", "/rooms"):
            await fetch(web, path, role=role, status=403)
        await fetch(web, f"/api/v1/schools/{LINCOLN}/expected", role=role, status=403)
    await fetch(web, f"/api/v1/schools/{CEDAR}/expected", status=404)


async def test_a_group_is_made_of_a_pasted_list(web: Served) -> None:
    """A line that names nobody stops the save and stays on the page; the others are kept."""
    html = await fetch(web, "/day/groups/edit?kind=trip")
    fields = {
        "name": "Museum", "kind": "trip", "leader": "teacher-1", "phone": "+15035550142",
        "place": "Town", "first": "2026-03-04", "last": "2026-03-04", "starts": "09:00",
        "ends": "14:00",
    }  # fmt: skip
    action = "/day/groups/edit"
    status, page = await press(web, html, action, **fields, added=f"{student(0)}\nnobody")
    assert status == 409
    assert "Correct these lines" in page
    assert day(web).groups == ()
    assert (await press(web, page, action, **fields, added=student(0)))[0] == 303
    (group,) = day(web).groups
    assert (group.off_site, group.students, group.leader) == (True, (student(0),), "teacher-1")
    html = await fetch(web, "/day/groups")
    assert "Museum" in html
    assert (await press(web, html, "/day/groups/remove"))[0] == 303
    assert day(web).groups == ()


async def test_rooms_go_into_zones_that_a_start_offers(web: Served) -> None:
    """A zone is one choice on both start pages, and carries every name of its rooms."""
    html = await fetch(web, "/rooms")
    picked = {"room": ["Room 1", "Room 2"], "zone": "North"}
    assert (await press(web, html, "/rooms/zone", **picked))[0] == 303
    html = await fetch(web, "/rooms/room?room=Room+1")
    more = {"zone": "North", "aliases": "Rm 1, 001", "floor": "2", "capacity": ""}
    assert (await press(web, html, "/rooms/room", **more, supervised_by="teacher-2"))[0] == 303
    assert (
        RoomFacts(
            name="Room 1",
            zone="North",
            floor="2",
            aliases=("Rm 1", "001"),
            supervised_by=PersonId("teacher-2"),
        )
        in day(web).rooms
    )
    for path in ("/start/live", "/start/drill"):
        assert 'value="zone:North' in await fetch(web, path)
    zone = "zone:North%09Room+2%09Room+1%09Rm+1%09001"
    html = await fetch(web, f"/start/live/confirm?kind=lockdown&zone={zone}")
    assert (await press(web, html, "/start/live", room=["Room 2", "Room 1"]))[0] == 303
    opened = web.incident.schools[LINCOLN].open
    assert opened is not None
    assert opened.actions[0].call.zone.name == "North"


async def at_both(web: Served, path: str, data: list[tuple[str, str]] | None = None) -> Any:
    """As someone of the office at both schools."""
    both = session(web.now, "office")
    roles = {LINCOLN: ("office",), CEDAR: ("office",)}
    person = type(both)(**{f: getattr(both, f) for f in both.__struct_fields__} | {"roles": roles})
    headers = web.browser(person)
    del headers["X-Muster"]
    headers["Cookie"] += f"; {web.cookie}_school={LINCOLN}; muster_school={LINCOLN}"
    method = "GET" if data is None else "POST"
    async with web.http.request(
        method, web.url + path, data=data, headers=headers, allow_redirects=False
    ) as answer:
        return answer.status, await answer.text()


async def test_a_campus_locks_down_together(web: Served) -> None:
    """The other school is ticked beforehand; both incidents share one declaration."""
    web.roster.days.campus = Campus(name="Ground", schools=(LINCOLN, CEDAR))
    _status, html = await at_both(web, "/start/live")
    assert re.search(r'name="also" value="cedar"[^>]*checked', html)
    _status, html = await at_both(web, "/start/live/confirm?kind=lockdown&zone=all&also=cedar")
    assert "Cedar Sample Middle" in html
    fields = FIELD.findall(next(m.group(0) for m in FORM.finditer(html) if "start/live" in m[1]))
    status, _page = await at_both(web, "/start/live", fields)
    assert status == 303
    declared = [command for command in web.incident.sent if hasattr(command, "declaration")]
    assert {command.school for command in declared} == {LINCOLN, CEDAR}
    assert len({command.declaration for command in declared}) == 1
    assert declared[0].declaration


async def test_a_neighbour_without_a_role_is_not_offered(web: Served) -> None:
    """Nobody starts a Lockdown at a school where they are not an adult of the school."""
    web.roster.days.campus = Campus(name="Ground", schools=(LINCOLN, CEDAR))
    html = await fetch(web, "/start/live")
    assert 'name="also"' not in html
    html = await fetch(web, "/start/live/confirm?kind=lockdown&zone=all&also=cedar")
    assert "Cedar" not in html


async def test_another_action_stays_at_its_own_school(web: Served) -> None:
    """What is preselected for a Lockdown never evacuates the school next door."""
    web.roster.days.campus = Campus(name="Ground", schools=(LINCOLN, CEDAR))
    path = "/start/live/confirm?kind=evacuate&location=field&zone=all&also=cedar"
    _status, html = await at_both(web, path)
    assert "Cedar" not in html


async def test_the_campus_is_said_on_the_page_of_rooms(web: Served) -> None:
    """Only schools where this person keeps the roster can be put on the campus."""
    _status, html = await at_both(web, "/rooms")
    form = next(m.group(0) for m in FORM.finditer(html) if m.group(1) == "/rooms/campus")
    fields = [*FIELD.findall(form), ("name", "Ground"), ("school", "cedar")]
    assert (await at_both(web, "/rooms/campus", fields))[0] == 303
    sent = [command for command in web.roster.sent if isinstance(command, SetCampus)]
    assert (sent[0].name, sent[0].schools, set(sent[0].also)) == (
        "Ground", (CEDAR,), {LINCOLN, CEDAR},
    )  # fmt: skip
