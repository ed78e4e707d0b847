"""The office's board and the wall: unknown first, never live when stale, no child on a wall."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from schemas.accountability import Account, Mark, Rest
from schemas.identifiers import ClassId, IncidentId, PersonId
from schemas.vocabulary import Actor, PersonState
from services.board.domain.projection import Changes
from tests.browser.conftest import Screens
from tests.browser.rolls import OFFICE, roster
from tests.fakes.live_site import LiveSite, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[LiveSite]:
    """A school whose pages are signed in as the front office."""
    async with serving(LiveSite(roster(), person=OFFICE, roles=("office",))) as site:
        yield site


def says(site: LiveSite, incident: IncidentId, who: str, student: str, now: PersonState) -> None:
    site.school.account(
        Account(
            op_id=f"op-{who}-{student}",
            school=site.school.id,
            actor=Actor(person=PersonId(who), roles=("teacher",), device=who),
            incident=incident,
            marks=(Mark(student=PersonId(student), state=now, n=1, seen=0),),
        )
    )


def whole_class(site: LiveSite, incident: IncidentId, room: int) -> None:
    students = tuple(PersonId(f"student-{room}-{i:02}") for i in range(28))
    site.school.account(
        Account(
            op_id=f"op-rest-{room}",
            school=site.school.id,
            actor=Actor(person=PersonId(f"teacher-{room}"), roles=("teacher",), device=f"d{room}"),
            incident=incident,
            rest=Rest(class_id=ClassId(f"class-{room}"), students=students, n=1, seen=1),
        )
    )


async def test_the_board_puts_unknown_first_and_folds_what_is_done(
    site: LiveSite, screens: Screens
) -> None:
    """Counts in the fixed order; hearsay apart; rooms that are done are one line."""
    incident = site.school.declare("evacuate")
    page = await screens.open(site, "/board", width=1280, height=800)
    await expect(page.locator("[data-count=unknown] .count__n")).to_have_text("122")
    whole_class(site, incident, 11)
    says(site, incident, "teacher-13", "student-13-01", "missing")
    says(site, incident, "teacher-13", "student-13-02", "elsewhere")
    await expect(page.locator("[data-count=unknown] .count__n")).to_have_text("92")
    order = await page.eval_on_selector_all(
        "[data-count]", "all => all.map(one => one.dataset.count)"
    )
    assert order == [
        "unknown", "missing", "injured", "elsewhere", "left", "with", "absent", "off_site"
    ]  # fmt: skip
    await expect(page.locator("[data-count=with] .count__n")).to_have_text("28")
    await expect(page.locator("[data-count=elsewhere]")).to_contain_text("not confirmed")
    await expect(page.locator(".donerow")).to_contain_text("1 room")
    await expect(page.locator("[data-room]")).to_have_count(4)


async def test_a_contradiction_needs_a_person(site: LiveSite, screens: Screens) -> None:
    """Two adults who say "with me" are both quoted; neither is dropped."""
    incident = site.school.declare("evacuate")
    page = await screens.open(site, "/board", width=1280, height=800)
    says(site, incident, "teacher-11", "student-13-01", "with")
    says(site, incident, "teacher-12", "student-13-01", "with")
    case = page.locator("[data-needs=student-13-01]")
    await expect(case).to_contain_text("Adult Teacher-11")
    await expect(case).to_contain_text("Adult Teacher-12")


async def test_a_room_opens_to_its_students_and_slash_finds_one(
    site: LiveSite, screens: Screens
) -> None:
    """A room's students by name; "/" finds a student or a room."""
    site.school.declare("evacuate")
    page = await screens.open(site, "/board", width=1280, height=800)
    await page.locator("[data-room='Room 12'] button").click()
    await expect(page.locator("[data-student]")).to_have_count(28)
    await page.keyboard.press("/")
    await page.keyboard.type("noor")
    await expect(page.locator(".findings li")).to_have_count(4)


async def test_a_silent_board_says_since_when(site: LiveSite, screens: Screens) -> None:
    """After 5 s without a frame the board says Reconnecting, and live again once frames come."""
    site.school.declare("evacuate")
    page = await screens.open(site, "/board", width=1280, height=800)
    await expect(page.locator("[data-standing=live]")).to_be_visible()
    site.outlet.mute = True
    stale = page.locator("[data-standing=stale]")
    await expect(stale).to_contain_text("Reconnecting, last update", timeout=9000)
    site.outlet.mute = False
    await expect(page.locator("[data-standing=live]")).to_be_visible()


