"""Student systems that are read, and what is kept about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Literal, Protocol

import msgspec

from schemas.identifiers import SchoolId
from schemas.roster import Finding
from schemas.roster_pull import PullResult, RestVersion, SetSource
from services.roster.domain.pulling.sources import KnownSource


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where and as whom to read. secret: in clear, only here and only while it is used."""

    base_url: str
    token_url: str
    client_id: str
    secret: str
    scopes: tuple[str, ...]
    version: RestVersion

    def __repr__(self) -> str:
        """Without the secret, wherever it might be printed."""
        return f"Endpoint(base_url={self.base_url!r})"


class System(Protocol):
    """A student system while it is read. Everything raises PullFailed."""

    def pages(self, table: str, since: dt.datetime | None) -> AsyncIterator[Sequence[msgspec.Raw]]:
        """The table page by page; since: only what changed later. Raises ChangedUnderneath."""
        ...

    @property
    def told_time(self) -> dt.datetime | None:
        """The system's own time when the first page was asked for; its clock dates its rows."""
        ...


class Systems(Protocol):
    """Opens student systems."""

    def open(self, endpoint: Endpoint) -> AbstractAsyncContextManager[System]: ...


class Package(Protocol):
    """A package that is being written from pages."""

    @property
    def rows(self) -> int:
        """Rows read so far."""
        ...

    async def take(self, table: str, rows: Sequence[msgspec.Raw]) -> None: ...

    def has_rows(self) -> bool:
        """Whether anything of the source's schools is in it."""
        ...

    def lists_a_school(self) -> bool:
        """Whether the system knows one of the source's schools."""
        ...

    def warn(self, table: str, code: str) -> None:
        """A warning about a whole table."""
        ...

    def warnings(self) -> tuple[Finding, ...]: ...

    async def close(self) -> str:
        """Puts the zip where uploads wait; its import id."""
        ...


class Packages(Protocol):
    """Where pulled packages are written; nothing is left of one that is not closed."""

    def write(
        self,
        source: KnownSource,
        *,
        schools: Collection[str],
        since: dt.datetime | None,
        until: dt.datetime,
    ) -> AbstractAsyncContextManager[Package]: ...


class Sources(Protocol):
    """Sources as they are stored."""

    async def all(self) -> list[KnownSource]: ...

    async def find(self, source: str) -> KnownSource | None: ...

    async def put(self, command: SetSource, now: dt.datetime) -> None:
        """Adds or changes; the secret is encrypted before it is written."""
        ...

    async def remove(self, source: str) -> None: ...

    async def ask(self, source: str, op: str) -> None:
        """A pull out of turn is asked for."""
        ...

    async def begin(self, source: KnownSource, now: dt.datetime) -> None:
        """A pull begins; until its end is stored it counts as cut off."""
        ...

    async def end(self, source: KnownSource, result: PullResult, *, complete: bool) -> None:
        """source: as the pull found it. complete: what it read is in the roster now."""
        ...

    def endpoint(self, source: KnownSource) -> Endpoint:
        """With the secret in clear. Raises PullFailed secret_unreadable."""
        ...

    async def in_incident(self, schools: Collection[SchoolId]) -> bool:
        """Whether one of the schools has an open incident."""
        ...


Mode = Literal["bulk", "delta"]
