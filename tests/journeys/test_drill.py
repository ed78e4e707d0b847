"""A drill, end to end: three screens, one class accounted for, staff and parents told."""

import re

import pytest
from playwright.async_api import Page, expect

from services.sinks.domain.sent import Sent
from tests.conditions import eventually
from tests.journeys.school import EXPECTED, PHONE, SCHOOL, Journey, picture

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.asyncio(loop_scope="session")]

PLACE = "the football field"
PRACTICE = {"DRILL", "SIMULACRO"}
CLASS = 25


async def test_a_drill_from_the_drill_page_to_the_parents(journey: Journey) -> None:
    """Every screen follows without a reload, and parents hear only what a person approved."""
    office = await journey.sign_in("Front office")
    board = await journey.sign_in("Principal")
    await board.goto(f"{journey.url}/board")
    phone = await journey.sign_in("Teacher", PHONE)
    await expect(phone.get_by_text("No incident is open")).to_be_visible()
    await picture(office, "office-today")
    await picture(phone, "phone-calm")
    await journey.forget_sent()

    await start_a_drill(office)
    for screen in (office, board, phone):
        await is_a_drill(screen)
    await expect(board.locator("[data-count=unknown]")).to_contain_text(str(EXPECTED))

    await account_for_a_class(phone)
    for screen in (office, board):
        await expect(screen.locator("[data-count=missing]")).to_contain_text(re.compile(r"^\D*1\D"))
        await expect(screen.locator("[data-count=with]")).to_contain_text(str(CLASS - 1))
        await expect(screen.locator("[data-count=unknown]")).to_contain_text(str(EXPECTED - CLASS))
        row = screen.get_by_role("row").filter(has_text=f"{CLASS - 1} of {CLASS}")
        await expect(row).to_contain_text("Room 103")
        head = screen.get_by_role("columnheader", name="Accounted for", exact=True)
        await expect(head).to_be_visible()
    await picture(office, "office-drill")
    await picture(board, "board-drill")

    assert all(mail.to.endswith("@school.example") for mail in await journey.sent())
    people = await approve_the_statement(office)
    await picture(office, "office-approved", whole=True)
    await everybody_was_told(journey, people)

    await office.get_by_role("button", name="End the DRILL", exact=True).click()
    await expect(phone.get_by_text("DRILL is over")).to_be_visible()
    await expect(board.get_by_text("This incident was closed.")).to_be_visible()
    await picture(phone, "phone-over")


async def start_a_drill(office: Page) -> None:
    """Prepare, read back, run."""
    await office.get_by_role("link", name="Go to the drill page").click()
    await expect(office).to_have_title(re.compile("^DRILL.*DRILL$"))
    await picture(office, "drill-prepare")
    await office.get_by_label("To which place").fill(PLACE)
    await office.get_by_role("button", name="Next: read back the DRILL").click()
    await expect(office.get_by_text("This is a drill. Evacuate!")).to_be_visible()
    await picture(office, "drill-read-back")
    await office.get_by_role("button", name=f"Run the Evacuate DRILL at {SCHOOL}").click()


async def is_a_drill(screen: Page) -> None:
    """Title, favicon and frame say so."""
    await expect(screen).to_have_title(re.compile("^DRILL.*DRILL"))
    await expect(screen.locator(".drill").first).to_be_visible()
    icon = screen.locator("link[rel=icon]")
    await expect(icon).to_have_attribute("href", re.compile("favicon-drill"))


async def account_for_a_class(phone: Page) -> None:
    """One is missing, the rest are with the teacher, counted first."""
    kids = phone.locator("[data-student]")
    await expect(kids).to_have_count(CLASS)
    await picture(phone, "phone-drill")
    await kids.first.click()
    await picture(phone, "phone-student")
    await phone.get_by_role("button", name="Should be here, is not").click()
    rest = phone.get_by_role("button", name=f"The other {CLASS - 1} are with me")
    await rest.click()
    heads = phone.get_by_label("Students with me")
    await expect(heads).to_be_focused()
    await expect(rest).to_be_disabled()
    await heads.fill(str(CLASS))
    await rest.click()
    await expect(phone.get_by_text("Count once more")).to_be_visible()
    await picture(phone, "phone-headcount")
    await heads.fill(str(CLASS - 1))
    await rest.click()
    await expect(
        phone.get_by_role("main").get_by_text("Office received all your marks")
    ).to_be_visible()
    await expect(phone.locator("[data-state=with]")).to_have_count(CLASS - 1)
    await picture(phone, "phone-done")


async def approve_the_statement(office: Page) -> int:
    """Read both languages, then send; how many people."""
    approve = office.get_by_role("button", name="Approve and send the DRILL text")
    await expect(approve).to_be_visible(timeout=10_000)
    for language in ("en", "es"):
        await expect(office.locator(f"blockquote[lang={language}]")).to_be_visible()
    said = re.search(r"to ([\d,]+) people", await approve.inner_text())
    assert said is not None
    await approve.click()
    await expect(office.get_by_role("link", name="The page that families see")).to_be_visible()
    return int(said[1].replace(",", ""))


async def everybody_was_told(journey: Journey, people: int) -> None:
    """The drill word is first and last everywhere; texts go only to guardians who consent."""

    async def all_arrived() -> bool:
        sent = await journey.sent()
        return len([one for one in sent if one.to.endswith("@families.example")]) > people // 2

    await eventually(all_arrived, 30.0)
    sent = await journey.sent()
    staff = [one for one in sent if one.to.endswith("@school.example")]
    parents = [one for one in sent if one not in staff]
    assert {one.channel for one in staff} == {"email"}
    assert {one.channel for one in parents} == {"email", "sms"}
    assert len(staff) == 45
    for one in sent:
        assert framed(one), one
    assert any(one.body.startswith("SIMULACRO") for one in parents)


def framed(one: Sent) -> bool:
    """Whether the word for drill is first and last in the text and, in mail, in the subject."""
    texts = [one.body] + ([one.subject] if one.channel == "email" else [])
    return all(
        words[0] == words[-1] and words[0] in PRACTICE
        for words in (re.findall(r"\w+", text) for text in texts)
    )
