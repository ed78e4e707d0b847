"""Muster is stopped and started again on the same folder."""

import pytest
from playwright.async_api import expect

from tests.journeys.school import PHONE, Journey, drill
from tests.running_muster import signed_in

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.asyncio(loop_scope="session")]

PLACE = "the far orchard"


async def test_everything_is_still_there(journey: Journey) -> None:
    """The open incident, a mark, the history, the roster and both sessions outlive a restart."""
    office = await journey.sign_in("Front office")
    phone = await journey.sign_in("Teacher", PHONE)
    async with signed_in(journey.muster, "office") as caller:
        await drill(caller, PLACE)
    kids = phone.locator("[data-student]")
    await expect(kids.first).to_be_visible()
    await kids.first.click()
    await phone.get_by_role("button", name="Should be here, is not").click()
    await expect(
        phone.get_by_role("main").get_by_text("Office received all your marks")
    ).to_be_visible()

    await journey.muster.stop()
    await expect(phone.get_by_role("main").get_by_text("Reconnecting, last update")).to_be_visible()
    await journey.muster.start()

    await expect(
        phone.get_by_role("main").get_by_text("Office received all your marks")
    ).to_be_visible()
    await expect(phone.locator("[data-state=missing]")).to_have_count(1)
    await office.goto(f"{journey.url}/incident")
    await expect(office.get_by_role("heading", level=1)).to_contain_text(PLACE)
    await expect(office.locator("[data-count=missing] .count__n")).to_have_text("1")
    await office.get_by_role("button", name="End the DRILL", exact=True).click()
    await office.get_by_role("link", name="Today").first.click()
    await expect(
        office.get_by_role("region", name="Before").get_by_role("link").first
    ).to_be_visible()
    await office.get_by_role("link", name="Roster", exact=True).click()
    await office.get_by_role("link", name="People", exact=True).click()
    await expect(office.get_by_text("600 students")).to_be_visible()
