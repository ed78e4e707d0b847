"""A phone in a dark room: black, silent, no roll, until its own room is opened."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import Screens
from tests.browser.rolls import TEACHER, roster
from tests.fakes.live_site import LiveSite, serving

LIVE_REGIONS = "[role=status], [role=alert], [role=log], [aria-live]"


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[LiveSite]:
    async with serving(LiveSite(roster(), person=TEACHER, roles=("teacher",))) as site:
        yield site


async def test_a_lockdown_phone_is_black_and_has_no_roll_and_no_live_region(
    site: LiveSite, screens: Screens
) -> None:
    """The directive, silence and one quiet way to the office; nothing a screen reader speaks."""
    page = await screens.open(site, "/phone")
    await expect(page.get_by_text("Emergency")).to_be_visible()
    focused = await page.evaluate("document.activeElement.tagName")
    site.school.declare("lockdown")
    await expect(page.get_by_text("Out of Sight.")).to_be_visible()
    assert await page.locator(LIVE_REGIONS).count() == 0
    assert await page.locator("[data-student], .kids, audio, video").count() == 0
    assert await page.get_by_role("button").all_inner_texts() == [
        "Silence this phone",
        "Tell the office (silent)",
    ]
    ground = "getComputedStyle(document.querySelector('main')).backgroundColor"
    assert await page.evaluate(ground) == "rgb(0, 0, 0)"
    assert await page.evaluate("document.activeElement.tagName") == focused


async def test_the_office_is_told_without_a_sound(site: LiveSite, screens: Screens) -> None:
    """One tap and a choice become a note with the room, and the page says that it arrived."""
    page = await screens.open(site, "/phone")
    site.school.declare("lockdown")
    await page.get_by_role("button", name="Tell the office (silent)").click()
    await page.get_by_role("button", name="Help needed here").click()
    await expect(page.get_by_text("The office has what you told it.")).to_be_visible()
    assert site.school.notes == ["12: Help needed here"]
    assert await page.locator(LIVE_REGIONS).count() == 0


async def test_the_page_changes_when_its_own_room_is_opened(
    site: LiveSite, screens: Screens
) -> None:
    """Another room's opening changes nothing here; its own brings the class."""
    page = await screens.open(site, "/phone")
    incident = site.school.declare("lockdown")
    await expect(page.locator(".dark")).to_be_visible()
    site.school.open_room(incident, "13")
    site.school.open_room(incident, "12")
    await expect(page.locator("[data-student]")).to_have_count(28)


async def test_another_rooms_opening_keeps_the_phone_dark(site: LiveSite, screens: Screens) -> None:
    """Only the own room counts; the frame after it arrives proves that the page had seen it."""
    page = await screens.open(site, "/phone")
    incident = site.school.declare("lockdown")
    site.school.open_room(incident, "13")
    told = len(site.outlet.sent)
    await page.wait_for_function("() => document.querySelector('.dark')")
    await page.get_by_role("button", name="Tell the office (silent)").click()
    await page.get_by_role("button", name="Help needed here").click()
    await expect(page.get_by_text("The office has what you told it.")).to_be_visible()
    assert len(site.outlet.sent) > told
    await expect(page.locator(".dark")).to_be_visible()


async def test_closing_a_lockdown_opens_no_room(site: LiveSite, screens: Screens) -> None:
    """After the close, and after a reload, the phone stays dark until its room is recorded."""
    page = await screens.open(site, "/phone")
    incident = site.school.declare("lockdown")
    await expect(page.locator(".dark")).to_be_visible()
    site.school.close()
    await expect(page.get_by_text("The incident was closed.")).to_be_visible()
    await page.reload()
    await expect(page.locator("html")).to_have_class("dark-room")
    await expect(page.locator(".dark")).to_be_visible()
    site.school.open_room(incident, "12")
    await page.reload()
    await expect(page.get_by_text("No incident is open")).to_be_visible()


async def test_an_action_that_changes_to_evacuate_brings_the_class(
    site: LiveSite, screens: Screens
) -> None:
    """Police-led evacuation: the dark page gives way when the action becomes another."""
    page = await screens.open(site, "/phone")
    site.school.declare("lockdown")
    await expect(page.locator(".dark")).to_be_visible()
    site.school.change("evacuate")
    await expect(page.locator("[data-student]")).to_have_count(28)


async def test_a_lockdown_of_other_rooms_leaves_this_phone(
    site: LiveSite, screens: Screens
) -> None:
    """A zone without this room asks nothing of this phone."""
    page = await screens.open(site, "/phone")
    site.school.declare("lockdown", rooms=("13",))
    await expect(page.locator("[data-student]")).to_have_count(28)


async def test_a_drill_lockdown_says_drill_first_and_last(site: LiveSite, screens: Screens) -> None:
    """The rehearsal is as dark as the real thing, and unmistakably a drill."""
    page = await screens.open(site, "/phone")
    site.school.declare("lockdown", "drill")
    await expect(page.locator(".dark--drill")).to_be_visible()
    words = (await page.locator(".dark").inner_text()).split()
    assert (words[0], words[-1]) == ("DRILL", "DRILL")
