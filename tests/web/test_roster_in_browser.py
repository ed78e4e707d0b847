"""The roster's pages under hands: by keyboard, on a phone and a desk, with and without script."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from tests.browser_path import chromium
from tests.web.school import LINCOLN, session, snapshot
from tests.web.serving import Served

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}
PAGES = ("/people", "/people?find=bill", "/classes", "/classes/lincoln-class-2",
         "/data-quality", "/paper")  # fmt: skip
SMALL = """() => [...document.querySelectorAll("main a, main button, main input, main select")]
  .filter((e) => !e.closest("label"))
  .map((e) => [e.getBoundingClientRect().height, e.outerHTML.slice(0, 80)])
  .filter(([height]) => height > 0 && height < 47.5)"""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a screen."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield opened
        await opened.close()


async def page_of(
    browser: Browser, web: Served, size: ViewportSize, *, script: bool = True
) -> Page:
    context = await browser.new_context(viewport=size, java_script_enabled=script)
    token = web.token(session(web.now, "office"))
    cookie = {"name": web.cookie, "value": token, "url": web.url}
    await context.add_cookies([cookie])  # type: ignore[list-item]
    page = await context.new_page()
    page.set_default_timeout(15_000)
    return page


async def walk(page: Page, wanted: str, key: str = "Tab", most: int = 40) -> None:
    """Press a key until the element has the focus."""
    for _ in range(most):
        await page.keyboard.press(key)
        if await page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{wanted} was never reached by {key}")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_search_by_keyboard_alone(browser: Browser, web: Served, size: ViewportSize) -> None:
    """ "/", a name, Enter: the person; Tab and Enter open the record. No mouse is needed."""
    page = await page_of(browser, web, size)
    await page.goto(web.url + "/people")
    await page.keyboard.press("/")
    await expect(page.locator("#find")).to_be_focused()
    await page.keyboard.type("bill")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/people?find=bill*")
    await expect(page.get_by_text("by a nickname")).to_be_visible()
    await walk(page, "tbody th a")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/people/guardian-1")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_keys_are_listed_over_every_page(
    browser: Browser, web: Served, size: ViewportSize
) -> None:
    """ "?" shows the keys, Esc closes them; inside a search box "?" is a letter."""
    page = await page_of(browser, web, size)
    over, box = page.locator("#keys"), page.locator(".findbox")
    for path in PAGES:
        await page.goto(web.url + path)
        await expect(over).not_to_be_visible()
        await page.keyboard.press("?")
        await expect(over.get_by_text("show these keys")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(over).not_to_be_visible()
        if await box.count():
            await page.keyboard.press("/")
            await expect(box).to_be_focused()
            await page.keyboard.type("?")
            await expect(over).not_to_be_visible()


async def test_a_phone_shows_it_whole_and_takes_a_thumb(browser: Browser, web: Served) -> None:
    """Nothing scrolls sideways, and whatever can be pressed is as high as a finger."""
    page = await page_of(browser, web, PHONE)
    for path in PAGES:
        await page.goto(web.url + path)
        assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], path
        assert await page.evaluate(SMALL) == [], path
        assert await page.locator("h1").count() == 1, path


async def test_from_page_to_page_by_keyboard(browser: Browser, web: Served) -> None:
    """A school of any size is walked through in pages of fifty, forth and back."""
    web.roster.snapshots[LINCOLN] = snapshot(LINCOLN, "Lincoln Sample Elementary", each=20)
    page = await page_of(browser, web, DESK)
    await page.goto(web.url + "/people?kind=student")
    await expect(page.locator("tbody tr")).to_have_count(50)
    await page.locator("[rel=next]").press("Enter")
    await page.wait_for_url("**page=2")
    await expect(page.locator("tbody tr")).to_have_count(30)
    await page.locator("[rel=prev]").press("Enter")
    await expect(page.locator("tbody tr")).to_have_count(50)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_paper_by_keyboard_shows_that_it_works(
    browser: Browser, web: Served, size: ViewportSize
) -> None:
    """Enter on the button shows progress, then the focus is on the finished PDF."""
    page = await page_of(browser, web, size)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await page.goto(web.url + "/paper")
    await page.evaluate(
        """() => new MutationObserver(() => {
          if (document.querySelector("#making progress")) document.body.dataset.worked = "yes";
        }).observe(document.querySelector("#making"), {childList: true})"""
    )
    await walk(page, "#rooms")
    await walk(page, "[action='/paper/sheets.pdf'] button")
    await page.keyboard.press("Enter")
    link = page.locator("#making a")
    await expect(link).to_be_focused()
    assert (await link.get_attribute("href") or "").startswith("blob:")
    assert await page.locator("body").get_attribute("data-worked") == "yes"
    await expect(page.locator("#making")).to_contain_text("cannot be printed here: 2")
    assert web.roster.pages.printed[-1].kind == "sheets"
    await page.get_by_role("button", name="Status cards").press("Enter")
    await expect(link).to_contain_text("status")
    web.roster.away = True
    await page.get_by_role("button", name="This room as PDF").press("Enter")
    await expect(page.locator("#making")).to_contain_text("Nothing was made")
    await expect(page.get_by_role("button", name="This room as PDF")).to_be_enabled()
    assert [text for text in said if "Content Security" in text] == []


async def test_everything_works_without_script(browser: Browser, web: Served) -> None:
    """A locked-down office computer finds, filters, reads the keys, saves and prints."""
    page = await page_of(browser, web, DESK, script=False)
    await page.goto(web.url + "/people")
    await page.get_by_label("Name, nickname or number").fill("zoe")
    await page.get_by_label("Grade").select_option("2")
    await page.get_by_role("button", name="Find").click()
    await expect(page.locator("tbody tr")).to_have_count(1)
    await page.get_by_text("Keys on this page (?)").click()
    await expect(page.locator("details.keys dt").first).to_be_visible()
    await page.goto(web.url + "/paper")
    await page.get_by_label("Telephone of the office").fill("202 555 0100")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_label("Telephone of the office")).to_have_value("202 555 0100")
    async with page.expect_request("**/paper/reunification.pdf?count=20*"):
        await page.get_by_role("button", name="Reunification cards").click(no_wait_after=True)


async def test_the_list_of_a_class_narrows_while_typing(browser: Browser, web: Served) -> None:
    """A name in a long class is found by its first letters, accents aside."""
    page = await page_of(browser, web, DESK)
    await page.goto(web.url + "/classes/lincoln-class-2")
    await page.keyboard.press("/")
    await page.keyboard.type("lucia")
    await expect(page.locator("#roll tbody tr:visible")).to_have_count(1)
