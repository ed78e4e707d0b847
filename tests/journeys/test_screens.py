"""What holds on every page, at 360 pixels, calm, in a drill and live."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.journeys.school import PHONE, Journey, drill, picture
from tests.running_muster import signed_in

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.asyncio(loop_scope="session")]

OFFICE = (
    *("/office", "/people", "/people?find=peppe", "/classes", "/data-quality", "/paper"),
    *("/start/drill", "/start/live", "/board", "/import", "/school"),
)
PRINCIPAL = ("/accounts", "/wall")
OPEN = ("/sign-in", "/enroll")
READ_BACK = "kind=shelter&zone=all&hazard=tornado&strategy=seal_room"
DURING = ("/office", "/incident", "/board", "/wall")

WIDER = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


async def fits(page: Page, url: str, address: str, mode: str = "") -> None:
    """No sideways scroll, one voice at most, and a title that names the mode."""
    answer = await page.goto(f"{url}{address}")
    assert answer is not None
    assert answer.status == 200, address
    await expect(page.get_by_text("Connecting…")).to_have_count(0)
    assert await page.evaluate(WIDER) == 0, f"{address} scrolls sideways"
    assert await page.locator("[role=status], [role=alert]").count() <= 1, address
    assert await page.locator("h1").count() <= 1, address
    await expect(page).to_have_title(re.compile(f"^{mode}"))
    named = re.search("DRILL|LIVE", await page.title())
    assert bool(mode) == bool(named) or "/start/" in address, address
    await picture(page, f"360{address.partition('?')[0].replace('/', '-')}-{mode or 'calm'}")


async def test_every_page_fits_a_phone(journey: Journey) -> None:
    """A secretary with a phone in her hand reads every page without moving it sideways."""
    stranger = await journey.device(PHONE)
    for address in OPEN:
        await fits(stranger, journey.url, address)
    office = await journey.sign_in("Front office", PHONE)
    for address in OFFICE:
        await fits(office, journey.url, address)
    await fits(office, journey.url, f"/start/live/confirm?{READ_BACK}", "LIVE")
    await fits(office, journey.url, f"/start/drill/read-back?{READ_BACK}", "DRILL")
    principal = await journey.sign_in("Principal", PHONE)
    for address in PRINCIPAL:
        await fits(principal, journey.url, address)
    teacher = await journey.sign_in("Teacher", PHONE)
    await fits(teacher, journey.url, "/phone")


@pytest.mark.parametrize("mode", ["drill", "live"])
async def test_every_page_names_the_mode(journey: Journey, mode: str) -> None:
    """While something is open, no page of it can be taken for the other kind."""
    async with signed_in(journey.muster, "office") as caller:
        if mode == "drill":
            await drill(caller)
        else:
            await caller.declare("live", kind="secure")
    office = await journey.sign_in("Front office", PHONE)
    for address in DURING:
        await fits(office, journey.url, address, mode.upper())
    teacher = await journey.sign_in("Teacher", PHONE)
    await expect(teacher.locator("[data-student]").first).to_be_visible()
    await fits(teacher, journey.url, "/phone", mode.upper())
