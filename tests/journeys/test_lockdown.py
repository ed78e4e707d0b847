"""A live Lockdown over a running drill, from the hold button to the families' page."""

import asyncio
import re

import aiohttp
import pytest
from playwright.async_api import Page, expect

from schemas.incident import SchoolIncidents
from services.sinks.domain.sent import Sent
from tests.conditions import eventually
from tests.journeys.school import EXPECTED, PHONE, SCHOOL, Journey, drill, picture
from tests.running_muster import signed_in

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.asyncio(loop_scope="session")]

REAL = "DRILL STOPPED. THIS IS REAL."
HOLD_MS = 1500


async def test_a_live_lockdown_takes_every_screen_over(journey: Journey) -> None:
    """A drill is running when it becomes real: nobody can take one for the other."""
    async with signed_in(journey.muster, "office") as caller:
        await drill(caller)
    office = await journey.sign_in("Front office")
    await office.goto(f"{journey.url}/incident")
    board = await journey.sign_in("Principal")
    await board.goto(f"{journey.url}/board")
    phone = await journey.sign_in("Teacher", PHONE)
    hall = await journey.sign_in("Staff", PHONE)
    await expect(office.locator("[data-count=unknown]")).to_contain_text(str(EXPECTED))
    await expect(board.locator("[data-count=unknown]")).to_contain_text(str(EXPECTED))
    await expect(phone.locator("[data-student]").first).to_be_visible()
    await expect(hall).to_have_title(re.compile("^DRILL"))
    await journey.forget_sent()

    starter = await journey.sign_in("Front office")
    # The notice stands for seconds, then the page turns to the live incident: look meanwhile.
    told = [expect(one.get_by_text(REAL).first).to_be_visible() for one in (office, board, phone)]
    await asyncio.gather(hold_to_start(starter), *told)
    for screen in (phone, hall):
        await is_dark(screen)
    await picture(phone, "phone-lockdown")
    for screen in (starter, office, board):
        await expect(screen).to_have_title(re.compile(r"^LIVE"))
        await expect(screen.locator(".drill")).to_have_count(0)

    await call_911(office)
    await picture(office, "office-lockdown", whole=True)
    await open_the_room(office, phone)
    await is_dark(hall)
    await families_read_the_statement(journey, office)
    await two_people_close(office, board)
    await is_dark(hall)
    await staff_were_alerted_once(journey)


async def hold_to_start(page: Page) -> None:
    """Letting go cancels; 1.5 seconds start."""
    await page.goto(f"{page.url.rsplit('/', 1)[0]}/start/live")
    button = page.get_by_role("button", name=f"Start LIVE Lockdown at {SCHOOL}")
    await picture(page, "start-live")
    box = await button.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.mouse.down()
    await page.wait_for_timeout(HOLD_MS / 2)
    await page.mouse.up()
    await page.wait_for_timeout(HOLD_MS)
    await expect(page).to_have_url(re.compile("/start/live$"))
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.mouse.down()
    await page.wait_for_timeout(HOLD_MS + 100)
    await page.mouse.up()
    await expect(page.get_by_text("Muster has NOT called 911. Call now.")).to_be_visible()
    await page.wait_for_url("**/incident")


async def is_dark(phone: Page) -> None:
    """Black, and nothing that a phone would speak: no roll, no live region."""
    await expect(phone.get_by_text(re.compile("Locks, Lights, Out.of.Sight"))).to_be_visible()
    await expect(phone.locator("[role=status], [role=alert], [aria-live]")).to_have_count(0)
    await expect(phone.locator("[data-student], audio, video")).to_have_count(0)
    colour = "getComputedStyle(document.querySelector('main')).backgroundColor"
    assert await phone.evaluate(colour) == "rgb(0, 0, 0)"
    assert "DRILL" not in await phone.title()


async def call_911(office: Page) -> None:
    """The words to say, and who called, once somebody did."""
    await expect(office.get_by_role("heading", name=re.compile("NOT called 911"))).to_be_visible()
    await expect(office.get_by_text("“Lockdown! Locks, Lights, Out of Sight.”")).to_be_visible()
    await expect(office.get_by_text("Covered: a Lockdown is live")).to_be_visible()
    await office.get_by_label("Who called 911?").fill("Front desk")
    await office.get_by_role("button", name="Record the call").click()
    await expect(office.get_by_text("911 was called by Front desk")).to_be_visible()


