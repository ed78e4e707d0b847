"""What the school day is when an incident starts, on the wall, the board and a teacher's phone."""

from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio
from msgspec.structs import replace
from playwright.async_api import Page, expect

from schemas.accountability import Account, Mark
from schemas.identifiers import IncidentId, PersonId
from schemas.roster import RosterSnapshot
from schemas.roster_day import DayFact
from schemas.vocabulary import Actor
from tests.browser.conftest import Screens
from tests.browser.rolls import OFFICE, SUBJECT_TEACHER, TEACHER, roster
from tests.conditions import eventually
from tests.fakes.day import ABSENT, ROBOTS, SIGNED_OUT, When, at, expected_at, student
from tests.fakes.live_site import LiveSite, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALL = 122
"""Students of the school: four homerooms of 28, and ten without one."""

KNOWN_AWAY = 3
"""One absent, one signed out, one off site on a school day."""


def school() -> RosterSnapshot:
    """Its clocks show UTC, so that 11:40 is 11:40 in these tests."""
    made = roster()
    return replace(made, school=replace(made.school, zone="UTC"))


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[LiveSite]:
    """A school at 11:40; signed in as the front office."""
    made = LiveSite(school(), person=OFFICE, roles=("office",), start=at(11, 40))
    async with serving(made) as site:
        yield site


def declare(site: LiveSite, when: When) -> IncidentId:
    site.school.day = expected_at(site.school.roster, when)
    return site.school.declare("evacuate")


async def figures(page: Page) -> dict[str, int]:
    """The figures of a board, by state."""
    found = await page.eval_on_selector_all(
        "[data-count]",
        "all => all.map(one => [one.dataset.count, one.querySelector('.count__n').textContent])",
    )
    return {state: int(n) for state, n in found}


async def tiles(page: Page) -> dict[str, str]:
    """The tiles of a wall: name → what it says."""
    found = await page.eval_on_selector_all(
        "[data-tile]", "all => all.map(one => [one.dataset.tile, one.innerText])"
    )
    return {name: " ".join(text.split()) for name, text in found}


def rooms_add_up(site: LiveSite, expected: int) -> None:
    """Rooms and places together hold the population, for command's eyes and for others."""
    tally = site.school.screens.projection.tally
    for command in (True, False):
        rooms = [tally.room(one, command=command) for one in tally.rooms]
        assert sum(room.expected for room in rooms) == expected
        assert all(sum(room.counts.values()) == room.expected for room in rooms)


async def test_during_a_class_the_wall_says_so_and_counts_who_is_not_here(
    site: LiveSite, screens: Screens
) -> None:
    """11:40 Period 3: each class is expected; absent, off site and left have their own figures."""
    declare(site, "class")
    page = await screens.open(site, "/wall", width=1920, height=1080)
    moment = page.locator("[data-moment=class]")
    await expect(moment).to_contain_text("Period 3, until 11:55 · Day A")
    await expect(moment.locator("[data-sums]")).to_have_text(
        f"{ALL - KNOWN_AWAY} expected now · 1 absent · 1 off site · 1 left, not verified."
    )
    await expect(page.locator(".huge")).to_have_text(str(ALL - KNOWN_AWAY))
    await expect(page.locator(".wc")).to_contain_text("Left, not verified")
    rooms_add_up(site, ALL)


async def test_at_lunch_the_cafeteria_is_a_place_of_its_own(
    site: LiveSite, screens: Screens
) -> None:
    """11:40 Lunch A: students without a class now are counted by place, with the reason."""
    declare(site, "lunch")
    page = await screens.open(site, "/wall", width=1920, height=1080)
    await expect(page.locator("[data-moment=lunch]")).to_contain_text("11:40 Lunch A, until 12:10")
    assert (await tiles(page))["Lunch: Cafeteria"] == "Lunch: Cafeteria Cafeteria 25 unknown"
    board = await screens.open(site, "/board", width=1280, height=800)
    await expect(board.locator("[data-room='Lunch: Cafeteria']")).to_contain_text("25")
    shown = await figures(board)
    assert sum(shown.values()) == ALL
    assert (shown["unknown"], shown["left"]) == (ALL - KNOWN_AWAY, 1)
    rooms_add_up(site, ALL)


