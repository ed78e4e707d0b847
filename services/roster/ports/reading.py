"""What the roster's pages read of a school."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from schemas.identifiers import SchoolId
from services.roster.domain.quality.facts import SchoolFacts
from services.roster.domain.search.entries import Entry


class PageRows(Protocol):
    """One school's rows, as search and the quality report need them."""

    async def version(self, school: SchoolId) -> int | None:
        """Of the roster that holds; None: no such school."""
        ...

    async def entries(self, school: SchoolId) -> tuple[int, list[Entry]]:
        """The version, and everyone active."""
        ...

    async def facts(self, school: SchoolId, now: dt.datetime) -> SchoolFacts | None:
        """now: whom an order keeps apart on this day gets no message. None: no such school."""
        ...
