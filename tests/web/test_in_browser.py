"""The starting page and the incident's page as hands and eyes meet them, in a real browser."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from schemas.identity import Session
from tests.browser_path import chromium
from tests.web.school import LINCOLN, session
from tests.web.serving import Served

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a screen."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield opened
        await opened.close()


async def page_of(browser: Browser, web: Served, person: Session, phone: bool = False) -> Page:
    context = await browser.new_context(viewport=PHONE if phone else None)
    cookie = {"name": web.cookie, "value": web.token(person), "url": web.url}
    await context.add_cookies([cookie])  # type: ignore[list-item]
    page = await context.new_page()
    page.set_default_timeout(15_000)
    return page


async def press_for(page: Page, seconds: float) -> None:
    box = await page.locator("#hold").bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 40, box["y"] + 30)
    await page.mouse.down()
    await asyncio.sleep(seconds)
    await page.mouse.up()


async def test_holding_starts_and_tells_what_to_do(browser: Browser, web: Served) -> None:
    """A second and a half of holding starts a live Lockdown; then a person calls 911."""
    page = await page_of(browser, web, session(web.now, "office"))
    await page.goto(web.url + "/start/live")
    await press_for(page, 1.7)
    await page.wait_for_url("**/incident")
    assert "Muster has NOT called 911. Call now." in await page.locator("main").inner_text()
    opened = web.incident.schools[LINCOLN].open
    assert opened is not None
    assert opened.mode == "live"


async def test_letting_go_early_starts_nothing(browser: Browser, web: Served) -> None:
    """A slip of the hand or a child with a phone starts no Lockdown."""
    page = await page_of(browser, web, session(web.now, "office"), phone=True)
    await page.goto(web.url + "/start/live")
    await press_for(page, 0.8)
    await asyncio.sleep(1.2)
    assert page.url.endswith("/start/live")
    assert web.incident.sent == []


async def test_a_click_or_a_key_leads_to_the_two_step_page(browser: Browser, web: Served) -> None:
    """Assistive technology sends clicks: they must neither start nor lead nowhere."""
    page = await page_of(browser, web, session(web.now, "office"))
    button = page.locator("#hold")
    for key in ("", "Enter", "Space"):
        await page.goto(web.url + "/start/live")
        await (button.press(key) if key else button.click())
        await page.wait_for_url("**/start/live/confirm?*")
    assert web.incident.sent == []
    await page.get_by_role("button", name="Start LIVE Lockdown").click()
    await page.wait_for_url("**/incident")


async def test_not_started_yet_turns_to_started(browser: Browser, web: Served) -> None:
    """The page never claims a start that is not stored, keeps asking, and says when it was."""
    page = await page_of(browser, web, session(web.now, "office"))
    await page.goto(web.url + "/start/live")
    web.incident.away = True
    await press_for(page, 1.7)
    title = page.locator("#outcometitle")
    await title.get_by_text("NOT STARTED YET").wait_for()
    web.incident.away = False
    await page.wait_for_url("**/incident")
    assert len({command.op_id for command in web.incident.sent}) == 1


async def test_the_hold_is_under_the_thumb(browser: Browser, web: Served) -> None:
    """On a phone the action is on the first screen of its page and nothing scrolls sideways."""
    page = await page_of(browser, web, session(web.now, "office"), phone=True)
    await page.goto(web.url + "/start/live")
    box = await page.locator("#hold").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PHONE["height"]
    assert box["height"] >= 64
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


async def test_what_another_office_does_shows_by_itself(browser: Browser, web: Served) -> None:
    """Two people close a Lockdown from two desks: the proposal reaches the other one unasked."""
    first = await page_of(browser, web, session(web.now, "office"))
    await first.goto(web.url + "/start/live/confirm?kind=lockdown&zone=all")
    await first.get_by_role("button", name="Start LIVE Lockdown").click()
    await first.wait_for_url("**/incident")
    maya = session(web.now, "principal", person="principal-1", name="Maya Sample")
    second = await page_of(browser, web, maya)
    await second.goto(web.url + "/incident")
    await first.get_by_role("button", name="Propose to close").click()
    await second.get_by_role("button", name="Approve closing as Maya Sample").click()
    await second.wait_for_url("**/incidents/*")
    assert web.incident.schools[LINCOLN].open is None


async def test_a_page_runs_only_our_own_files(browser: Browser, web: Served) -> None:
    """No page breaks its own policy: a violation would be a page that half works."""
    page = await page_of(browser, web, session(web.now, "office", "it"))
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in ("/office", "/start/live", "/start/drill", "/people", "/import", "/accounts"):
        await page.goto(web.url + path, wait_until="networkidle")
    assert said == []
