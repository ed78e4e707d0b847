"""An import that is looked at in the very moment in which its check ends."""

import asyncio
import datetime as dt
from typing import cast

import msgspec

from schemas.roster import Counts, DryRun, PackageInfo, StagedImport
from services.roster.domain.history import Facts, KeptImport
from services.roster.handlers.importing import Importing
from services.roster.ports.imports import Imports, Tell
from services.roster.ports.log import Log
from tests.fakes.clock import SettableClock

PACKAGE = PackageInfo(format="OneRoster", version="1.2", mode="bulk")
REFUSED = StagedImport(id="one", dry_run=DryRun(package=PACKAGE, counts=Counts()), refused=True)


class HeldBook:
    """One import. A first look gets the row as it was when the look began, and gets it late."""

    def __init__(self) -> None:
        self.kept: KeptImport | None = None
        self.looked, self.answer, self.check = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def begin(self, import_id: str, facts: Facts, now: dt.datetime) -> None:
        self.kept = KeptImport(
            id=import_id, state="checking", at=now, number=0, facts=facts, staged=None
        )

    async def compare(self, import_id: str, now: dt.datetime, tell: Tell) -> StagedImport:
        await self.check.wait()
        return REFUSED

    async def keep(self, staged: StagedImport, now: dt.datetime) -> None:
        assert self.kept is not None
        self.kept = msgspec.structs.replace(self.kept, state="refused", staged=staged)

    async def drop(self, import_id: str) -> None:
        pass

    async def find(self, import_id: str) -> KeptImport | None:
        found = self.kept
        self.looked.set()
        await self.answer.wait()
        return found


async def test_a_check_that_just_ended_does_not_look_cut_off() -> None:
    """Who looks while the check ends is told its end, never that it was interrupted."""
    book = HeldBook()
    importing = Importing(imports=cast(Imports, book), log=cast(Log, None), clock=SettableClock())
    staging = asyncio.create_task(importing.stage("one"))
    while book.kept is None:  # noqa: ASYNC110 -- one turn of the loop
        await asyncio.sleep(0)
    look = asyncio.create_task(importing.entry("one"))
    await book.looked.wait()
    book.check.set()
    await staging
    book.answer.set()
    entry = await look
    assert entry is not None
    assert entry.state == "refused"
