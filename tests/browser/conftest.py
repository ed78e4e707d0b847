"""A real Chromium, and pages that tell what went wrong in them."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.browser_path import chromium
from tests.fakes.live_site import LiveSite

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Screens:
    """Opens pages; every error that a page logs is kept in faults."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.faults: list[str] = []

    async def context(self, *, width: int = 360, height: int = 740) -> BrowserContext:
        context = await self.browser.new_context(viewport={"width": width, "height": height})
        context.set_default_timeout(8000)
        return context

    async def open(self, site: LiveSite, path: str, *, width: int = 360, height: int = 740) -> Page:
        page = await (await self.context(width=width, height=height)).new_page()
        self.listen(page)
        await page.goto(site.url + path)
        return page

    def listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self._said(said.type, said.text))

    def _said(self, kind: str, text: str) -> None:
        # A refused connection is what these tests cause on purpose; a broken policy is not.
        if kind == "error" and "Content Security Policy" in text:
            self.faults.append(text)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for a module's tests: starting it takes longer than most of them."""
    path = chromium()
    assert path is not None, "no Chromium on this machine: deploy/setup/browser.sh says how"
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="module")
async def screens(browser: Browser) -> AsyncIterator[Screens]:
    """Pages of a test, closed at its end; a fault in any of them fails it."""
    opened = Screens(browser)
    yield opened
    for context in browser.contexts:
        await context.close()
    assert not opened.faults
