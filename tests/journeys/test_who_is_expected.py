"""A drill at four moments of the demo's week: wall, board and phone expect the right people.

Figures are worked out from the demo's package and from the roster's own list, never from a screen.
"""

import csv
import datetime as dt
import io
import zipfile
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, expect

from schemas.accountability import SchoolAccounting
from schemas.identifiers import PersonId, SchoolId
from schemas.roster import RosterSnapshot
from schemas.roster_day import ExpectedList, Standing
from schemas.roster_day_facts import AttendanceMark, Group, RecordAttendance, SetGroup
from services.chassis.clock import SystemClock
from services.cli.connection import OPERATOR, accepted, connect
from services.cli.demo.clock import DEMO_ZONE, seconds_to_opening
from services.cli.demo.school_day import ABSENT_OF, CAFETERIA, OLDER, TRIP_CLASS, YOUNGER
from services.cli.installation import Installation
from services.roster.offline import write_demo_school
from tests.journeys.school import DESK, PHONE, Journey, drill, picture
from tests.running_muster import RunningMuster, demo_school, running_muster, signed_in

pytestmark = [pytest.mark.xdist_group("moments"), pytest.mark.asyncio(loop_scope="session")]

WALL = ViewportSize(width=1920, height=1080)
EACH, LATE, SIGNED_OUT, ROBOTS = 25, 2, 3, 12
STANDINGS: tuple[Standing, ...] = ("unknown", "absent", "off_site", "left")


def opening() -> dt.datetime:
    """When the demo would open, by the school's clock."""
    now = SystemClock().now()
    return (now + dt.timedelta(seconds=seconds_to_opening(now, DEMO_ZONE))).astimezone(DEMO_ZONE)


DAY = opening().date()
SUNDAY = DAY + dt.timedelta(days=7 - DAY.isoweekday())


