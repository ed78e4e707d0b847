"""The different words of a school's names, each with the people who bear it."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

# Above this many similar words the best are kept: more would be noise, and cost time.
MOST_SIMILAR = 300
LAST = "\U0010ffff"


class Vocabulary:
    """word → people, as places in the school's order. Filled once, then only read."""

    def __init__(self, pairs: Iterable[tuple[str, int]]) -> None:
        people: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        for word, at in pairs:
            held = people[word]
            if not held or held[-1] != at:
                held.append(at)
        self._people = dict(people)
        self._sorted = sorted(self._people)
        self._by_length: defaultdict[int, list[str]] = defaultdict(list)
        for word in self._sorted:
            self._by_length[len(word)].append(word)

    def __len__(self) -> int:
        return len(self._sorted)

    def exactly(self, word: str) -> set[int]:
        return set(self._people.get(word, ()))

    def beginning(self, word: str) -> set[int]:
        """Everyone with a word that begins so, the word itself included."""
        first = bisect_left(self._sorted, word)
        last = bisect_left(self._sorted, word + LAST)
        found: set[int] = set()
        found.update(*(self._people[self._sorted[at]] for at in range(first, last)))
        return found

    def similar(self, word: str) -> dict[int, int]:
        """People with a word a slip or two away, or with this inside: place → how far.

        A slip is a letter left out, added, replaced, or two exchanged.
        """
        found: dict[int, int] = {}
        for other, far in self._similar_words(word):
            for at in self._people[other]:
                if found.get(at, far) >= far:
                    found[at] = far
        return found

    def _similar_words(self, word: str) -> Iterator[tuple[str, int]]:
        slips = slips_allowed(word)
        if slips:
            near = [
                other
                for length in range(len(word) - slips, len(word) + slips + 1)
                for other in self._by_length.get(length, ())
            ]
            best = process.extract(
                word, near, scorer=OSA.distance, score_cutoff=slips, limit=MOST_SIMILAR
            )
            for other, far, _ in best:
                yield other, int(far)
        elif len(word) == 3:
            letters = sorted(word)
            yield from (
                (other, 1) for other in self._by_length.get(3, ()) if sorted(other) == letters
            )
        if len(word) >= 3:
            inside = 0
            for other in self._sorted:
                if word in other:
                    yield other, 2
                    inside += 1
                    if inside == MOST_SIMILAR:
                        return


def slips_allowed(word: str) -> int:
    """Short words are too like each other, Ana and Ada are two people; of three letters only
    an exchange counts."""
    if len(word) < 4:
        return 0
    return 1 if len(word) < 6 else 2
