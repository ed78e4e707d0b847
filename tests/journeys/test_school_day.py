"""A morning at the demo: the desk signs a student out on a phone, and snow makes a half day."""

import datetime as dt
import re
from collections import Counter

import pytest
from playwright.async_api import expect

from schemas.roster_day import ExpectedList
from tests.journeys.school import PHONE, Journey, picture
from tests.running_muster import signed_in

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.asyncio(loop_scope="session")]


async def reasons(journey: Journey, at: str = "") -> Counter[str]:
    async with signed_in(journey.muster, "office") as office:
        path = f"/expected?at={at}" if at else "/expected"
        found: ExpectedList = await office.get(path, ExpectedList)
    assert len({one.student for one in found.students}) == len(found.students)
    return Counter(one.reason for one in found.students)


async def test_the_desk_signs_out_with_a_search_and_a_tap(journey: Journey) -> None:
    """On a phone: find, tap, and from then on the student has left; taken back, is expected."""
    before = await reasons(journey)
    assert sum(before.values()) == 600
    assert before["off_site_group"] == 25
    assert before["marked_absent"] == 10
    desk = await journey.sign_in("Front office", PHONE)
    await desk.goto(f"{journey.url}/day/desk")
    await desk.get_by_role("searchbox").fill("a")
    await desk.get_by_role("button", name="Find").click()
    await desk.get_by_role("button", name="Signed out").nth(0).click()
    await expect(desk.locator(".desklog li")).to_have_count(6)
    await picture(desk, "desk")
    assert (await reasons(journey))["signed_out"] == before["signed_out"] + 1
    assert await desk.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    await desk.get_by_role("button", name="Take back").nth(0).click()
    await expect(desk.locator(".is-back")).to_have_count(1)
    assert await reasons(journey) == before


async def test_a_half_day_and_back(journey: Journey) -> None:
    """One tap moves the bells of today, another puts them back; keys alone suffice."""
    office = await journey.sign_in("Front office")
    await office.goto(f"{journey.url}/day")
    await expect(office.get_by_role("heading", level=1)).to_contain_text("Period 3")
    half = office.get_by_role("button", name="Today is: Half day")
    await half.focus()
    await office.keyboard.press("Enter")
    await expect(office.get_by_text(re.compile("Half day"))).not_to_have_count(0)
    usual = office.get_by_role("button", name="Today is as usual again")
    await expect(office.get_by_role("heading", level=1)).to_contain_text("Period 4")
    await usual.click()
    await expect(office.get_by_role("heading", level=1)).to_contain_text("Period 3")


async def test_the_demo_at_lunch_after_school_and_on_a_sunday(journey: Journey) -> None:
    """Each moment of the demo's day expects the right people, read over the API."""
    office = await journey.sign_in("Front office")
    await office.goto(f"{journey.url}/day?at=11:20")
    await expect(office.get_by_role("heading", level=1)).to_contain_text("Lunch A")
    await expect(office.get_by_text("at lunch: Cafeteria")).to_be_visible()
    await office.goto(f"{journey.url}/day?at=15:00")
    await expect(office.get_by_text("in an activity: Chess club")).to_be_visible()
    await expect(office.get_by_text("left after dismissal, not verified")).to_be_visible()
    async with signed_in(journey.muster, "office") as person:
        now: ExpectedList = await person.get("/expected", ExpectedList)
    sunday = now.at
    while sunday.isoweekday() != 7:
        sunday = sunday.replace(hour=15) + dt.timedelta(days=1)
    assert await reasons(journey, sunday.isoformat().replace("+", "%2B")) == Counter()


async def test_a_teacher_takes_attendance_between_incidents(journey: Journey) -> None:
    """From the phone: one tap for the exception, all others present; keys alone put it right."""
    before = await reasons(journey)
    phone = await journey.sign_in("Teacher", PHONE)
    await phone.get_by_role("link", name="Take attendance").click()
    absent = phone.locator("input[value=absent]")
    await expect(absent).to_have_count(25)
    await absent.first.check()
    assert await phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    heights = await phone.eval_on_selector_all(
        ".threeway label, .rolldo button", "all => all.map(o => o.getBoundingClientRect().height)"
    )
    assert min(heights) >= 48
    await picture(phone, "phone-attendance")
    record = phone.get_by_role("button", name="Record: all others are present")
    await record.click()
    await expect(phone.get_by_text("Recorded.")).to_be_visible()
    await expect(phone.get_by_text(re.compile(r"absent \d\d:\d\d"))).to_have_count(1)
    await picture(phone, "phone-attendance-recorded")
    assert (await reasons(journey))["marked_absent"] == before["marked_absent"] + 1
    await absent.first.focus()
    await phone.keyboard.press("Space")
    await record.focus()
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_text(re.compile(r"present \d\d:\d\d"))).to_have_count(25)
    assert await reasons(journey) == before
