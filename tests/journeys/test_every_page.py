"""Every page of the navigation, for every role, on a phone: by eye, by axe and by keyboard."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from schemas.vocabulary import Role
from services.web.routes.places import PLACES, Place
from tests.browser.page_rules import axe, broken, listed, unreachable
from tests.journeys.school import DESK, PHONE, Journey, picture

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.asyncio(loop_scope="session")]

ROLES: dict[str, Role] = {
    "Front office": "office",
    "Principal": "principal",
    "Teacher": "teacher",
    "Staff": "staff",
}
OF_THEIR_OWN = frozenset({"/phone", "/wall"})
"""Screens of an incident, walked by tests of their own."""

BELOW = {
    "/people": "/people/",
    "/classes": "/classes/",
    "/rooms": "/rooms/room",
    "/day/attendance": "/day/attendance?",
    "/day/groups": "/day/groups/edit",
}
"""Lists, and where the first of their links that begins so leads."""


def addresses(role: Role, places: tuple[Place, ...] = PLACES) -> list[str]:
    """Pages that the navigation shows someone of the role."""
    found = []
    for place in places:
        if role in place.roles and place.href not in OF_THEIR_OWN:
            found.append(place.href)
        found += addresses(role, place.under)
    return found


async def below(page: Page, url: str, role: Role) -> list[str]:
    """One page under each list that the role has."""
    found = []
    for at in set(addresses(role)) & BELOW.keys():
        await page.goto(url + at)
        link = page.locator(f"main a[href^='{BELOW[at]}']").first
        found.append(str(await link.get_attribute("href")))
    return found


@pytest.mark.parametrize("who", ROLES)
async def test_every_page_of_a_role_on_a_phone(journey: Journey, who: str) -> None:
    """No sideways scroll, one h1, no id or code, targets of 48 px, no violation of axe, both
    in light and in dark."""
    role = ROLES[who]
    phone = await journey.sign_in(who, PHONE)
    also = ["/start/live", "/confirm-school", "/nowhere"]
    wrong = {}
    for path in [*addresses(role), *await below(phone, journey.url, role), *also]:
        answer = await phone.goto(journey.url + path)
        assert answer is not None
        assert answer.status == (404 if path == "/nowhere" else 200), path
        wrong[path] = await broken(phone, phone=True) + await axe(phone)
    assert not any(wrong.values()), listed(wrong)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_nothing_is_wider_than_a_screen_in_either_language(
    journey: Journey, language: str
) -> None:
    """Also the longer words of Spanish fit a phone and a desktop; Emergency is on every page."""
    for size in (PHONE, DESK):
        page = await journey.sign_in("Principal", size)
        address = {"name": "muster_language", "value": language, "url": journey.url}
        await page.context.add_cookies([address])  # type: ignore[list-item]
        wrong = {}
        for path in addresses("principal"):
            await page.goto(journey.url + path)
            assert await page.locator("html").get_attribute("lang") == language
            wrong[path] = await broken(page, phone=size is PHONE)
            await expect(page.locator("a[href='/start/live']").first).to_be_visible()
        assert not any(wrong.values()), listed(wrong)


async def test_tab_reaches_everything_on_a_phone(journey: Journey) -> None:
    """Over every page of the office, in the order of the page, with focus that can be seen."""
    phone = await journey.sign_in("Principal", PHONE)
    wrong = {}
    for path in [*addresses("principal"), *await below(phone, journey.url, "principal")]:
        await phone.goto(journey.url + path)
        wrong[path] = await unreachable(phone)
    assert not any(wrong.values()), listed(wrong)


async def test_the_menu_by_keyboard(journey: Journey) -> None:
    """Enter opens it, Tab goes into it, Escape closes it and gives the focus back; ? and / work."""
    phone = await journey.sign_in("Front office", PHONE)
    await phone.goto(f"{journey.url}/people")
    menu = phone.get_by_role("button", name="Menu")
    await menu.focus()
    await phone.keyboard.press("Enter")
    places = phone.get_by_role("navigation", name="Main")
    await expect(places.get_by_role("link")).to_have_count(7)
    await picture(phone, "menu")
    await phone.keyboard.press("Tab")
    assert await phone.evaluate("!!document.activeElement.closest('#menu')")
    await phone.keyboard.press("Escape")
    await expect(places).to_be_hidden()
    await expect(menu).to_be_focused()
    await phone.keyboard.press("?")
    await expect(phone.get_by_role("heading", name="Keys on this page")).to_be_visible()
    await phone.keyboard.press("Escape")
    await expect(menu).to_be_focused()
    await phone.keyboard.press("/")
    await expect(phone.get_by_role("searchbox")).to_be_focused()
    await phone.keyboard.press("Shift+?")
    await expect(phone.locator("#keys")).to_be_hidden()


async def test_space_opens_what_folds_and_enter_saves(journey: Journey) -> None:
    """A change of a student's rights by keys alone, and the fold's button stays under the focus."""
    phone = await journey.sign_in("Front office", PHONE)
    await phone.goto(f"{journey.url}/people?kind=student")
    await phone.locator("main a[href^='/people/']").first.press("Enter")
    fold = phone.locator("summary").filter(has_text="Language and interpreter").first
    await fold.press("Space")
    await expect(fold).to_be_focused()
    await phone.keyboard.press("Tab")
    await expect(fold.locator("xpath=..").locator("select").first).to_be_focused()
    await fold.locator("xpath=..").get_by_role("button").first.press("Enter")
    await expect(phone.get_by_role("status").filter(has_text="Saved")).to_be_visible()


async def test_the_way_back_keeps_the_search(journey: Journey) -> None:
    """From a person back to the list: the words, the filter and the rows stand as they stood."""
    office = await journey.sign_in("Front office")
    await office.goto(f"{journey.url}/people")
    await office.keyboard.press("/")
    await office.keyboard.type("arrob")
    await office.get_by_label("Who").select_option("student")
    await office.get_by_role("button", name="Find").press("Enter")
    await office.wait_for_url("**/people?*arrob*")
    searched = urlsplit(office.url).query
    rows = await office.locator("tbody tr").all_inner_texts()
    assert rows
    await office.locator("tbody a[href^='/people/']").first.click()
    await office.wait_for_url(re.compile(r"/people/[0-9a-f-]{36}$"))
    await office.go_back()
    assert urlsplit(office.url).query == searched
    await expect(office.get_by_role("searchbox")).to_have_value("arrob")
    assert await office.locator("tbody tr").all_inner_texts() == rows
