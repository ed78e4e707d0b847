"""The navigation leads only where its reader may go, and says where a page stands."""

from collections.abc import Iterator
from typing import get_args

import pytest

from schemas.vocabulary import Role
from services.web.domain.access import STAFF
from services.web.routes import places
from services.web.routes.places import PLACES, Place
from tests.web.school import session
from tests.web.serving import Served

ROLES: tuple[Role, ...] = get_args(Role)
OFFICE_HELD: set[Role] = {"principal"}


def leaves(under: tuple[Place, ...]) -> Iterator[Place]:
    for place in under:
        yield from leaves(place.under) if place.under else [place]


def where(path: str, held: set[Role] = OFFICE_HELD) -> list[str]:
    """The places that are marked on a page, from the main one down."""
    rows = [places.main(held, path), *(row.places for row in places.tabs(held, path))]
    return [place.key for row in rows for place in row if place.here]


@pytest.mark.parametrize("role", ROLES)
async def test_nobody_is_led_to_a_closed_door(web: Served, role: Role) -> None:
    """Whatever the navigation shows a role is open to that role."""
    headers = web.browser(session(web.now, role))
    for place in leaves(PLACES):
        if role in place.roles:
            async with web.http.get(web.url + place.href, headers=headers) as answer:
                assert answer.status != 403, place.href


async def test_emergency_is_one_tap_away(web: Served) -> None:
    """On each page of whoever may start an action; for IT, who may not, on none."""
    for role in ("office", "principal", "teacher"):
        headers = web.browser(session(web.now, role))
        for place in leaves(PLACES):
            if role not in place.roles or place.href in {"/phone", "/wall"}:
                continue
            async with web.http.get(web.url + place.href, headers=headers) as answer:
                if answer.status == 200:
                    assert 'href="/start/live"' in await answer.text(), place.href
    assert "it" not in STAFF
    async with web.http.get(
        f"{web.url}/people", headers=web.browser(session(web.now, "it"))
    ) as answer:
        assert 'href="/start/live"' not in await answer.text()


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/office", ["today"]),
        ("/people", ["roster", "people"]),
        ("/people/some-person", ["roster", "people"]),
        ("/rooms/room", ["roster", "rooms"]),
        ("/households", ["roster", "households"]),
        ("/households/import", ["roster", "import", "own_facts"]),
        ("/import", ["roster", "import", "upload"]),
        ("/import/sources/one/waiting", ["roster", "import", "sources"]),
        ("/day", ["day", "now"]),
        ("/day/groups/edit", ["day", "groups"]),
        ("/visitors/some-visit/badge", ["visitors", "on_site"]),
        ("/visitors/flagged", ["visitors", "flagged"]),
        ("/school", ["settings", "school"]),
        ("/nowhere", []),
        ("/peoples", []),
    ],
)
def test_a_page_stands_under_the_longest_address_it_begins_with(
    path: str, there: list[str]
) -> None:
    """One mechanism says it for every page: no page marks its own tab."""
    assert where(path) == there


@pytest.mark.parametrize("role", ROLES)
def test_nobody_reads_thirteen_tabs(role: Role) -> None:
    """Few places in a row, each with an address of its own, and no row of one."""
    for place in leaves(PLACES):
        assert len(places.main({role}, place.href)) <= 7
        for row in places.tabs({role}, place.href):
            assert 2 <= len(row.places) <= 7
            assert len({tab.href for tab in row.places}) == len(row.places)


def test_a_group_opens_on_the_first_page_that_its_reader_has() -> None:
    """IT keeps the roster but sees no families, no day and no visitors."""
    assert [(place.key, place.href) for place in places.main({"it"}, "/people")] == [
        ("roster", "/people"),
        ("settings", "/accounts"),
    ]
    [office] = [place for place in places.main({"office"}, "/") if place.key == "settings"]
    assert office.href == "/school"
