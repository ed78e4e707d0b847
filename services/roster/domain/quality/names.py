"""People who could be taken for one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import OSA

from services.roster.domain.quality.facts import PersonFact
from services.roster.domain.search.folding import words_of

# A name of fewer letters has too many neighbours by chance.
SHORTEST = 7
# People beside whom one slip in a common name would list half the school.
MOST_NEIGHBOURS = 40


def same_names(people: Iterable[PersonFact]) -> list[tuple[PersonFact, ...]]:
    """Groups who have one name, whatever its accents, case and order."""
    groups: defaultdict[tuple[str, ...], list[PersonFact]] = defaultdict(list)
    for one in people:
        if key := _key(one):
            groups[key].append(one)
    return [tuple(group) for group in groups.values() if len(group) > 1]


def near_names(people: Sequence[PersonFact]) -> list[tuple[PersonFact, PersonFact]]:
    """Pairs whose whole names are one slip apart: Jon Testley and John Testley."""
    spelled = [" ".join(_key(one)) for one in people]
    shelves: defaultdict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(spelled):
        if len(name) >= SHORTEST:
            for part in {name, *(name[:cut] + name[cut + 1 :] for cut in range(len(name)))}:
                shelves[part].append(at)
    found: set[tuple[int, int]] = set()
    for shelf in shelves.values():
        if 1 < len(shelf) <= MOST_NEIGHBOURS:
            found.update(
                (one, other)
                for place, one in enumerate(shelf)
                for other in shelf[place + 1 :]
                if _one_slip(spelled[one], spelled[other])
            )
    return [(people[one], people[other]) for one, other in sorted(found)]


def _one_slip(one: str, other: str) -> bool:
    return one != other and OSA.distance(one, other, score_cutoff=1) == 1


def _key(one: PersonFact) -> tuple[str, ...]:
    return tuple(sorted(words_of(f"{one.given} {one.family}")))