async def test_after_dismissal_nobody_is_unknown_or_accounted_for_who_went_home(
    site: LiveSite, screens: Screens
) -> None:
    """A half day: those dismissed are left, not verified; only the activity is expected."""
    declare(site, "dismissed")
    page = await screens.open(site, "/wall", width=1920, height=1080)
    await expect(page.locator("[data-moment=after_school]")).to_contain_text("Half day")
    await expect(page.locator("[data-sums]")).to_have_text(
        f"{ROBOTS} expected now · {ALL - ROBOTS} left, not verified."
    )
    await expect(page.locator("[data-activities]")).to_contain_text("Robotics, Room 4: 12")
    await expect(page.locator(".huge")).to_have_text(str(ROBOTS))
    shown = await tiles(page)
    assert f"{ALL - ROBOTS} Left" in shown["Dismissed"]
    board = await screens.open(site, "/board", width=1280, height=800)
    await expect(board.locator("[data-count=left] .count__n")).to_have_text(str(ALL - ROBOTS))
    done = board.locator(".donerow")
    await expect(done).to_contain_text("Left, not verified")
    await expect(done).not_to_contain_text("All accounted for")
    counts = await figures(board)
    assert (counts["with"], counts["absent"], counts["off_site"]) == (0, 0, 0)
    rooms_add_up(site, ALL)


async def test_on_a_sunday_nobody_is_expected_and_that_is_said(
    site: LiveSite, screens: Screens
) -> None:
    """Zero, never a school full of unknowns, and never "counting" for ever."""
    declare(site, "sunday")
    page = await screens.open(site, "/wall", width=1920, height=1080)
    await expect(page.locator("[data-moment=no_school]")).to_contain_text("No school today")
    await expect(page.locator("[data-sums]")).to_have_text("0 expected now.")
    await expect(page.locator(".huge")).to_have_text("0")
    await expect(page.get_by_text("Nobody is expected now.")).to_be_visible()
    board = await screens.open(site, "/board", width=1280, height=800)
    await expect(board.locator("[data-moment=no_school]")).to_be_visible()
    assert sum((await figures(board)).values()) == 0


async def test_on_a_sunday_an_activity_is_expected(site: LiveSite, screens: Screens) -> None:
    """Outside school hours the activity rosters are who is expected, by name of the activity."""
    declare(site, "robotics")
    page = await screens.open(site, "/wall", width=1920, height=1080)
    await expect(page.locator("[data-activities]")).to_have_text(
        "Activities: Robotics, Room 4: 12."
    )
    await expect(page.locator(".huge")).to_have_text(str(ROBOTS))
    rooms_add_up(site, ROBOTS)


async def test_without_a_bell_schedule_the_board_says_that_homerooms_are_expected(
    site: LiveSite, screens: Screens
) -> None:
    """A list that could not be had is not passed off as one."""
    site.school.declare("evacuate")
    page = await screens.open(site, "/board", width=1280, height=800)
    await expect(page.locator("[data-moment=no_schedule]")).to_contain_text(
        "Bell schedule not known: homerooms expected"
    )


async def test_the_board_says_why_a_student_is_not_here(site: LiveSite, screens: Screens) -> None:
    """The log's word stands beside the student, and a report that differs from it is shown."""
    incident = declare(site, "class")
    page = await screens.open(site, "/board", width=1280, height=800)
    await page.locator("[data-room='Room 11'] button").click()
    gone = student(site.school.roster, SIGNED_OUT)
    line = page.locator(f"[data-student='{gone}']")
    await expect(line).to_contain_text("Left, not verified")
    await expect(line).to_contain_text("Signed out 10:12")
    site.school.account(
        Account(
            op_id="op-missing-1",
            school=site.school.id,
            actor=Actor(person=PersonId("teacher-11"), roles=("teacher",), device="d11"),
            incident=incident,
            marks=(Mark(student=gone, state="missing", n=1, seen=0),),
        )
    )
    case = page.locator(f"[data-needs='{gone}']")
    await expect(case).to_contain_text("Missing")
    await expect(case).to_contain_text("said by the attendance log at 10:12")


async def test_a_fact_of_the_day_changes_an_open_board(site: LiveSite, screens: Screens) -> None:
    """Who is signed out during the incident is left, and no longer unknown."""
    incident = declare(site, "class")
    page = await screens.open(site, "/board", width=1280, height=800)
    unknown = page.locator("[data-count=unknown] .count__n")
    await expect(unknown).to_have_text(str(ALL - KNOWN_AWAY))
    gone = student(site.school.roster, 9)
    site.school.day_changed(incident, DayFact(gone, "left", "signed_out", at(11, 41)))
    await expect(unknown).to_have_text(str(ALL - KNOWN_AWAY - 1))
    await expect(page.locator("[data-count=left] .count__n")).to_have_text("2")
    site.school.day_changed(incident, DayFact(gone, "unknown", "late_arrival", at(11, 42)))
    await expect(unknown).to_have_text(str(ALL - KNOWN_AWAY))


async def phone_of(site: LiveSite, screens: Screens, person: PersonId) -> Page:
    site.person, site.roles = person, ("teacher",)
    return await screens.open(site, "/phone")


async def test_a_phone_opens_on_the_class_that_meets_now(site: LiveSite, screens: Screens) -> None:
    """A teacher of three classes is asked nothing while one of them meets, and may still choose."""
    page = await phone_of(site, screens, SUBJECT_TEACHER)
    declare(site, "class")
    await expect(page.locator("[data-state=unknown]")).to_have_count(10)
    await page.get_by_role("button", name="Not mine").click()
    await expect(page.locator("[data-class=subject-2]")).to_be_visible()