async def open_the_room(office: Page, phone: Page) -> None:
    """The office records that staff with a key opened the teacher's room: that phone changes."""
    await office.get_by_label("Room", exact=True).select_option("Room 103")
    await office.get_by_label("Opened by").fill("Staff with a key")
    await office.get_by_role("button", name="Record that it was opened").click()
    await expect(phone.locator("[data-student]").first).to_be_visible()
    await expect(phone).to_have_title(re.compile("^LIVE"))
    await picture(phone, "phone-room-opened")


async def families_read_the_statement(journey: Journey, office: Page) -> None:
    """One approval; the page behind the link has both languages, and nothing to run or fill in."""
    assert not [one for one in await journey.sent() if one.to.endswith("@families.example")]
    await office.get_by_role("button", name="Approve and send to").click()
    link = office.get_by_role("link", name="The page that families see")
    address = await link.get_attribute("href")
    assert address is not None

    async def has_the_link() -> bool:
        return any(address in one.body for one in await journey.sent())

    await eventually(has_the_link, 30.0)
    family = await journey.device(PHONE, java_script_enabled=False)
    await family.goto(f"{journey.url}{address}")
    for language, words in (("en", "Do not come."), ("es", "No venga.")):
        await expect(family.locator(f"article[lang={language}]")).to_contain_text(words)
    await expect(family.locator("script, form, input, [role=status]")).to_have_count(0)
    await expect(family).not_to_have_title(re.compile("DRILL"))
    await picture(family, "family-statement", whole=True)


async def two_people_close(office: Page, board: Page) -> None:
    """Who proposed cannot approve; the principal can, on another device."""
    await office.get_by_role("button", name="Propose to close").click()
    await expect(office.get_by_text("Someone else must approve it")).to_be_visible()
    await expect(office.get_by_role("button", name="Approve closing")).to_have_count(0)
    await expect(office.get_by_role("button", name="Propose to close")).to_have_count(0)
    await picture(office, "office-proposal")
    await board.goto(board.url.replace("/board", "/incident"))
    await board.get_by_role("button", name="Approve closing as").click()
    await expect(board.get_by_role("heading", name="Closed")).to_be_visible()


async def staff_were_alerted_once(journey: Journey) -> None:
    """One alert a person about the Lockdown, and no word of practice in it."""
    alerts = [one for one in await journey.sent() if about_lockdown(one)]
    people = [one.to for one in alerts]
    assert len(set(people)) == 45
    assert len(people) == len(set(people))


def about_lockdown(one: Sent) -> bool:
    return one.to.endswith("@school.example") and "Locks, Lights" in one.body


async def test_a_click_opens_two_steps_and_a_second_press_starts_nothing_more(
    journey: Journey,
) -> None:
    """A click never starts anything by itself; pressing twice gives one incident."""
    phone = await journey.sign_in("Teacher", PHONE)
    await phone.get_by_role("link", name="Emergency").click()
    await phone.get_by_role("button", name=re.compile("^Start LIVE Lockdown")).click()
    await expect(phone.get_by_text("Step 2 of 2: nothing has started yet")).to_be_visible()
    await picture(phone, "phone-two-steps")
    async with signed_in(journey.muster, "office") as office:
        calm = await office.get("/incidents", SchoolIncidents)
        assert calm.open is None
        await phone.get_by_role("button", name=re.compile("^Start LIVE Lockdown")).dblclick()
        await phone.wait_for_url("**/started")
        await expect(phone.get_by_text("Muster has NOT called 911. Call now.")).to_be_visible()
        await expect(phone.locator("[role=status], [role=alert], [aria-live]")).to_have_count(0)
        await picture(phone, "phone-started")
        live: SchoolIncidents = await office.get("/incidents", SchoolIncidents)
        assert live.open is not None
        assert live.open.number == max((one.number for one in calm.recent), default=0) + 1
        assert len(live.open.actions) == 1
    await phone.get_by_role("link", name="To my class").click()
    await is_dark(phone)


async def test_the_statement_page_takes_no_side_effects(journey: Journey) -> None:
    """An address that no statement has says nothing, and asking changes nothing."""
    async with aiohttp.ClientSession() as http:
        for address in ("/s/nothing", "/s/../incident", "/statement/0"):
            async with http.get(f"{journey.url}{address}", allow_redirects=False) as answer:
                assert answer.status in {303, 404}
