"""Student systems and photos as hands and eyes meet them, on a phone and on a desk."""

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace
from playwright.async_api import Browser, Page, async_playwright

from tests.browser_path import chromium
from tests.roster.pictures import jpeg
from tests.web.school import LINCOLN, session
from tests.web.serving import Served
from tests.web.test_in_browser import QUIET, page_of
from tests.web.test_sources import source

SMALL_TARGETS = """
() => [...document.querySelectorAll("main a, main button, main select, main input, main summary")]
  .filter((one) => one.offsetParent && one.type !== "hidden")
  .map((one) => one.closest("label") ?? one)
  .filter((one) => one.getBoundingClientRect().height < 47.5)
  .map((one) => one.outerHTML.slice(0, 80))
"""
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a screen."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield opened
        await opened.close()


async def check_phone(page: Page) -> None:
    assert not await page.evaluate(SIDEWAYS)
    assert await page.evaluate(SMALL_TARGETS) == []
    assert await page.locator("h1").count() == 1


async def test_pages_fit_a_phone(browser: Browser, web: Served) -> None:
    """Nothing to scroll sideways, everything large enough for a thumb, one heading."""
    web.roster.pulls.photos[LINCOLN, f"{LINCOLN}-student-1-1"] = jpeg(32, 40)
    office = await page_of(browser, web, session(web.now, "principal"), phone=True)
    await office.goto(web.url + "/import/sources")
    await check_phone(office)
    long = replace(source(web, outcome="failed", code="tls_failed"), base_url="https://" + "a" * 90)
    web.roster.pulls.sources = [long]
    for path in ("/import/sources", "/import/sources?edit=sis", "/import/photos?find=amir"):
        await office.goto(web.url + path)
        await check_phone(office)


async def test_a_source_is_connected_by_keyboard_alone(browser: Browser, web: Served) -> None:
    """Every field has a label that names it, and the last Tab ends on the button."""
    page = await page_of(browser, web, session(web.now, "it"))
    await page.goto(web.url + "/import/sources")
    for label, text in (
        ("Name, as people here call it", "District SIS"),
        ("Address of the student system", "https://sis.example.org"),
        ("Token address (OAuth 2)", "https://sis.example.org/token"),
        ("Client id", "muster"),
        ("Client secret", "a secret"),
    ):
        await page.get_by_label(label).fill(text)
    await page.get_by_label("When to pull, in the school’s time").select_option("every-12")
    for _ in range(3):
        await page.keyboard.press("Tab")
    await page.get_by_role("button", name="Connect").focus()
    # The address stays the same: what is waited for is the page after the form.
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    [sent] = web.roster.sent
    assert getattr(sent, "every_hours", None) == 12


async def test_a_photo_takes_its_place_before_it_comes(browser: Browser, web: Served) -> None:
    """The picture is drawn, with the name for who cannot see it, in the box that it had before."""
    student = f"{LINCOLN}-student-1-1"
    web.roster.pulls.photos[LINCOLN, student] = jpeg(320, 400)
    page = await page_of(browser, web, session(web.now, "office"))
    await page.goto(web.url + "/import/photos?find=amir")
    photo = page.get_by_role("img", name="Amir Sample11")
    await page.wait_for_function("document.querySelector('img.photo').naturalWidth === 320")
    box = await photo.bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (64, 80)
