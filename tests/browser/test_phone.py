"""The teacher's phone in a real browser: two taps, exceptions, no network, nothing untrue."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from schemas.accountability import Account, Mark, Row
from schemas.identifiers import IncidentId, PersonId
from schemas.vocabulary import Actor, PersonState
from tests.browser.conftest import Screens
from tests.browser.rolls import SUBJECT_TEACHER, TEACHER, roster
from tests.fakes.live_site import LiveSite, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[LiveSite]:
    """A school whose pages are signed in as the teacher of room 12."""
    async with serving(LiveSite(roster(), person=TEACHER, roles=("teacher",))) as site:
        yield site


def student(i: int) -> str:
    return f"student-12-{i:02}"


def state(site: LiveSite, i: int) -> PersonState:
    """What the office has for a student of room 12."""
    tally = site.school.screens.projection.tally
    return tally.rows[PersonId(student(i))].state


def kid(page: Page, i: int) -> str:
    return f"[data-student={student(i)}]"


async def mark(page: Page, i: int, words: str) -> None:
    await page.locator(kid(page, i)).click()
    await page.get_by_role("button", name=words).click()


async def rest(page: Page, *counts: str) -> None:
    """Tap the main action and answer the headcount."""
    await page.locator(".phone__do .btn--act").click()
    for count in counts:
        await page.locator("#heads").fill(count)
        await page.locator(".phone__do .btn--act").click()


async def received(page: Page) -> None:
    await expect(page.locator("[data-sync=sync_received]")).to_be_visible()


def office_says(site: LiveSite, incident: IncidentId, i: int, now: PersonState) -> None:
    site.school.account(
        Account(
            op_id=f"op-office-{i}-{now}",
            school=site.school.id,
            actor=Actor(person=PersonId("office"), roles=("office",), device="desk"),
            incident=incident,
            marks=(Mark(student=PersonId(student(i)), state=now, n=1, seen=1),),
        )
    )


async def test_a_full_class_takes_two_taps_and_a_headcount(
    site: LiveSite, screens: Screens
) -> None:
    """All 28 are accounted for by the main action, the typed count and its confirmation."""
    page = await screens.open(site, "/phone")
    site.school.declare("evacuate")
    await expect(page.locator("[data-state=unknown]")).to_have_count(28)
    await page.locator(".phone__do .btn--act").click()
    assert await page.locator("#heads").input_value() == ""
    await page.locator("#heads").fill("28")
    await page.locator(".phone__do .btn--act").click()
    await received(page)
    assert [state(site, i) for i in range(28)] == ["with"] * 28
    assert site.bodies[-1].rest is not None
    assert site.bodies[-1].rest.headcount == 28
    await expect(page.locator("[data-state=with]")).to_have_count(28)


async def test_28_students_need_no_scrolling_live_or_in_a_drill(
    site: LiveSite, screens: Screens
) -> None:
    """At 360 × 740 the whole class and the main action are in sight, in the drill frame too."""
    page = await screens.open(site, "/phone")
    for mode in ("drill", "live"):
        site.school.declare("evacuate", "drill" if mode == "drill" else "live")
        await expect(page.locator(f".phone.{mode} [data-state=unknown]")).to_have_count(28)
        tall = await page.evaluate("document.documentElement.scrollHeight")
        assert tall <= 740
        heights = await page.eval_on_selector_all(
            "button, a", "all => all.map(one => one.getBoundingClientRect().height)"
        )
        assert min(heights) >= 48


async def test_a_drill_says_so_first_and_last_on_the_phone(
    site: LiveSite, screens: Screens
) -> None:
    """The drill frame, its word first and last, and the page's title."""
    page = await screens.open(site, "/phone")
    site.school.declare("evacuate", "drill")
    words = (await page.locator(".drill-phone").inner_text()).split()
    assert (words[0], words[-1]) == ("DRILL", "DRILL")
    edge = "getComputedStyle(document.querySelector('.drill-phone'), '::after').borderTopStyle"
    assert await page.evaluate(edge) == "dashed"
    assert (await page.title()).split()[0] == (await page.title()).split()[-1] == "DRILL"


