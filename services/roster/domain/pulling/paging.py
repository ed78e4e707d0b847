"""Where the reading of one table stands, page by page: when it is done, and when it cannot be."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import msgspec

from services.roster.domain.pulling.failures import ChangedUnderneath, PullFailed
from services.roster.domain.table import ROW_LIMIT, ROW_LIMITS

MIB: Final = 1024 * 1024


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What is read at most. limit: rows asked for in one page; sizes in bytes."""

    limit: int = 1_000
    pages: int = 5_000
    rows: int = max(ROW_LIMIT, *ROW_LIMITS.values())
    page_bytes: int = 16 * MIB
    row_bytes: int = 256 * 1024


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page as it came. rows: JSON texts. total: X-Total-Count. following: query parameters
    of Link rel="next"."""

    rows: Sequence[msgspec.Raw]
    total: int | None = None
    following: dict[str, str] | None = None


class Listing:
    """One table's pages. The server's own links come first, then its total, then an empty page.

    A short page is no end: many servers give fewer rows than they are asked for, and half a
    roster would look like a school that lost its students.
    """

    def __init__(self, table: str, bounds: Bounds) -> None:
        self._bounds = bounds
        self._most = min(bounds.rows, ROW_LIMITS.get(table, ROW_LIMIT))
        self._pages = 0
        self._total: int | None = None
        self._linked = False
        self._seen: set[bytes] = set()
        self.rows = 0

    def first(self) -> dict[str, str]:
        """Query parameters of the first page."""
        return {"limit": str(self._bounds.limit), "offset": "0"}

    def take(self, page: Page) -> dict[str, str] | None:
        """Parameters of the next page, None at the end.

        Raises ChangedUnderneath: a page came again, or the total moved. Raises PullFailed:
        too_many_pages, too_many_rows.
        """
        self._pages += 1
        self.rows += len(page.rows)
        if self.rows > self._most:
            raise PullFailed("too_many_rows")
        self._compare(page)
        if not page.rows:
            self._check_end()
            return None
        if self._pages >= self._bounds.pages:
            raise PullFailed("too_many_pages")
        if page.following is not None:
            self._linked = True
            return page.following
        if self._total is not None:
            return None if self.rows >= self._total else self._onward()
        return None if self._linked else self._onward()

    def _compare(self, page: Page) -> None:
        if self._pages == 1:
            self._total = page.total
        elif page.total is not None and page.total != self._total:
            raise ChangedUnderneath
        if self._total is not None and self.rows > self._total:
            raise ChangedUnderneath
        if page.rows:
            digest = digest_of(page.rows)
            if digest in self._seen:
                raise ChangedUnderneath
            self._seen.add(digest)

    def _onward(self) -> dict[str, str]:
        return self.first() | {"offset": str(self.rows)}

    def _check_end(self) -> None:
        if self._total is not None and self.rows != self._total:
            raise ChangedUnderneath


def digest_of(rows: Sequence[msgspec.Raw]) -> bytes:
    sha = hashlib.sha256()
    for row in rows:
        sha.update(bytes(row))
        sha.update(b"\n")
    return sha.digest()