async def test_the_rest_of_a_class_leaves_out_who_is_known_to_be_away(
    site: LiveSite, screens: Screens
) -> None:
    """Absent, left and off site are shown as such and never marked in bulk."""
    page = await phone_of(site, screens, PersonId("teacher-11"))
    incident = declare(site, "class")
    site.school.change("hold")
    await expect(page.locator("[data-state=unknown]")).to_have_count(25)
    await expect(page.locator("[data-state=left]")).to_have_count(1)
    await page.locator(".phone__do .btn--act").click()
    await expect(page.locator("[data-sync=sync_received]")).to_be_visible()
    assert site.bodies[-1].rest is not None
    assert len(site.bodies[-1].rest.students) == 25
    rows = site.school.accounts.accounts[incident].rows
    away = [rows[student(site.school.roster, place)].state for place in (ABSENT, SIGNED_OUT)]
    assert away == ["absent", "left"]


async def test_a_mark_on_who_left_is_taken_back_to_left(site: LiveSite, screens: Screens) -> None:
    """A teacher who has the student says so; taken back, the log's word holds again."""
    page = await phone_of(site, screens, PersonId("teacher-11"))
    declare(site, "class")
    gone = student(site.school.roster, SIGNED_OUT)
    tile = page.locator(f"[data-student='{gone}']")
    await tile.click()
    await expect(page.locator(".sheetfact")).to_contain_text("Signed out 10:12")
    await page.get_by_role("button", name="With me").click()
    await expect(tile).to_have_attribute("data-state", "with")
    await expect(page.locator("[data-sync=sync_received]")).to_be_visible()
    await tile.click()
    await page.get_by_role("button", name="Take my mark back").click()
    await expect(tile).to_have_attribute("data-state", "left")


@pytest.mark.parametrize("when", ["lunch", "sunday", "dismissed"])
async def test_a_phone_without_a_class_now_asks_who_is_with_you(
    site: LiveSite, screens: Screens, when: When
) -> None:
    """Empty, with what the moment is, a search and a headcount; nothing scrolls sideways."""
    page = await phone_of(site, screens, PersonId("teacher-11"))
    declare(site, when)
    await expect(page.get_by_role("heading", name="Who is with you?")).to_be_visible()
    await expect(page.locator("[data-moment]")).to_be_visible()
    await expect(page.locator("[data-student]")).to_have_count(0)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    heights = await page.eval_on_selector_all(
        "button, input", "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 48


async def test_an_extra_student_on_a_sunday_is_marked_counted_and_taken_back(
    site: LiveSite, screens: Screens
) -> None:
    """Nobody expected the student: one tap adds them to the population, a take-back out of it."""
    page = await phone_of(site, screens, TEACHER)
    incident = declare(site, "sunday")
    await page.locator("#find").fill("loose3")
    await page.locator("[data-add=loose-3]").click()
    tile = page.locator("[data-student=loose-3]")
    await expect(tile).to_have_attribute("data-state", "with")
    await expect(page.locator("[data-sync=sync_received]")).to_be_visible()
    rows = site.school.accounts.accounts[incident].rows
    assert (rows[PersonId("loose-3")].state, len(rows)) == ("with", 1)
    rooms_add_up(site, 1)
    await tile.click()
    await page.get_by_role("button", name="Take my mark back").click()
    await expect(tile).to_have_count(0)

    async def nobody() -> bool:
        return not any(row.counts for row in site.school.screens.projection.tally.rows.values())

    await eventually(nobody)
    rooms_add_up(site, 0)


async def test_a_headcount_without_a_class_reaches_the_office(
    site: LiveSite, screens: Screens
) -> None:
    """The count goes to the timeline as it was made, with how many of them are named."""
    page = await phone_of(site, screens, TEACHER)
    declare(site, "lunch")
    site.person = PersonId("staff-without-a-class")
    page = await screens.open(site, "/phone")
    await page.locator("#heads").fill("14")
    await page.get_by_role("button", name="Send count").click()
    await expect(page.locator("[data-heads='14']")).to_contain_text("14 of them not listed yet")
    assert site.school.notes == ["Headcount: 14 with me, 0 of them listed by name."]


async def test_frames_of_a_moment_name_nobody(site: LiveSite, screens: Screens) -> None:
    """Why a student is not here travels as a word and a place, never with a name."""
    declare(site, "lunch")
    page = await screens.open(site, "/board", width=1280, height=800)
    await expect(page.locator("[data-moment]")).to_be_visible()
    sent = b"".join(site.outlet.sent) + msgspec.json.encode(site.school.day)
    for one in site.school.roster.students:
        assert one.family.encode() not in sent
