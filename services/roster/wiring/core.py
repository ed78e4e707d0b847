"""What every area of the roster stands on, and what an area adds to the service."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from services.chassis.clock import Clock
from services.chassis.commands import NotNow, Query, Route
from services.chassis.database import Pool
from services.chassis.ledger import Ledger
from services.chassis.logs import log
from services.roster.commands.own_log import LedgerLog
from services.roster.settings import Settings
from services.roster.store.book import Told
from services.roster.store.packages import PackageFolder
from services.roster.store.rosters import StoredRosters

OWNER = "roster"


@dataclass(frozen=True, kw_only=True)
class Core:
    """Made once; every area is built on it."""

    settings: Settings
    clock: Clock
    pool: Pool
    ledger: Ledger[Told]
    own_log: LedgerLog
    rosters: StoredRosters

    def folder(self, name: str) -> PackageFolder:
        """A folder of the data folder in which uploads wait."""
        folder = PackageFolder(Path(self.settings.data) / name, limit=self.settings.package_limit)
        folder.prepare()
        return folder


@dataclass(frozen=True, kw_only=True)
class Area:
    """acts: what goes on by itself while the service runs."""

    commands: Sequence[Route] = ()
    queries: Sequence[Query] = ()
    posts: Sequence[Query] = ()
    acts: Sequence[Coroutine[Any, Any, None]] = ()


async def keep(what: str, core: Core, act: Callable[[], Awaitable[None]], *, pause: float) -> None:
    """While this instance owns the log: the act again and again, `pause` seconds apart."""
    while True:
        try:
            if core.ledger.active:
                await act()
        except NotNow as error:
            log.info(f"{what}_waits", code=error.code)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning(f"{what}_waits", error_type=type(error).__name__)
        await asyncio.sleep(pause)