async def test_exceptions_are_never_overwritten_by_the_rest(
    site: LiveSite, screens: Screens
) -> None:
    """Missing, injured and absent stay what they were when the others are marked in bulk."""
    page = await screens.open(site, "/phone")
    site.school.declare("shelter")
    await mark(page, 3, "Should be here, is not")
    await mark(page, 4, "Injured")
    await mark(page, 5, "Absent")
    await rest(page)
    await received(page)
    assert [state(site, i) for i in (3, 4, 5, 6)] == ["missing", "injured", "absent", "with"]
    assert site.bodies[-1].rest is not None
    assert len(site.bodies[-1].rest.students) == 25


async def test_a_mark_can_be_taken_back(site: LiveSite, screens: Screens) -> None:
    """What a phone said it can unsay: the student is unknown again, at the office too."""
    page = await screens.open(site, "/phone")
    site.school.declare("hold")
    await mark(page, 3, "Should be here, is not")
    await received(page)
    await mark(page, 3, "Take my mark back")
    await received(page)
    assert state(site, 3) == "unknown"
    await expect(page.locator(kid(page, 3))).to_have_attribute("data-state", "unknown")


async def test_a_student_with_someone_else_is_not_accounted_for(
    site: LiveSite, screens: Screens
) -> None:
    """Hearsay names the adult when it is known and stays apart from what is accounted for."""
    page = await screens.open(site, "/phone")
    site.school.declare("hold")
    await page.locator(kid(page, 2)).click()
    await page.get_by_role("button", name="With someone else").click()
    await page.locator("#adult").fill("teacher-13")
    await page.get_by_role("button", name="Adult Teacher-13").click()
    await received(page)
    assert state(site, 2) == "elsewhere"
    assert site.bodies[-1].marks[0].with_adult == "teacher-13"


async def test_an_extra_student_is_found_by_name(site: LiveSite, screens: Screens) -> None:
    """A student of another class who is here is marked after a search of the school."""
    page = await screens.open(site, "/phone")
    site.school.declare("evacuate")
    await page.get_by_role("button", name="Extra student: find").click()
    await page.locator("#find").fill("loose3")
    await page.get_by_role("button", name="Loose3").click()
    await page.get_by_role("button", name="With me").click()
    await received(page)
    assert site.school.screens.projection.tally.rows[PersonId("loose-3")].state == "with"
    await expect(page.locator("[data-student=loose-3][data-state=with]")).to_be_visible()


async def test_a_headcount_that_differs_is_asked_once_more_and_sent(
    site: LiveSite, screens: Screens
) -> None:
    """The first mismatch asks again, the second goes to the office as it was counted."""
    page = await screens.open(site, "/phone")
    site.school.declare("evacuate")
    await rest(page, "27")
    await expect(page.get_by_text("You counted 27; the list says 28.")).to_be_visible()
    assert not site.bodies
    await page.locator("#heads").fill("27")
    await page.locator(".phone__do .btn--act").click()
    await received(page)
    assert site.bodies[-1].rest is not None
    assert site.bodies[-1].rest.headcount == 27


async def test_marks_without_network_are_kept_and_arrive_once(
    site: LiveSite, screens: Screens
) -> None:
    """Offline the line says so with the number, each mark has its arrow, and all arrive once."""
    page = await screens.open(site, "/phone")
    site.school.declare("evacuate")
    await expect(page.locator("[data-state=unknown]")).to_have_count(28)
    await page.context.set_offline(True)
    await mark(page, 3, "Should be here, is not")
    await mark(page, 5, "Absent")
    await expect(page.get_by_text("No network, 2 saved on this phone")).to_be_visible()
    await expect(page.locator(kid(page, 3))).to_contain_text("not sent yet")
    assert state(site, 3) == "unknown"
    await page.context.set_offline(False)
    await received(page)
    assert (state(site, 3), state(site, 5)) == ("missing", "absent")
    said = site.school.accounts.accounts
    counts = [len(next(iter(said.values())).observations[PersonId(student(i))]) for i in (3, 5)]
    assert counts == [1, 1]


async def test_an_outbox_survives_a_reload(site: LiveSite, screens: Screens) -> None:
    """What the office has not acknowledged is still there, and sent, after the page is loaded."""
    page = await screens.open(site, "/phone")
    site.school.declare("hold")
    await expect(page.locator("[data-state=unknown]")).to_have_count(28)
    site.down = True
    await mark(page, 3, "Should be here, is not")
    await expect(page.locator(kid(page, 3))).to_contain_text("not sent yet")
    await page.reload()
    site.down = False
    await received(page)
    assert state(site, 3) == "missing"


