"""The typesetter: templates and fonts beside this file, nothing of the machine's own.

A template gets its data as text and never as code: a name cannot change what is set.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path
from typing import Final

import msgspec
import typst

from services.chassis.logs import log
from services.roster.domain.paper.cards import CardSet
from services.roster.domain.paper.letters import Letters, letters_of
from services.roster.domain.paper.sheets import SheetSet

HERE: Final = Path(__file__).parent


class TypstPress:
    """Fulfils ports.Press. PDF/UA-1: tagged, with a title and a language."""

    def __init__(self, folder: Path = HERE) -> None:
        fonts = folder / "fonts"
        self._folder = folder
        self._fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts]
        )
        self._letters = letters_of(path.read_bytes() for path in sorted(fonts.glob("*.ttf")))

    @property
    def letters(self) -> Letters:
        return self._letters

    async def sheets(self, document: SheetSet, now: dt.datetime) -> bytes:
        return await asyncio.to_thread(self._set, "sheets.typ", document, now)

    async def reunification(self, document: CardSet, now: dt.datetime) -> bytes:
        return await asyncio.to_thread(self._set, "reunification.typ", document, now)

    async def status(self, document: CardSet, now: dt.datetime) -> bytes:
        return await asyncio.to_thread(self._set, "status.typ", document, now)

    def _set(self, template: str, document: msgspec.Struct, now: dt.datetime) -> bytes:
        data = msgspec.json.encode(document).decode()
        try:
            return self._compile(template, data, now, tagged=True)
        except typst.TypstError:
            # Paper that a screen reader cannot follow is better than no paper in an emergency.
            log.error("paper_not_tagged", type=template)
            return self._compile(template, data, now, tagged=False)

    def _compile(self, template: str, data: str, now: dt.datetime, *, tagged: bool) -> bytes:
        made = typst.compile(
            self._folder / template,
            root=self._folder,
            font_paths=self._fonts,
            format="pdf",
            sys_inputs={"data": data},
            pdf_standards=["ua-1"] if tagged else [],
            timestamp=int(now.timestamp()),
        )
        assert isinstance(made, bytes)
        return made
