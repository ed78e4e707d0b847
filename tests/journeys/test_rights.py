"""The office keeps a parent apart by keyboard on a phone; two people lift it; a helper's plan."""

import asyncio
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from schemas.roster_people import Families, PersonPage
from tests.journeys.school import PHONE, Journey, picture
from tests.running_muster import demo_school, signed_in

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.asyncio(loop_scope="session")]

STUDENTS = ".families > li > ul:not(.adults) .link"


async def reach(page: Page, name: str | re.Pattern[str], *, limit: int = 80) -> None:
    """Tab until the focus is on what is called so; fails when the keyboard cannot get there."""
    for _ in range(limit):
        await page.keyboard.press("Tab")
        said = await page.evaluate(
            """() => { const e = document.activeElement;
            const label = e.labels?.length ? e.labels[0].textContent : "";
            return (label || e.textContent || "").replace(/\\s+/g, " ").trim(); }"""
        )
        if re.search(name, said):
            return
    raise AssertionError(f"the keyboard does not reach {name}")


async def fits(page: Page) -> None:
    """Nothing scrolls sideways, and what a thumb presses is 48 px high."""
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    small = await page.evaluate(
        """() => [...document.querySelectorAll("main button, main summary, main .link")]
        .filter(e => e.offsetParent && e.getBoundingClientRect().height < 47.5)
        .map(e => e.textContent.trim())"""
    )
    assert small == []
    unlabelled = await page.evaluate(
        """() => [...document.querySelectorAll("main input:not([type=hidden]), main select,"
        + " main textarea")].filter(e => !e.labels?.length).map(e => e.name)"""
    )
    assert unlabelled == []
    assert await page.locator("h1").count() == 1


async def test_keeping_apart_by_keyboard_on_a_phone(journey: Journey) -> None:
    """From the families to the order, without a mouse, at 360 px; then two people lift it."""
    page = await journey.sign_in("Front office", PHONE)
    await page.goto(f"{journey.url}/households")
    await fits(page)
    await picture(page, "households-phone")
    student = page.locator(STUDENTS).first
    path = await student.get_attribute("href")
    await student.focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**{path}")
    await fits(page)
    await reach(page, r"^Keep apart: no contact")
    await page.keyboard.press("Enter")
    await reach(page, r"^Court order on file")
    await page.keyboard.type("Order 2026-114, county family court")
    await reach(page, r"^Keep .* apart from ")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**saved=yes")
    first = page.locator("article.contact").first
    await expect(first.locator(".apart")).to_contain_text("NO CONTACT")
    await expect(first.locator(".apart")).to_contain_text("Order 2026-114")
    await expect(first.locator(".right.is-yes")).to_have_count(0)
    await picture(page, "person-apart-phone", whole=True)
    await fits(page)
    await reach(page, r"^Propose to lift the order")
    await page.keyboard.press("Enter")
    await reach(page, r"^Why it ends before its time")
    await page.keyboard.type("The court ended it")
    await page.keyboard.press("Enter")
    await expect(page.locator(".lifting")).to_contain_text("Another person approves it until")
    await expect(page.get_by_role("button", name=re.compile("second person"))).to_have_count(0)

    principal = await journey.sign_in("Principal")
    await principal.goto(f"{journey.url}{path}")
    await principal.get_by_role("button", name=re.compile("Lift the order as the second")).click()
    await principal.wait_for_url("**saved=yes")
    await expect(principal.locator(".apart")).to_have_count(0)
    await expect(principal.locator(".history li").first).to_contain_text("with")
    await picture(principal, "person-history", whole=True)


async def test_a_plan_reaches_its_helper_and_nobody_else(journey: Journey) -> None:
    """A teacher finds the students they help; the page shows them no rights and no history."""
    office = await journey.sign_in("Front office")
    teacher = await journey.sign_in("Teacher", PHONE)
    person = await teacher.evaluate("document.body.dataset.person")
    await office.goto(f"{journey.url}/households")
    path = await office.locator(STUDENTS).nth(4).get_attribute("href")
    await teacher.goto(f"{journey.url}{path}")
    await expect(teacher.locator("h1")).to_have_text("Nothing is here")
    await office.goto(f"{journey.url}{path}")
    await office.get_by_text(re.compile("Write a plan|Change the plan")).click()
    await office.locator("#phelper").select_option(person)
    await office.locator("#prefuge_area").fill("Landing of stair B")
    await office.get_by_role("button", name=re.compile("Save the plan")).click()
    await office.wait_for_url("**saved=yes")
    await teacher.goto(f"{journey.url}/helping")
    await fits(teacher)
    await expect(teacher.locator("main")).to_contain_text("Landing of stair B")
    await teacher.locator("main h2 a").first.click()
    await expect(teacher.locator("main")).to_contain_text("Landing of stair B")
    for hidden in ("contact", "History", "Read by", "Change"):
        await expect(teacher.locator("main")).not_to_contain_text(hidden)
    await office.reload()
    await expect(office.locator("#reads")).to_be_visible()


