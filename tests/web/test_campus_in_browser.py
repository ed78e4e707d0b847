"""Holding the button where two schools share a campus, in a real browser."""

from collections.abc import AsyncIterator

import msgspec
import pytest
from playwright.async_api import Browser, Page, async_playwright

from schemas.incident import Declare
from schemas.roster_day_facts import Campus, RoomFacts
from tests.browser_path import chromium
from tests.web.school import CEDAR, LINCOLN, session
from tests.web.serving import Served
from tests.web.test_in_browser import QUIET, page_of, press_for


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a screen."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield opened
        await opened.close()


async def start_page(browser: Browser, web: Served) -> Page:
    """Lincoln's start page, for someone of the office at both schools of the campus."""
    web.roster.days.campus = Campus(name="Ground", schools=(LINCOLN, CEDAR))
    roles = {LINCOLN: ("office",), CEDAR: ("office",)}
    person = msgspec.structs.replace(session(web.now, "office"), roles=roles)
    page = await page_of(browser, web, person)
    cookie = {"name": "muster_school", "value": LINCOLN, "url": web.url}
    await page.context.add_cookies([cookie])  # type: ignore[list-item]
    await page.goto(web.url + "/start/live")
    return page


def declared(web: Served) -> list[Declare]:
    return [command for command in web.incident.sent if isinstance(command, Declare)]


async def test_one_hold_starts_both_schools(browser: Browser, web: Served) -> None:
    """A Lockdown reaches the school next door in the same moment, under one declaration."""
    page = await start_page(browser, web)
    await press_for(page, 1.7)
    await page.wait_for_url("**/incident")
    assert {command.school for command in declared(web)} == {LINCOLN, CEDAR}
    assert len({command.declaration for command in declared(web)}) == 1


async def test_an_unticked_school_is_left_alone(browser: Browser, web: Served) -> None:
    """What is preselected is a person's to take away."""
    page = await start_page(browser, web)
    await page.get_by_label("Cedar Sample Middle").uncheck()
    await press_for(page, 1.7)
    await page.wait_for_url("**/incident")
    assert [command.school for command in declared(web)] == [LINCOLN]


async def test_what_did_not_start_next_door_stays_on_the_screen(
    browser: Browser, web: Served
) -> None:
    """The page never goes on as if the other school were locked down when it is not."""
    page = await start_page(browser, web)
    await page.evaluate(
        """fetch("/api/v1/schools/cedar/incidents", {method: "POST", headers: {
            "Content-Type": "application/json", "X-Muster": "1",
            "Idempotency-Key": "open-already"}, body: JSON.stringify(
            {mode: "live", action: {kind: "hold"}})}).then((answer) => answer.status)"""
    )
    await press_for(page, 1.7)
    await page.get_by_text("Not started at Cedar Sample Middle").wait_for()
    await page.get_by_role("link", name="Open the incident").wait_for()
    assert page.url.endswith("/start/live")
    assert web.incident.schools[LINCOLN].open is not None


async def test_a_zone_is_one_choice_of_the_hold(browser: Browser, web: Served) -> None:
    """Picking a zone names it on the button and locks down its rooms alone."""
    rooms = (RoomFacts(name="Room 1", zone="North", aliases=("Rm 1",)),)
    web.roster.days._keep(LINCOLN, rooms=rooms)
    page = await page_of(browser, web, session(web.now, "office"))
    await page.goto(web.url + "/start/live")
    await page.get_by_label("North").check()
    assert await page.locator("#holdzone").inner_text() == "North"
    await press_for(page, 1.7)
    await page.wait_for_url("**/incident")
    (command,) = declared(web)
    assert (command.action.zone.name, command.action.zone.rooms) == ("North", ("Room 1", "Rm 1"))