def shift_to(date: dt.date, clock: str) -> float:
    """Seconds to add to the real time so that the school's clock shows this."""
    wanted = dt.datetime.combine(date, dt.time.fromisoformat(clock), tzinfo=DEMO_ZONE)
    return wanted.timestamp() - SystemClock().now().timestamp()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def moved() -> AsyncIterator[RunningMuster]:
    """A demo of its own, first opened at 11:40."""
    async with running_muster(shift_to(DAY, "11:40")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def school(moved: RunningMuster, browser: Browser) -> AsyncIterator[Journey]:
    walk = Journey(muster=moved, browser=browser)
    await walk.calm()
    yield walk
    await walk.leave()
    assert walk.faults == []


async def at(walk: Journey, date: dt.date, clock: str) -> None:
    """Put the school's clock forward: the product starts again on the same folder."""
    await walk.muster.stop()
    walk.muster.clock = shift_to(date, clock)
    await walk.muster.start()


def homerooms(folder: Path) -> dict[str, tuple[str, int]]:
    """Title → (grade, students) of the demo's package."""
    path = folder / "demo.zip"
    write_demo_school(path)
    with zipfile.ZipFile(path) as archive:

        def rows(table: str) -> list[dict[str, str]]:
            text = archive.read(f"{table}.csv").decode()
            return list(csv.DictReader(io.StringIO(text)))

        held = Counter(r["classSourcedId"] for r in rows("enrollments") if r["role"] == "student")
        homes = [row for row in rows("classes") if row["classType"] == "homeroom"]
    return {row["title"]: (row["grades"], held[row["sourcedId"]]) for row in homes}


def eaters(homes: dict[str, tuple[str, int]], grades: tuple[str, ...]) -> int:
    """Students of these grades who are at school: not absent, signed out or on the trip."""
    away = Counter(dict.fromkeys(ABSENT_OF, 3))
    away.update({ABSENT_OF[0]: -LATE, "Grade 1 D": SIGNED_OUT, TRIP_CLASS: homes[TRIP_CLASS][1]})
    return sum(n - away[title] for title, (grade, n) in homes.items() if grade in grades)


async def declared(walk: Journey) -> ExpectedList:
    """Who is expected, by the roster's own list; then a drill Evacuate begins."""
    async with signed_in(walk.muster, "office") as office:
        found: ExpectedList = await office.get("/expected", ExpectedList)
        assert len({one.student for one in found.students}) == len(found.students)
        await drill(office)
    return found


async def screens_agree(walk: Journey, found: ExpectedList, sums: str) -> tuple[Page, Page]:
    """Wall and board show the list's own figures, and rooms and places add up to them."""
    counted = Counter(one.standing for one in found.students)
    wall = await walk.sign_in("Principal", WALL)
    await wall.goto(f"{walk.url}/wall")
    await expect(wall.locator("[data-sums]")).to_have_text(sums)
    await expect(wall.locator(".huge")).to_have_text(str(counted["unknown"]))
    board = await walk.sign_in("Front office", DESK)
    await board.goto(f"{walk.url}/board")
    await expect(board.locator("[data-sums]")).to_have_text(sums)
    for state in STANDINGS:
        figure = board.locator(f"[data-count={state}] .count__n")
        await expect(figure).to_have_text(str(counted[state]))
    async with signed_in(walk.muster, "office") as office:
        accounting: SchoolAccounting = await office.get("/accounting", SchoolAccounting)
    rows = accounting.incidents[-1].rows
    assert Counter(row.state for row in rows) == counted
    by_room = Counter(row.room for row in rows)
    assert by_room.total() == len(found.students)
    assert None not in by_room
    return wall, board


async def test_in_class_and_at_lunch(school: Journey, tmp_path: Path) -> None:
    """11:40: the younger eat, the older are in class; who is away is in nobody's unknown."""
    homes = homerooms(tmp_path)
    found = await declared(school)
    reasons = Counter(one.reason for one in found.students)
    lunch, taught = eaters(homes, YOUNGER), eaters(homes, OLDER)
    assert (reasons["lunch"], reasons["scheduled_class"] + reasons["homeroom"]) == (lunch, taught)
    sums = f"{lunch + taught} expected now · 10 absent · 25 off site · 3 left, not verified."
    wall, board = await screens_agree(school, found, sums)
    await expect(wall.locator("[data-moment=lunch]")).to_contain_text("Lunch A, until 11:45")
    await expect(wall.locator(f"[data-tile='Lunch: {CAFETERIA}']")).to_contain_text(str(lunch))
    await expect(board.locator(f"[data-room='Lunch: {CAFETERIA}']")).to_contain_text(str(lunch))
    await expect(board.locator("[data-groups]")).to_contain_text("Harbor museum")
    await picture(wall, "wall-1140")
    phone = await school.sign_in("Teacher", PHONE)
    await expect(phone.get_by_role("heading", name="Who is with you?")).to_be_visible()
    await expect(phone.locator("[data-student]")).to_have_count(0)


async def test_a_teacher_sees_who_is_away_and_may_say_with_me(school: Journey) -> None:
    """12:05, the other wave eats: absent and signed out stand in the list of the class that meets
    now, with state and time; the teacher who has one says so."""
    await at(school, DAY, "12:05")
    absent, gone = await mark_two(school)
    found = await declared(school)
    counted = Counter(one.standing for one in found.students)
    sums = f"{counted['unknown']} expected now · 11 absent · 25 off site · 4 left, not verified."
    await screens_agree(school, found, sums)
    phone = await school.sign_in("Teacher", PHONE)
    await expect(phone.locator("[data-student]")).to_have_count(25)
    await expect(phone.locator("[data-state=unknown]")).to_have_count(23)
    tile = phone.locator(f"[data-student='{absent}']")
    await expect(tile).to_contain_text("Absent 08:31")
    await expect(phone.locator(f"[data-student='{gone}']")).to_contain_text("Signed out 09:40")
    await picture(phone, "phone-away")
    await tile.click()
    await expect(phone.locator(".sheetfact")).to_contain_text("08:31")
    await phone.get_by_role("button", name="With me").click()
    await expect(tile).to_have_attribute("data-state", "with")
    await expect(
        phone.get_by_role("main").get_by_text("Office received all your marks")
    ).to_be_visible()
    await expect(phone.get_by_role("button", name="The other 23 are with me")).to_be_visible()


async def mark_two(walk: Journey) -> tuple[PersonId, PersonId]:
    """Of the demo teacher's room one was absent at 8:31 and one left at 9:40."""
    installation = Installation(walk.muster.folder)
    school = SchoolId(await demo_school(walk.muster))
    async with connect(installation, walk.muster.running) as services:
        roster = await services.roster.get("/snapshot", RosterSnapshot, school=school)
        home = next(one.id for one in roster.classes if one.room == "Room 103")
        first, second, *_ = [one.id for one in roster.students if one.homeroom == home]

        def time(clock: str) -> dt.datetime:
            return dt.datetime.combine(DAY, dt.time.fromisoformat(clock), tzinfo=DEMO_ZONE)

        marks = (
            AttendanceMark(student=first, kind="absent", at=time("08:31")),
            AttendanceMark(student=second, kind="left_early", at=time("09:40")),
        )
        command = RecordAttendance(op_id="op-two-away", school=school, actor=OPERATOR, marks=marks)
        await accepted(services.roster, command)
    return first, second


async def test_a_half_day_after_dismissal(school: Journey, tmp_path: Path) -> None:
    """The page says half day, the clock is past its end: who was dismissed left, not verified."""
    office = await school.sign_in("Front office", DESK)
    await office.goto(f"{school.url}/day")
    await office.get_by_role("button", name="Today is: Half day").click()
    await expect(office.get_by_role("heading", level=1)).to_contain_text("After dismissal")
    found = await declared(school)
    absent = sum(one.standing == "absent" for one in found.students)
    left = sum(n for _, n in homerooms(tmp_path).values()) - EACH - absent
    sums = f"0 expected now · {absent} absent · {EACH} off site · {left} left, not verified."
    wall, _board = await screens_agree(school, found, sums)
    await expect(wall.locator("[data-moment=after_school]")).to_contain_text("Half day")
    await picture(wall, "wall-half-day")
    phone = await school.sign_in("Teacher", PHONE)
    await expect(phone.get_by_role("heading", name="Who is with you?")).to_be_visible()


async def test_a_sunday_with_one_activity(school: Journey) -> None:
    """Nobody but the activity's own students, and no school full of unknowns."""
    await at(school, SUNDAY, "14:30")
    await robotics(school)
    found = await declared(school)
    assert Counter(one.reason for one in found.students) == Counter(activity=ROBOTS)
    wall, board = await screens_agree(school, found, f"{ROBOTS} expected now.")
    await expect(wall.locator("[data-moment=no_school]")).to_contain_text("No school today")
    await expect(wall.locator("[data-activities]")).to_contain_text(f"Room 201: {ROBOTS}")
    await expect(board.locator("[data-room]")).to_have_count(1)
    await picture(wall, "wall-sunday")
    phone = await school.sign_in("Teacher", PHONE)
    await expect(phone.get_by_role("heading", name="Who is with you?")).to_be_visible()


async def robotics(walk: Journey) -> None:
    """Twelve students build robots on Sundays."""
    installation = Installation(walk.muster.folder)
    school = SchoolId(await demo_school(walk.muster))
    async with connect(installation, walk.muster.running) as services:
        roster = await services.roster.get("/snapshot", RosterSnapshot, school=school)
        group = Group(
            id="group-robots",
            name="Robotics",
            kind="activity",
            off_site=False,
            place="Room 201",
            first=DAY.isoformat(),
            last=SUNDAY.isoformat(),
            starts="14:00",
            ends="16:00",
            weekdays=(7,),
            students=tuple(one.id for one in roster.students[:ROBOTS]),
        )
        command = SetGroup(op_id="op-robots", school=school, actor=OPERATOR, group=group)
        await accepted(services.roster, command)
