"""What printing needs from the outside: rows, fonts, a folder."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from schemas.identifiers import SchoolId
from schemas.roster_pages import PaperFile, PaperState, SetPaper
from services.roster.domain.paper.cards import CardSet
from services.roster.domain.paper.letters import Letters
from services.roster.domain.paper.night import LastPrint
from services.roster.domain.paper.sheets import SheetSet


class Press(Protocol):
    """Makes PDF files. letters: what its fonts can show."""

    @property
    def letters(self) -> Letters: ...

    async def sheets(self, document: SheetSet, now: dt.datetime) -> bytes: ...

    async def reunification(self, document: CardSet, now: dt.datetime) -> bytes: ...

    async def status(self, document: CardSet, now: dt.datetime) -> bytes: ...


class PaperBook(Protocol):
    """What a school says of its paper, and what was printed by itself."""

    async def state(self, school: SchoolId) -> PaperState: ...

    async def last(self, school: SchoolId) -> LastPrint | None:
        """None: never, or its file is gone."""
        ...

    async def write(self, command: SetPaper) -> None:
        """Stores what the command says; the same command twice is the same."""
        ...

    async def keep(self, school: SchoolId, file: PaperFile) -> None:
        """Remembers a printed set. file.path: only the file's name is kept."""
        ...

    async def forget(self, school: SchoolId, before: dt.date) -> None: ...


class PaperFolder(Protocol):
    """Files that a printer or a person on the server takes; readable by this user alone."""

    async def write(self, school: SchoolId, name: str, pdf: bytes) -> str:
        """Whole or not at all; returns the path."""
        ...

    async def remove_before(self, school: SchoolId, before: dt.date) -> None: ...
