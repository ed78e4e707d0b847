"""The typesetter: templates and fonts beside this file, nothing of the machine's own.

A template gets its data as text and never as code: a name cannot change what is set.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import sys
from pathlib import Path
from typing import Final

import msgspec

from services.chassis.logs import log
from services.roster.domain.paper.cards import CardSet
from services.roster.domain.paper.letters import Letters, letters_of
from services.roster.domain.paper.sheets import SheetSet
from services.roster.store.paper.setting import Job

HERE: Final = Path(__file__).parent
LONGEST: Final = 60.0
"""Seconds that a document may take; the largest school's sheets take about one."""


class NotSet(Exception):
    """The typesetter did not make the document."""


class TypstPress:
    """Fulfils ports.Press. PDF/UA-1: tagged, with a title and a language."""

    def __init__(self, folder: Path = HERE) -> None:
        fonts = sorted((folder / "fonts").glob("*.ttf"))
        self._letters = letters_of(path.read_bytes() for path in fonts)
        # One at a time: paper is never worth a second processor.
        self._turn = asyncio.Semaphore(1)

    @property
    def letters(self) -> Letters:
        return self._letters

    async def sheets(self, document: SheetSet, now: dt.datetime) -> bytes:
        return await self._set("sheets.typ", document, now)

    async def reunification(self, document: CardSet, now: dt.datetime) -> bytes:
        return await self._set("reunification.typ", document, now)

    async def status(self, document: CardSet, now: dt.datetime) -> bytes:
        return await self._set("status.typ", document, now)

    async def _set(self, template: str, document: msgspec.Struct, now: dt.datetime) -> bytes:
        data = msgspec.json.encode(document).decode()
        async with self._turn:
            try:
                return await compiled(template, data, now, tagged=True)
            except NotSet:
                # Paper that a screen reader cannot follow is better than none in an emergency.
                log.error("paper_not_tagged", type=template)
                return await compiled(template, data, now, tagged=False)


async def compiled(template: str, data: str, now: dt.datetime, *, tagged: bool) -> bytes:
    """The PDF. Raises NotSet."""
    job = Job(
        parent=os.getpid(),
        template=template,
        data=data,
        timestamp=int(now.timestamp()),
        tagged=tagged,
    )
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "services.roster.store.paper.setting",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(LONGEST):
            made, _ = await child.communicate(msgspec.json.encode(job))
    except TimeoutError:
        raise NotSet from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        raise NotSet
    return made