async def test_a_refused_mark_is_shown_with_its_reason(site: LiveSite, screens: Screens) -> None:
    """A mark that the office did not take is named, and shows as what the office has."""
    page = await screens.open(site, "/phone")
    site.school.declare("hold")
    site.school.refusing = "not_allowed"
    await mark(page, 3, "Should be here, is not")
    refused = page.locator("[data-refused=not_allowed]")
    await expect(refused).to_contain_text("This was not taken.")
    await expect(page.locator(kid(page, 3))).to_have_attribute("data-state", "unknown")
    await refused.get_by_role("button").click()
    await expect(refused).to_have_count(0)


async def test_a_missed_frame_asks_for_everything(site: LiveSite, screens: Screens) -> None:
    """A gap is noticed at the next frame, and the whole view mends the screen."""
    page = await screens.open(site, "/phone")
    incident = site.school.declare("hold")
    await expect(page.locator("[data-state=unknown]")).to_have_count(28)
    site.outlet.lose = 1
    office_says(site, incident, 3, "injured")
    await expect(page.locator(kid(page, 3))).to_have_attribute("data-state", "injured")
    assert "RESYNC" in site.asked


async def test_a_class_that_does_not_agree_is_never_called_received(
    site: LiveSite, screens: Screens
) -> None:
    """A digest that differs from what is shown asks for everything, and says so meanwhile."""
    page = await screens.open(site, "/phone")
    site.school.declare("hold")
    await expect(page.locator("[data-state=unknown]")).to_have_count(28)
    await mark(page, 3, "Should be here, is not")
    await received(page)
    tally = site.school.screens.projection.tally
    before = tally.rows[PersonId(student(7))]
    tally.rows[before.student] = Row(before.student, "injured", before.seq, before.class_id)
    await mark(page, 4, "Absent")
    await expect(page.locator(kid(page, 7))).to_have_attribute("data-state", "injured")
    assert "RESYNC" in site.asked


async def test_a_silent_socket_is_not_called_connected(site: LiveSite, screens: Screens) -> None:
    """After 5 s without a frame the phone says since when it knows nothing, and comes back."""
    page = await screens.open(site, "/phone")
    site.school.declare("hold")
    await expect(page.locator("[data-sync=sync_nothing]")).to_be_visible()
    site.outlet.mute = True
    await expect(page.locator("[data-sync=sync_stale]")).to_be_visible(timeout=9000)
    site.outlet.mute = False
    await expect(page.locator("[data-sync=sync_nothing]")).to_be_visible()


async def test_nothing_is_shown_as_unknown_before_the_population_is_known(
    site: LiveSite, screens: Screens
) -> None:
    """Until it is known who is expected the phone counts nobody and offers no bulk mark."""
    page = await screens.open(site, "/phone")
    incident = site.school.declare("hold", populate=False)
    await expect(page.get_by_text("Counting who is expected…")).to_be_visible()
    await expect(page.locator(".phone__do .btn--act")).to_have_count(0)
    site.school.populate(incident, "live")
    await expect(page.locator("[data-state=unknown]")).to_have_count(28)


async def test_a_teacher_of_several_classes_chooses(screens: Screens) -> None:
    """The chosen class is opened; its students without a homeroom are expected there."""
    async with serving(LiveSite(roster(), person=SUBJECT_TEACHER, roles=("teacher",))) as site:
        page = await screens.open(site, "/phone")
        site.school.declare("hold")
        await expect(page.get_by_text("Who is with you?")).to_be_visible()
        await page.locator("[data-class=subject-1]").click()
        await expect(page.locator("[data-state=unknown]")).to_have_count(10)
        await rest(page)
        await received(page)
        row = site.school.screens.projection.tally.rows[PersonId("loose-1")]
        assert (row.state, row.class_id) == ("with", "subject-1")


async def test_a_closed_incident_is_said_to_be_over(site: LiveSite, screens: Screens) -> None:
    """The class page does not stay as if the incident were open."""
    page = await screens.open(site, "/phone")
    site.school.declare("hold")
    await expect(page.locator("[data-state=unknown]")).to_have_count(28)
    site.school.close()
    await expect(page.get_by_text("LIVE is over: it was closed.")).to_be_visible()
    await expect(page.locator("[data-student]")).to_have_count(0)
