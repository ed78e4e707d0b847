"""Who may not: wrong roles, other schools, sessions and tickets that have ended, the way back."""

import re

import msgspec
import pytest
from playwright.async_api import Page, expect
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from schemas.board import Bye, ToScreen
from tests.journeys.school import EXPECTED, PHONE, Journey, drill, picture
from tests.running_muster import Person, signed_in

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.asyncio(loop_scope="session")]

OFFICE_PAGES = (
    *("/office", "/people", "/classes", "/data-quality", "/paper", "/paper/sheets.pdf"),
    *("/start/drill", "/board", "/import", "/accounts", "/school"),
)
OFFICE_READS = ("/accounting", "/contradictions")
INSIDE = "() => fetch('{}', {{credentials: 'same-origin'}}).then((answer) => answer.status)"


async def test_a_teacher_has_no_way_into_the_office(journey: Journey) -> None:
    """Pages say so in words, the API by its code, and another school does not exist."""
    phone = await journey.sign_in("Teacher", PHONE)
    for address in OFFICE_PAGES:
        answer = await phone.goto(f"{journey.url}{address}")
        assert answer is not None
        assert answer.status == 403, address
        await expect(phone.get_by_text("This is not open to your role")).to_be_visible()
        await expect(phone.get_by_role("link", name="Emergency")).to_be_visible()
    await picture(phone, "phone-not-yours")
    async with signed_in(journey.muster, "office") as office:
        incident = await drill(office)
    answer = await phone.goto(f"{journey.url}/incidents/{incident}")
    assert answer is not None
    assert answer.status == 403
    school = await phone.locator("body").get_attribute("data-school")
    for read in OFFICE_READS:
        assert await status(phone, f"/api/v1/schools/{school}{read}") == 403
    for read in (*OFFICE_READS, "/roster", "/incidents"):
        assert await status(phone, f"/api/v1/schools/another{read}") == 404


async def status(page: Page, path: str) -> int:
    """What the page's own script would be answered."""
    found = await page.evaluate(INSIDE.format(path))
    assert isinstance(found, int)
    return found


async def test_a_ticket_opens_one_socket_once(journey: Journey) -> None:
    """A ticket that was used, or is not ours, shows nobody's state."""
    async with signed_in(journey.muster, "office") as office:
        ticket = await office.ticket("office")
        assert await first_frame(office, ticket.url, ticket.ticket) == "Snapshot"
        for again in (ticket.ticket, ticket.ticket[:-4] + "AAAA", "expired"):
            assert await first_frame(office, ticket.url, again) == "turned away"


async def first_frame(person: Person, url: str, ticket: str) -> str:
    """What a socket is told first: the kind of the frame, or that it was closed."""
    try:
        async with connect(url, origin=Origin(person.url)) as socket:
            await socket.send(msgspec.json.encode({"t": "join", "ticket": ticket}).decode())
            frame = msgspec.json.decode(await socket.recv(), type=ToScreen)
    except ConnectionClosed:
        return "turned away"
    return "turned away" if isinstance(frame, Bye) else type(frame).__name__


async def test_a_tab_that_was_signed_out_says_so(journey: Journey) -> None:
    """Signing out in one tab ends the other: it shows no school, and never looks live."""
    office = await journey.sign_in("Front office")
    board = await office.context.new_page()
    await board.goto(f"{journey.url}/board")
    await expect(board.locator("[data-standing=live]")).to_be_visible()
    await office.get_by_role("button", name="Sign out").click()
    await expect(office.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    await expect(board.get_by_text("This device is signed out")).to_be_visible()
    await expect(board.locator("[data-count], [data-room]")).to_have_count(0)
    answer = await board.goto(f"{journey.url}/board")
    assert answer is not None
    await expect(board).to_have_url(re.compile("/sign-in"))


async def test_the_way_back_after_the_end_shows_the_end(journey: Journey) -> None:
    """The back button never brings an open incident back that was closed."""
    async with signed_in(journey.muster, "office") as caller:
        await drill(caller)
    office = await journey.sign_in("Front office")
    await office.goto(f"{journey.url}/incident")
    await expect(office.locator("[data-count=unknown]")).to_contain_text(str(EXPECTED))
    await office.get_by_role("button", name="End the DRILL", exact=True).click()
    await expect(office.get_by_role("heading", name="Closed")).to_be_visible()
    await office.go_back()
    await expect(office.get_by_role("button", name="End the DRILL", exact=True)).to_have_count(0)
    await expect(office.locator("[data-count=unknown]")).to_have_count(0)


async def test_two_taps_on_run_are_one_drill(journey: Journey) -> None:
    """A double tap on the last step gives one incident."""
    office = await journey.sign_in("Front office")
    await office.goto(f"{journey.url}/start/drill")
    await office.get_by_label("To which place").fill("the gym")
    await office.get_by_role("button", name="Next: read back").click()
    await office.get_by_role("button", name="Run the Evacuate DRILL").dblclick()
    await office.wait_for_url("**/incident")
    declared = office.get_by_role("listitem").filter(has_text="Declared")
    await expect(declared).to_have_count(1)
    await expect(office.get_by_text("Started the same action too")).to_have_count(0)
