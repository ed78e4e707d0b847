"""Paper: sheets and cards when someone asks, and the sheets of every night."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass, field

from schemas.identifiers import SchoolId
from schemas.replies import Reply
from schemas.roster import School
from schemas.roster_pages import (
    PaperFile,
    PaperSet,
    PaperState,
    Printed,
    PrintPaper,
    SetPaper,
)
from services.roster.domain.imports import Refused, decide_actor
from services.roster.domain.paper.cards import CardSet
from services.roster.domain.paper.night import day_of, due, oldest_kept, zone_of
from services.roster.domain.paper.sheets import SheetSet, sheets_of
from services.roster.domain.quality.facts import SchoolFacts
from services.roster.ports.log import Clock, Log
from services.roster.ports.paper import PaperBook, PaperFolder, Press
from services.roster.ports.reading import PageRows
from services.roster.ports.rosters import Rosters


@dataclass(frozen=True, kw_only=True)
class Printing:
    """One document at a time: paper may wait, commands may not."""

    rows: PageRows
    rosters: Rosters
    book: PaperBook
    folder: PaperFolder
    press: Press
    log: Log
    clock: Clock
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def state(self, school: SchoolId) -> PaperState | None:
        """None: no such school."""
        if await self.rosters.school(school) is None:
            return None
        return await self.book.state(school)

    async def print(self, asked: PrintPaper) -> Printed | None:
        """None: no such school, or no such class there."""
        facts = await self.rows.facts(asked.school, self.clock.now())
        if facts is None:
            return None
        if asked.kind == "sheets":
            return await self._sheets(facts, asked)
        cards = CardSet(
            school=self.press.letters.or_marks(facts.name), count=asked.count, drill=asked.drill
        )
        now = self.clock.now()
        async with self.turn:
            if asked.kind == "status":
                pdf = await self.press.status(cards, now)
            else:
                pdf = await self.press.reunification(cards, now)
        return Printed(pdf=pdf, sheets=asked.count, version=facts.version)

    async def set(self, command: SetPaper) -> Reply:
        refused = decide_actor(command.actor)
        if refused is None and await self.rosters.school(command.school) is None:
            refused = Refused("unknown_school", "No such school.")
        if refused is None:
            await self.book.write(command)
        return await self.log.tell_change(command, refused, PaperSet(at=command.at))

    async def nightly(self, school: School) -> PaperFile | None:
        """Prints the school's sheets when they are due; None: they are not."""
        now = self.clock.now()
        state = await self.book.state(school.id)
        at = dt.time.fromisoformat(state.at)
        day = day_of(now, zone_of(school.zone), at)
        if not due(day, school.version, await self.book.last(school.id)):
            return None
        facts = await self.rows.facts(school.id, now)
        if facts is None:
            return None
        printed = await self._sheets(facts, PrintPaper(school=school.id, kind="sheets"))
        if printed is None:
            return None
        name = f"{day.isoformat()}-v{printed.version}.pdf"
        file = PaperFile(
            date=day.isoformat(),
            version=printed.version,
            printed_at=now,
            path=await self.folder.write(school.id, name, printed.pdf),
            sheets=printed.sheets,
            unprintable=printed.unprintable,
        )
        # Remembered after it is on disk: a crash in between prints once more, never not at all.
        await self.book.keep(school.id, file)
        await self.folder.remove_before(school.id, oldest_kept(day))
        await self.book.forget(school.id, oldest_kept(day))
        return file

    async def _sheets(self, facts: SchoolFacts, asked: PrintPaper) -> Printed | None:
        now = self.clock.now()
        state = await self.book.state(facts.school)
        document = document_of(facts, state.office_phone, self.press, asked, now)
        if asked.class_id is not None and not document.sheets:
            return None
        async with self.turn:
            pdf = await self.press.sheets(document, now)
        return Printed(
            pdf=pdf,
            sheets=len(document.sheets),
            version=facts.version,
            unprintable=sum(sheet.unprintable for sheet in document.sheets),
        )


def document_of(
    facts: SchoolFacts, office_phone: str, press: Press, asked: PrintPaper, now: dt.datetime
) -> SheetSet:
    """What stands on the paper; attendance facts of the day will come in as `notes`."""
    letters = press.letters
    there = now.astimezone(zone_of(facts.zone))
    return SheetSet(
        school=letters.or_marks(facts.name),
        address=letters.or_marks(facts.address),
        office_phone=letters.or_marks(office_phone),
        day=there.strftime("%Y-%m-%d"),
        printed=there.strftime("%Y-%m-%d %H:%M"),
        version=facts.version,
        drill=asked.drill,
        sheets=sheets_of(facts, letters, rooms=asked.rooms, class_id=asked.class_id),
    )
