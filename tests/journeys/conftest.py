"""One demo and one Chromium for all journeys; devices of their own for each."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser_path import chromium
from tests.journeys.school import Journey
from tests.running_muster import RunningMuster, running_muster

PATIENCE = 20_000
"""Milliseconds until a screen must show what it should, on a busy machine."""

QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def muster() -> AsyncIterator[RunningMuster]:
    """The demo, as `make run` starts it."""
    async with running_muster() as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium; fails by name where the machine has none."""
    path = chromium()
    assert path is not None, "no Chromium: `make test` installs one or says how"
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def journey(muster: RunningMuster, browser: Browser) -> AsyncIterator[Journey]:
    """A calm school; it is calm again afterwards, and no page had a fault in its script."""
    walk = Journey(muster=muster, browser=browser)
    await walk.calm()
    try:
        yield walk
    finally:
        await walk.leave()
    assert walk.faults == []