async def test_owners_that_are_not_heard_make_a_board_stale(
    site: LiveSite, screens: Screens
) -> None:
    """Frames alone do not make a board live: its owners must have been heard."""
    site.school.declare("evacuate")
    page = await screens.open(site, "/board", width=1280, height=800)
    await expect(page.locator("[data-standing=live]")).to_be_visible()
    site.school.screens.stale = ("accountability",)
    site.school.screens.change(Changes(stale=True, urgent=True))
    await expect(page.locator("[data-standing=stale]")).to_be_visible()


async def test_a_board_never_shows_zero_before_it_knows_who_is_expected(
    site: LiveSite, screens: Screens
) -> None:
    """Until the population is known there are no counts at all."""
    site.school.declare("evacuate", populate=False)
    page = await screens.open(site, "/board", width=1280, height=800)
    await expect(page.locator("[data-counting]")).to_be_visible()
    await expect(page.locator("[data-count]")).to_have_count(0)


async def test_a_live_incident_takes_a_drills_board_over(site: LiveSite, screens: Screens) -> None:
    """DRILL STOPPED. THIS IS REAL. Then the page of the live incident, without the drill frame."""
    site.school.declare("evacuate", "drill")
    page = await screens.open(site, "/board", width=1280, height=800)
    await expect(page.locator(".drill-frame")).to_be_visible()
    site.school.declare("evacuate", "live")
    await expect(page.get_by_text("DRILL STOPPED. THIS IS REAL.")).to_be_visible()
    await page.wait_for_url("**/incident")
    await expect(page.locator("[data-count=unknown]")).to_be_visible()
    await expect(page.locator(".drill-frame")).to_have_count(0)


async def test_a_closed_incident_is_not_shown_as_open(site: LiveSite, screens: Screens) -> None:
    """The page says that it was closed; no count stays behind."""
    site.school.declare("evacuate")
    page = await screens.open(site, "/board", width=1280, height=800)
    await expect(page.locator("[data-count=unknown]")).to_be_visible()
    site.school.close()
    await expect(page.locator("[data-over]")).to_contain_text("This incident was closed.")
    await expect(page.locator("[data-count]")).to_have_count(0)


async def test_escape_hides_a_board_and_a_live_lockdown_covers_it(
    site: LiveSite, screens: Screens
) -> None:
    """One key takes names and counts away; a live Lockdown does so by itself."""
    site.school.declare("evacuate")
    page = await screens.open(site, "/board", width=1280, height=800)
    await expect(page.locator("[data-count=unknown]")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("[data-count], [data-room]")).to_have_count(0)
    await page.get_by_role("button", name="Show the board").click()
    await expect(page.locator("[data-count=unknown]")).to_be_visible()
    site.school.change("lockdown")
    await expect(page.locator("[data-covered]")).to_be_visible()
    await expect(page.locator("[data-count], [data-room]")).to_have_count(0)


async def test_a_wall_never_holds_a_childs_name(site: LiveSite, screens: Screens) -> None:
    """Rooms and counts only, whatever the role; not in the page and not in its memory."""
    site.roles = ("screen",)
    incident = site.school.declare("evacuate")
    says(site, incident, "teacher-13", "student-13-01", "missing")
    page = await screens.open(site, "/wall", width=1920, height=1080)
    await expect(page.locator("[data-tile='Room 13']")).to_be_visible()
    shown = await page.content()
    for student in site.school.roster.students:
        assert student.family not in shown
    assert await page.locator(".huge").inner_text() == "122"


async def test_a_wall_goes_black_in_a_live_lockdown(site: LiveSite, screens: Screens) -> None:
    """No word, no count and no light on a public screen."""
    site.roles = ("screen",)
    site.school.declare("evacuate")
    page = await screens.open(site, "/wall", width=1920, height=1080)
    await expect(page.locator(".huge")).to_be_visible()
    site.school.change("lockdown")
    await expect(page.locator("[data-black]")).to_be_visible()
    assert (await page.locator("body").inner_text()).strip() == ""
    await page.reload()
    assert await page.locator("[data-tile]").count() == 0


async def test_escape_hides_a_wall(site: LiveSite, screens: Screens) -> None:
    """A wall is hidden at once, and shown again only when someone asks."""
    site.school.declare("evacuate", "drill")
    page = await screens.open(site, "/wall", width=1920, height=1080)
    await expect(page.locator(".huge")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator(".huge, [data-tile]")).to_have_count(0)
