"""Paper from the office's page, from the server's folder and from the command line."""

import asyncio
import io
import os
import sys
from pathlib import Path

import pypdf
import pytest
from playwright.async_api import expect

from tests.journeys.school import Journey, picture
from tests.running_muster import demo_school

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.asyncio(loop_scope="session")]


def read(path: Path) -> tuple[int, str]:
    """Pages, and everything that stands on them."""
    pages = pypdf.PdfReader(io.BytesIO(path.read_bytes())).pages
    return len(pages), "\n".join(page.extract_text() for page in pages)


async def test_every_child_of_the_demo_is_on_paper(journey: Journey, tmp_path: Path) -> None:
    """The night's set lies on the server, the page says where, and the command prints the same."""
    office = await journey.sign_in("Front office")
    await office.get_by_role("link", name="Roster", exact=True).click()
    await office.get_by_role("link", name="Paper", exact=True).click()
    path = office.locator("#night ~ .card__body code, section:has(#night) code").first
    async with asyncio.timeout(60):
        while await path.count() == 0:
            await office.reload()
    pages, text = read(Path(await path.inner_text()))
    assert pages >= 25
    assert "Room 101" in text
    await office.get_by_role("button", name="All rooms in one PDF").press("Enter")
    await expect(office.get_by_role("link", name="Open the PDF")).to_be_focused()
    await picture(office, "paper-ready", whole=True)

    out = tmp_path / "sheets.pdf"
    ran = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.cli", "paper", "--out", str(out), "--drill",
        "--school", await demo_school(journey.muster),
        env=os.environ | {"MUSTER_DATA": str(journey.muster.folder)},
    )  # fmt: skip
    assert await ran.wait() == 0
    assert out.stat().st_mode & 0o777 == 0o600
    same, drill = read(out)
    assert same == pages
    assert drill.count("DRILL · SIMULACRO · DRILL") == pages


async def test_a_misspelling_reaches_the_child(journey: Journey) -> None:
    """On the real service a name as it was heard is found, and the report reads the same roster."""
    office = await journey.sign_in("Front office")
    await office.get_by_role("link", name="Roster", exact=True).click()
    await office.wait_for_url("**/people")
    await office.wait_for_load_state("load")
    await office.keyboard.press("/")
    await expect(office.locator("#find")).to_be_focused()
    await office.keyboard.type("brackenmor")
    await office.keyboard.press("Enter")
    await expect(office.get_by_text("similar spelling").first).to_be_visible()
    await office.get_by_role("link", name="Data quality", exact=True).click()
    await expect(office.get_by_text("can be reached").first).to_be_visible()
