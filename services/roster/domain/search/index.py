"""Search over one version of one school's people: exact before prefix, nickname and similar.

Every word of the question must fit a word of the person's names, in any order. How well a person
fits is how badly their worst word fits. Levels are looked at in turn and the later ones, which
cost more, only when the earlier ones found too few.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from schemas.identifiers import SchoolId
from schemas.roster_pages import FoundPerson, Match
from services.roster.domain.search.entries import (
    LONGEST,
    MOST_WORDS,
    ORDER,
    Entry,
    Hit,
    Question,
    shown,
)
from services.roster.domain.search.folding import folded, inner_of, words_of
from services.roster.domain.search.nicknames import Nicknames
from services.roster.domain.search.vocabulary import Vocabulary


class SearchIndex:
    """The people of one school, students first, then by family name."""

    def __init__(
        self, school: SchoolId, version: int, entries: Iterable[Entry], nicknames: Nicknames
    ) -> None:
        self.school = school
        self.version = version
        self._nicknames = nicknames
        self._entries = sorted(entries, key=_order)
        words: list[tuple[str, int]] = []
        inner: list[tuple[str, int]] = []
        self._numbers: defaultdict[str, list[int]] = defaultdict(list)
        self._length = bytearray(len(self._entries))
        for at, entry in enumerate(self._entries):
            names = [words_of(name) for name in (entry.given, entry.family, entry.preferred)]
            words += [(word, at) for name in names for word in name]
            inner += [(word, at) for name in names for word in inner_of(name)]
            inner += [(word, at) for word in inner_of(names[1] + names[0])]
            self._length[at] = min(len(names[0]) + len(names[1]), 255)
            for number in {folded(entry.source_id), folded(entry.identifier), entry.person}:
                if number:
                    self._numbers[number].append(at)
        self._words = Vocabulary(words)
        self._inner = Vocabulary(inner)

    def __len__(self) -> int:
        return len(self._entries)

    def person(self, hit: Hit) -> FoundPerson:
        return shown(self._entries[hit.at], self.school, hit.why)

    def ask(self, question: Question) -> tuple[list[Hit], int]:
        """The best `question.enough`, best first, and how many are known to match."""
        text = question.text.strip()[:LONGEST]
        if not text:
            wanted = [at for at, entry in enumerate(self._entries) if question.wants(entry)]
            hits = [self._hit((0,), at, "listed") for at in wanted[: question.enough]]
            return hits, len(wanted)
        return self._matching(text, question)

    def _matching(self, text: str, question: Question) -> tuple[list[Hit], int]:
        seen: set[int] = set()
        hits: list[Hit] = []
        total = 0
        for level, (why, found, nearness) in enumerate(self._levels(text)):
            fresh = {at for at in found - seen if question.wants(self._entries[at])}
            seen |= found
            total += len(fresh)
            ranked = ((nearness(at), at) for at in fresh)
            best = heapq.nsmallest(question.enough - len(hits), ranked)
            hits += [self._hit((level, near), at, why) for near, at in best]
            if len(hits) >= question.enough:
                break
        return hits, total

    def _levels(self, text: str) -> Iterator[tuple[Match, set[int], Callable[[int], int]]]:
        yield "identifier", set(self._numbers.get(folded(text), ())), lambda _: 0
        words = words_of(text)[:MOST_WORDS]
        if not words:
            return
        whole = len(words)
        reach = [self._words.exactly(word) for word in words]
        # A person who is called exactly this comes before one who has more names.
        yield "exact", set.intersection(*reach), lambda at: int(self._length[at] != whole)
        for known, word in zip(reach, words, strict=True):
            known.update(self._words.beginning(word), self._inner.beginning(word))
        yield "prefix", set.intersection(*reach), lambda _: 0
        for known, word in zip(reach, words, strict=True):
            known.update(*map(self._words.exactly, self._nicknames.of(word)))
        yield "nickname", set.intersection(*reach), lambda _: 0
        near = self._near(words, reach)
        yield "similar", set(near), near.__getitem__

    def _near(self, words: list[str], reach: list[set[int]]) -> dict[int, int]:
        """place → slips in all words together, where every word fits in some way."""
        together: dict[int, int] | None = None
        for known, word in zip(reach, words, strict=True):
            similar = self._words.similar(word)
            if together is None:
                together = {at: far for at, far in similar.items() if at not in known}
                together.update(dict.fromkeys(known, 0))
                continue
            together = {
                at: far + (0 if at in known else similar[at])
                for at, far in together.items()
                if at in known or at in similar
            }
        return together or {}

    def _hit(self, rank: tuple[int, ...], at: int, why: Match) -> Hit:
        return Hit((*rank, ORDER.index(self._entries[at].kinds[0])), at, why)


def _order(entry: Entry) -> tuple[int, str, str, str]:
    return (
        ORDER.index(entry.kinds[0]),
        folded(entry.family),
        folded(entry.preferred or entry.given),
        entry.person,
    )


def merged(asked: Iterable[tuple[SearchIndex, list[Hit]]], question: Question) -> list[FoundPerson]:
    """The answers of several schools as one, best first; within a rank school by school."""
    every = [(hit.rank, number, hit.at, index, hit)
             for number, (index, hits) in enumerate(asked) for hit in hits]  # fmt: skip
    every.sort(key=lambda one: one[:3])
    page = every[question.offset : question.offset + question.limit]
    return [index.person(hit) for *_, index, hit in page]