async def test_a_family_code_is_shown_once(journey: Journey) -> None:
    """The sheet is printed from the answer; going back shows that there is one, not which."""
    page = await journey.sign_in("Front office", PHONE)
    await page.goto(f"{journey.url}/households")
    path = await page.locator(STUDENTS).nth(6).get_attribute("href")
    await page.goto(f"{journey.url}{path}")
    first = page.locator("article.contact").first
    await first.get_by_text("Family code").first.click()
    await first.get_by_role("button", name=re.compile("^Issue a code")).click()
    code = (await page.locator(".thecode").inner_text()).strip()
    assert re.fullmatch(r"([2-9A-HJKMNP-Z]{5}-){2}[2-9A-HJKMNP-Z]{5}", code)
    await fits(page)
    await picture(page, "family-code-phone")
    await page.get_by_role("link", name=re.compile("I have it on paper")).click()
    await expect(page.locator("#codes")).to_be_visible()
    assert code not in await page.content()


async def test_files_are_compared_before_they_are_applied(journey: Journey) -> None:
    """The office sees what a file would change and what it cannot read; then applies it."""
    page = await journey.sign_in("Front office", PHONE)
    await page.goto(f"{journey.url}/households")
    async with page.expect_download() as taken:
        await page.get_by_role("button", name="Take out rights.csv").click()
    text = (await (await taken.value).path()).read_text()
    lines = text.splitlines()
    changed = lines[1].replace("true", "false", 1)
    await page.goto(f"{journey.url}/households/import")
    body = "\n".join((lines[0], changed, "nobody,nothing" + "," * 9)) + "\n"
    await page.locator("#package").set_input_files(
        {"name": "rights.csv", "mimeType": "text/csv", "buffer": body.encode()}
    )
    await page.get_by_role("button", name=re.compile("Check and compare")).click()
    await expect(page.locator("main")).to_contain_text("What would change")
    await expect(page.locator("code")).to_have_text("unknown_person")
    await fits(page)
    await picture(page, "rights-import-phone", whole=True)
    await page.get_by_role("button", name=re.compile("^Apply 1 change$")).click()
    await expect(page.get_by_role("status")).to_contain_text("Applied")


async def test_the_command_line_and_the_api_say_the_same(journey: Journey, tmp_path: Path) -> None:
    """`muster rights import` says what it would change, then changes it; the API shows it."""
    school = await demo_school(journey.muster)
    async with signed_in(journey.muster, "office") as office:
        families = await office.get("/households", Families)
        student = families.families[9].students[0].id
        page = await office.get(f"/people/{student}", PersonPage)
        pair = page.contacts[0]
        body = {"guardian": pair.guardian.id, "student": student, "reference": "Order 9"}
        assert (await office.command("/orders", body)).status == "accepted"
        assert (await office.get(f"/people/{student}", PersonPage)).contacts[0].apart is not None
    async with signed_in(journey.muster, "it") as it:
        outline = await it.get(f"/people/{student}", PersonPage)
        assert (outline.contacts, outline.plan, outline.history) == ((), None, ())
    own = tmp_path / "guardians.csv"
    own.write_text(
        "guardianId,type,name,caseworker,badge,callBack,studentSourcedIds\n"
        "cps-1,agency,County Services,Robin Sample,S-1,2025550147,nobody\n"
        "cps-2,agency,County Services,Robin Sample,S-1,2025550147,student-0001\n"
    )
    code, tried = await muster_rights(journey, own, school, "--dry-run")
    assert code == 0
    assert tried["applied"] is None
    [warning] = tried["staged"]["warnings"]
    assert (warning["line"], warning["code"]) == (2, "unknown_person")
    assert tried["staged"]["difference"]["guardians"] == 1
    code, applied = await muster_rights(journey, own, school)
    assert (code, applied["applied"]["status"]) == (0, "accepted")
    assert applied["staged"]["difference"] == tried["staged"]["difference"]
    own.write_text("name,shoe size\nGus,44\n")
    code, refused = await muster_rights(journey, own, school)
    assert (code, refused["staged"]["errors"][0]["code"]) == (2, "no_own_facts")


async def muster_rights(
    journey: Journey, path: Path, school: str, *more: str
) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON of `muster rights import`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.cli", "rights", "import", str(path), "--school", school,
        "--json", *more, stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"MUSTER_DATA": str(journey.muster.folder)},
    )  # fmt: skip
    said, _none = await process.communicate()
    assert process.returncode is not None
    answer: dict[str, Any] = json.loads(said)
    return process.returncode, answer
