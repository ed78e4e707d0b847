"""Where the navigation leads: a few main places, and under each only its own pages.

Every page of the office finds itself here by its address; no page draws tabs of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.vocabulary import Role
from services.web.domain.access import DESK, DISTRICT, KEEPERS, OFFICE, ROSTER_READERS, STAFF


@dataclass(frozen=True)
class Place:
    """key: its word in words.html (place_word). href: its page, and all addresses below it;
    none of a group, which opens on the first of its places. roles: who is shown it, for a
    group whoever is shown one of its places."""

    key: str
    href: str = ""
    roles: frozenset[Role] = frozenset()
    under: tuple["Place", ...] = ()


PLACES: tuple[Place, ...] = (
    Place("today", "/office", OFFICE),
    Place("class", "/phone", STAFF - OFFICE),
    Place("helping", "/helping", STAFF - OFFICE),
    Place(
        "roster",
        under=(
            Place("people", "/people", ROSTER_READERS),
            Place("classes", "/classes", ROSTER_READERS),
            Place("households", "/households", OFFICE),
            Place("rooms", "/rooms", OFFICE),
            Place("data_quality", "/data-quality", ROSTER_READERS),
            Place("paper", "/paper", ROSTER_READERS),
            Place(
                "import",
                under=(
                    Place("upload", "/import", DISTRICT),
                    Place("import_history", "/import/history", DISTRICT),
                    Place("sources", "/import/sources", DISTRICT),
                    Place("photos", "/import/photos", DISTRICT),
                    Place("own_facts", "/households/import", DESK),
                ),
            ),
        ),
    ),
    Place(
        "day",
        under=(
            Place("now", "/day", OFFICE),
            Place("late_desk", "/day/desk", OFFICE),
            Place("attendance", "/day/attendance", OFFICE),
            Place("groups", "/day/groups", OFFICE),
            Place("bells", "/day/schedules", OFFICE),
        ),
    ),
    Place(
        "visitors",
        under=(
            Place("on_site", "/visitors", DESK),
            Place("flagged", "/visitors/flagged", DESK),
            Place("substitutes", "/visitors/substitutes", DESK),
        ),
    ),
    Place("wall", "/wall", OFFICE),
    Place("drills", "/start/drill", OFFICE),
    Place(
        "settings",
        under=(
            Place("accounts", "/accounts", KEEPERS),
            Place("school", "/school", DISTRICT),
        ),
    ),
)


@dataclass(frozen=True)
class Shown:
    """A place as one page shows it. here: "page" on its very page, "true" below it, else ""."""

    key: str
    href: str
    here: str


@dataclass(frozen=True)
class Tabs:
    """of: key of the place whose pages these are."""

    of: str
    places: list[Shown]


def main(held: set[Role], path: str) -> list[Shown]:
    """The main places, and which of them the page stands under."""
    return _shown(PLACES, held, path, _trail(PLACES, held, path))


def tabs(held: set[Role], path: str) -> list[Tabs]:
    """The pages of the main place that this page stands under, then those of its tab.

    A row of one is no choice and left out.
    """
    trail = _trail(PLACES, held, path)
    found = [Tabs(place.key, _shown(place.under, held, path, trail)) for place in trail]
    return [row for row in found if len(row.places) > 1]


def keys(held: set[Role]) -> frozenset[str]:
    """Keys of all places that someone with these roles is shown."""
    return frozenset(place.key for place in _leaves(PLACES, held))


def _shown(
    places: tuple[Place, ...], held: set[Role], path: str, trail: list[Place]
) -> list[Shown]:
    row = []
    for place in places:
        leaf = next(_leaves((place,), held), None)
        if leaf is not None:
            here = "true" if place in trail else ""
            row.append(Shown(place.key, leaf.href, "page" if place.href == path else here))
    return row


def _trail(places: tuple[Place, ...], held: set[Role], path: str) -> list[Place]:
    """From the main place down to the one whose address is the longest beginning of the path."""
    nearest = max(
        (place for place in _leaves(places, held) if _below(path, place.href)),
        key=lambda place: len(place.href),
        default=None,
    )
    return _way(places, nearest) if nearest is not None else []


def _way(places: tuple[Place, ...], wanted: Place) -> list[Place]:
    for place in places:
        if place == wanted:
            return [place]
        if below := _way(place.under, wanted):
            return [place, *below]
    return []


def _leaves(places: tuple[Place, ...], held: set[Role]) -> Iterator[Place]:
    for place in places:
        if place.under:
            yield from _leaves(place.under, held)
        elif held & place.roles:
            yield place


def _below(path: str, href: str) -> bool:
    return path == href or path.startswith(f"{href}/")
