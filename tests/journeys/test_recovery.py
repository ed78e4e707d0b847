"""kill -9 of one part at a time, in the middle of an open drill, with two screens watching."""

import contextlib
from collections import Counter

import msgspec
import psutil
import pytest
from playwright.async_api import Page, expect

from schemas.accountability import Observed
from schemas.envelope import decode
from schemas.identifiers import SchoolId
from services.chassis.clock import SystemClock
from services.chassis.commands import ServiceClient, Tokens, open_session
from services.cli.installation import Installation
from tests.journeys.school import PHONE, Journey, drill, picture
from tests.running_muster import demo_school, signed_in

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.asyncio(loop_scope="session")]

VICTIMS = ("web", "board", "incident", "accountability", "notifier", "nats")
UNTRUE_WITHOUT = {"board", "incident", "accountability"}
"""Without these no screen can know that what it shows is true."""
UNHEARD_WITHOUT = {"web", "accountability"}
"""Without these no mark can reach the office."""
OBSERVED = "accountability.observed.v1"


async def test_screens_outlive_whatever_is_killed(journey: Journey) -> None:
    """Nothing looks live that is not, and each mark made meanwhile arrives once."""
    async with signed_in(journey.muster, "office") as caller:
        await drill(caller)
    board = await journey.sign_in("Principal")
    await board.goto(f"{journey.url}/board")
    phone = await journey.sign_in("Teacher", PHONE)
    kids = phone.locator("[data-student]")
    await expect(kids).to_have_count(25)
    marked = []
    for number, victim in enumerate(VICTIMS):
        student = await kids.nth(number).get_attribute("data-student")
        assert student is not None
        await kill_while_marking(journey, victim, board, phone, student)
        marked.append(student)
        seen = board.locator("[data-count=with] .count__n")
        await expect(seen, f"after killing {victim}").to_have_text(str(len(marked)))
    assert await arrivals(journey) == Counter(marked)


async def kill_while_marking(
    journey: Journey, victim: str, board: Page, phone: Page, student: str
) -> None:
    """The part stops answering, a mark is made, the part is killed; all is well again."""
    process = journey.muster.process_of(victim)
    process.suspend()
    if victim in UNTRUE_WITHOUT:
        await expect(board.get_by_text("Reconnecting, last update")).to_be_visible()
        await expect(board.locator("[data-standing=live]")).to_have_count(0)
        await expect(
            phone.get_by_role("main").get_by_text("Reconnecting, last update")
        ).to_be_visible()
        await picture(board, f"board-without-{victim}")
    await phone.locator(f"[data-student='{student}']").click()
    await phone.get_by_role("button", name="With me").click()
    if victim in UNHEARD_WITHOUT:
        await expect(phone.locator(f"[data-student='{student}']")).to_contain_text("not sent yet")
        await expect(
            phone.get_by_role("main").get_by_text("Office received all your marks")
        ).to_have_count(0)
        await picture(phone, f"phone-without-{victim}")
    # Gone already: its supervisor had lost patience first.
    with contextlib.suppress(psutil.NoSuchProcess):
        process.kill()
    await expect(
        phone.get_by_role("main").get_by_text("Office received all your marks"),
        f"after killing {victim}",
    ).to_be_visible()
    await expect(board.locator("[data-standing=live]"), f"after killing {victim}").to_be_visible()


async def arrivals(journey: Journey) -> Counter[str]:
    """Student → stored marks, of every event that accountability keeps of this incident."""
    school = await demo_school(journey.muster)
    running = journey.muster.running
    found: list[tuple[int, str, str]] = []
    async with open_session() as session:
        owner = ServiceClient(
            caller="cli",
            url=running.services["accountability"],
            tokens=Tokens(Installation(journey.muster.folder).secret("service.key")),
            clock=SystemClock(running.clock),
            session=session,
        )
        after = 0
        while (page := await owner.events(SchoolId(school), after, 500)).events:
            events = [decode(raw) for raw in page.events]
            after = events[-1].pos
            found += [
                (event.pos, event.incident or "", mark.student)
                for event in events
                if event.type == OBSERVED
                for mark in msgspec.json.decode(event.data, type=Observed).marks
            ]
    latest = max(found)[1] if found else ""
    return Counter(student for _, incident, student in found if incident == latest)
