"""Where the navigation leads: the main places, and the pages that one of them opens on."""

from dataclasses import dataclass

from schemas.vocabulary import Role
from services.web.domain.access import DESK, DISTRICT, KEEPERS, OFFICE, ROSTER_READERS, STAFF


@dataclass(frozen=True)
class Place:
    """key: its word in words.html (place_word). roles: who is shown it."""

    key: str
    href: str
    roles: frozenset[Role]


ROSTER: tuple[Place, ...] = (
    Place("people", "/people", ROSTER_READERS),
    Place("classes", "/classes", ROSTER_READERS),
    Place("households", "/households", OFFICE),
    Place("day", "/day", OFFICE),
    Place("rooms", "/rooms", OFFICE),
    Place("visitors", "/visitors", DESK),
    Place("flagged", "/visitors/flagged", DESK),
    Place("substitutes", "/visitors/substitutes", DESK),
    Place("data_quality", "/data-quality", ROSTER_READERS),
    Place("paper", "/paper", ROSTER_READERS),
    Place("import", "/import", DISTRICT),
    Place("sources", "/import/sources", DISTRICT),
    Place("photos", "/import/photos", DISTRICT),
)
"""Tabs of the roster's pages, in the order in which an office needs them."""

PLACES: tuple[Place, ...] = (
    Place("today", "/office", OFFICE),
    Place("class", "/phone", STAFF - OFFICE),
    Place("helping", "/helping", STAFF - OFFICE),
    Place("wall", "/wall", OFFICE),
    Place("drills", "/start/drill", OFFICE),
    Place("accounts", "/accounts", KEEPERS),
)


def shown(places: tuple[Place, ...], held: set[Role], path: str) -> list[dict[str, object]]:
    """Those that someone with these roles is shown, and which of them this page is."""
    return [
        {
            "key": one.key,
            "href": one.href,
            "here": path == one.href or path.startswith(f"{one.href}/"),
        }
        for one in places
        if held & one.roles
    ]


def main_places(held: set[Role], path: str) -> list[dict[str, object]]:
    """The main navigation: after the first place, the roster by the first of its tabs."""
    places = shown(PLACES, held, path)
    tabs = shown(ROSTER, held, path)
    if tabs:
        here = any(path == one.href or path.startswith(f"{one.href}/") for one in ROSTER)
        places.insert(1, {"key": "roster", "href": tabs[0]["href"], "here": here})
    return places
