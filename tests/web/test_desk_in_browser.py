"""The front desk and the kiosk under hands: keyboard on a phone's width, fingers on a tablet."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from services.web.routes.rendering import Templates
from tests.browser_path import chromium
from tests.chassis_fixtures import Databases
from tests.web.front_desk import FrontDesk, front_desk

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE: ViewportSize = {"width": 360, "height": 740}
TABLET: ViewportSize = {"width": 1024, "height": 768}
LONG = "W" * 119


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield opened
        await opened.close()


@pytest.fixture
async def front(database: Databases, tmp_path: Path, pages: Templates) -> AsyncIterator[FrontDesk]:
    async with front_desk(await database("roster"), tmp_path, pages) as opened:
        yield opened


async def device(browser: Browser, front: FrontDesk, cookie: str, size: ViewportSize) -> Page:
    context = await browser.new_context(viewport=size)
    name, _, value = cookie.partition("=")
    await context.add_cookies([{"name": name, "value": value, "url": front.web.url}])
    page = await context.new_page()
    page.set_default_timeout(20_000)
    return page


async def office(browser: Browser, front: FrontDesk, size: ViewportSize = PHONE) -> Page:
    return await device(browser, front, front.cookie(front.person("office")), size)


async def tablet(browser: Browser, front: FrontDesk) -> Page:
    return await device(browser, front, front.cookie(await front.kiosk()), TABLET)


async def sideways(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return int(await page.evaluate("document.documentElement.scrollWidth - innerWidth"))


async def small_targets(page: Page) -> list[str]:
    """Buttons and fields lower than a finger is wide, but for links within a sentence."""
    found: list[str] = await page.evaluate(
        """[...document.querySelectorAll("main button, main .btn, main input, main select")]
        .filter((e) => e.checkVisibility() && e.type !== "hidden" && e.type !== "radio"
            && !e.classList.contains("aslink") && e.getBoundingClientRect().height < 47.5)
        .map((e) => e.outerHTML.slice(0, 80))"""
    )
    return found


async def test_the_desk_works_by_keyboard_on_a_phone(browser: Browser, front: FrontDesk) -> None:
    """Sign in, see the badge, sign out: without a mouse, at 360 px, nothing hidden sideways."""
    page = await office(browser, front)
    await page.goto(front.web.url + "/visitors")
    await page.locator("#name").focus()
    await page.keyboard.type("Zoë Sample")
    await page.keyboard.press("Tab")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Morgan Oakes")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Reading hour")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/badge")
    assert "Volunteer" in await page.locator(".badge").inner_text()
    assert await sideways(page) <= 0
    await page.get_by_role("link", name="Back to visitors").press("Enter")
    await page.wait_for_url("**/visitors")
    assert await page.locator("#here").inner_text() == "On site now: 1"
    await page.get_by_role("button", name=re.compile("^Sign out.*Zoë Sample")).press("Enter")
    await page.get_by_text("On site now: 0").wait_for()


@pytest.mark.parametrize("path", ["/visitors", "/visitors/flagged", "/visitors/substitutes"])
async def test_hostile_words_break_no_page(browser: Browser, front: FrontDesk, path: str) -> None:
    """One word of 119 letters, markup and a turned name: no sideways scroll, nothing runs."""
    for name in (LONG, "<img src=x onerror=alert(1)>", "\u202eمرحبا Sample", "🙂🙂 Sample"):
        await front.desk.comes(name, organisation=LONG, reason=LONG, host_said=LONG)
        await front.desk.flag(name, description="\n".join([LONG] * 3), document=LONG)
    page = await office(browser, front)
    faults: list[str] = []
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.on("pageerror", lambda error: faults.append(str(error)))
    await page.goto(front.web.url + path)
    assert await sideways(page) <= 0
    assert await small_targets(page) == []
    assert await page.locator("h1").count() == 1
    assert faults == []


async def test_the_kiosk_signs_in_once_however_often_it_is_tapped(
    browser: Browser, front: FrontDesk
) -> None:
    """Two quick taps of a visitor are one visit; the screen tells them what comes next."""
    page = await tablet(browser, front)
    await page.goto(front.web.url + "/kiosk")
    assert await sideways(page) <= 0
    await page.get_by_role("link", name="Sign in").click()
    await page.locator("#name").fill("Alice Sample")
    await page.locator("#host").press_sequentially("mor", delay=30)
    await page.get_by_role("button", name="Morgan Oakes").click()
    assert await small_targets(page) == []
    await page.get_by_role("button", name="Sign in").dblclick()
    await page.wait_for_url("**/kiosk/done")
    assert "You are signed in" in await page.locator("main").inner_text()
    [visit] = (await front.desk.book()).visits
    assert visit.host == front.desk.staff["Morgan"]


async def test_the_kiosk_forgets_whoever_walks_away(browser: Browser, front: FrontDesk) -> None:
    """After a minute without a touch it is at its start, and Back shows an empty form."""
    page = await tablet(browser, front)
    await page.clock.install()
    await page.goto(front.web.url + "/kiosk/in")
    await page.locator("#name").fill("Alice Sample")
    await page.clock.run_for(55_000)
    await page.locator("#reason").fill("a form")
    await page.clock.run_for(55_000)
    assert page.url.endswith("/kiosk/in")
    await page.clock.run_for(8_000)
    await page.wait_for_url("**/kiosk")
    await page.go_back()
    if "/kiosk/in" in page.url:
        assert await page.locator("#name").input_value() == ""
    assert "Alice" not in await page.content()


async def test_the_kiosk_speaks_both_languages(browser: Browser, front: FrontDesk) -> None:
    """One tap turns the same screen into Spanish, and back."""
    page = await tablet(browser, front)
    await page.goto(front.web.url + "/kiosk/in")
    await page.get_by_role("button", name="Español").click()
    await page.get_by_label("Su nombre").fill("Alicia Sample")
    await page.get_by_role("button", name="English").click()
    assert await page.get_by_label("Your name").input_value() == ""


async def test_a_notice_reaches_an_open_office_page(browser: Browser, front: FrontDesk) -> None:
    """Nobody reloads: within seconds the office reads who waits, decides, and it is gone."""
    await front.desk.flag("Rowan Quillfeather")
    page = await office(browser, front, TABLET)
    await page.goto(front.web.url + "/office")
    assert await page.locator(".notice").count() == 0
    await front.desk.comes("Rowan Quillfeather")
    notice = page.locator(".notice")
    await notice.wait_for(timeout=8_000)
    assert "1 person waits for the front office" in await notice.inner_text()
    assert (await page.title()).startswith("(1) ")
    await page.get_by_role("button", name=re.compile("^Let in.*Rowan")).press("Enter")
    await page.wait_for_load_state()
    assert page.url.endswith("/office")
    await page.locator(".notice").wait_for(state="detached")
    assert await front.desk.waiting() == ()


async def test_pages_of_the_desk_run_only_our_own_files(browser: Browser, front: FrontDesk) -> None:
    """No page breaks its own policy: a violation would be a page that half works."""
    page = await office(browser, front, TABLET)
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    for path in ("/visitors", "/visitors/flagged", "/visitors/substitutes/folders", "/cover"):
        await page.goto(front.web.url + path)
    screen = await tablet(browser, front)
    screen.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    for path in ("/kiosk", "/kiosk/in", "/kiosk/wait", "/kiosk/leave"):
        await screen.goto(front.web.url + path)
    assert faults == []
