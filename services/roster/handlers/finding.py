"""Search: an index for each school, built when it is first asked for and again at a new version."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas.identifiers import SchoolId
from schemas.roster_pages import FoundPeople
from services.roster.domain.search.entries import Question
from services.roster.domain.search.index import SearchIndex, merged
from services.roster.domain.search.nicknames import Nicknames
from services.roster.ports.reading import PageRows

# About 0.7 KB a person: 140 MB at the most, and a district of usual size whole.
MOST_PEOPLE = 200_000


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Answers from memory; the rows are read once a version."""

    rows: PageRows
    nicknames: Nicknames = field(default_factory=Nicknames)
    most: int = MOST_PEOPLE
    indexes: OrderedDict[SchoolId, SearchIndex] = field(default_factory=OrderedDict)
    # One build at a time: two would hold the memory of both.
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def find(self, schools: Sequence[SchoolId], question: Question) -> FoundPeople | None:
        """The best of these schools; a school that does not exist is left out. None: none does."""
        asked = []
        versions = {}
        total = 0
        for school in schools:
            index = await self.index(school)
            if index is not None:
                hits, matching = index.ask(question)
                asked.append((index, hits))
                versions[school] = index.version
                total += matching
        if not asked:
            return None
        people = merged(asked, question)
        known = sum(len(hits) for _, hits in asked)
        return FoundPeople(
            people=tuple(people),
            total=total,
            more=known > question.offset + len(people),
            versions=versions,
        )

    async def index(self, school: SchoolId) -> SearchIndex | None:
        """The index of the roster that holds; None: no such school."""
        version = await self.rows.version(school)
        if version is None:
            return None
        if (held := self._held(school, version)) is not None:
            return held
        async with self.turn:
            if (held := self._held(school, version)) is not None:
                return held
            read, entries = await self.rows.entries(school)
            # Beside the loop: a big school takes a second, and commands must not wait for it.
            built = await asyncio.to_thread(SearchIndex, school, read, entries, self.nicknames)
            self._keep(school, built)
            return built

    def _held(self, school: SchoolId, version: int) -> SearchIndex | None:
        held = self.indexes.get(school)
        if held is None or held.version < version:
            return None
        self.indexes.move_to_end(school)
        return held

    def _keep(self, school: SchoolId, built: SearchIndex) -> None:
        """The schools that were asked for longest ago make room."""
        self.indexes[school] = built
        self.indexes.move_to_end(school)
        while len(self.indexes) > 1 and sum(map(len, self.indexes.values())) > self.most:
            self.indexes.popitem(last=False)
