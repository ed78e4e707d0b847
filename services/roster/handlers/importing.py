"""Packages: checked and compared when they arrive, applied when someone says so, taken back."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import msgspec

from schemas.identifiers import PersonId, SchoolId
from schemas.replies import Reply
from schemas.roster import ApplyImport, SchoolDifference, StagedImport
from schemas.roster_import import ImportEntry, ImportProgress, UndoImport
from schemas.vocabulary import SYSTEM
from services.roster.domain.history import Facts, KeptImport, decide_undo, entry_of
from services.roster.domain.imports import (
    Refused,
    decide_actor,
    decide_apply,
    decide_reach,
    reach_of,
)
from services.roster.handlers.answers import acceptance, refusal
from services.roster.ports.imports import Applied, Imports, Step
from services.roster.ports.log import Clock, Log

NO_SUCH_IMPORT = Refused("unknown_import", "This import does not exist any more. Upload it again.")
BEING_CHECKED = Refused("being_checked", "This import is still being checked. Try again soon.")
LISTED = 100


@dataclass(frozen=True, kw_only=True)
class Importing:
    """Packages: checked and compared when they arrive, applied when someone says so."""

    imports: Imports
    log: Log
    clock: Clock
    # One at a time: two packages merged into each other would be neither.
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    # How far those are that are at work now. Lost with the process, as the work is.
    at_work: dict[str, ImportProgress] = field(default_factory=dict)

    async def stage(
        self, import_id: str, *, by: PersonId = SYSTEM.person, source: str = ""
    ) -> StagedImport:
        """Checks the waiting package; one that cannot be read is refused and not kept.

        by: who brought it. source: its file name, or "pulled".
        """
        now = self.clock.now()
        # Before the row and until after its end: a row without work is one that was cut off.
        self._tell(import_id, "reading", 0, 0)
        try:
            await self.imports.begin(import_id, Facts(by=by, source=source), now)
            async with self.turn:
                staged = await self.imports.compare(import_id, now, self._teller(import_id))
                await self.imports.keep(staged, now)
                if staged.refused:
                    await self.imports.drop(import_id)
        finally:
            self.at_work.pop(import_id, None)
        return staged

    async def apply(self, command: ApplyImport) -> Reply:
        """The whole package or nothing; applied once, however often it is asked."""
        now = self.clock.now()
        refused = decide_actor(command.actor)
        if refused:
            return refusal(refused, now)
        async with self.turn:
            kept = await self.imports.find(command.import_id)
            # What was undone is not told as applied: the roster is the one before.
            if kept is None or kept.state in ("refused", "expired", "undone"):
                return refusal(NO_SUCH_IMPORT, now)
            if kept.staged is None:
                return refusal(BEING_CHECKED, now)
            if kept.state == "applied":
                return acceptance(kept.staged, now)
            self._tell(command.import_id, "applying", 0, 0)
            try:
                return await self._apply(command, kept.staged, now)
            finally:
                self.at_work.pop(command.import_id, None)

    async def _apply(self, command: ApplyImport, staged: StagedImport, now: dt.datetime) -> Reply:
        def judge(
            differences: Sequence[SchoolDifference], in_incident: Sequence[SchoolId]
        ) -> Refused | None:
            return decide_reach(differences, reach_of(command)) or decide_apply(
                differences, in_incident=in_incident, allow_removals=command.allow_removals
            )

        outcome = await self.imports.apply(
            command.import_id,
            judge,
            now,
            by=command.actor.person,
            tell=self._teller(command.import_id),
        )
        if outcome.refused:
            await self.imports.note(command.import_id, outcome.refused)
            return refusal(outcome.refused, now)
        await self._announce(outcome, command)
        await self.imports.drop(command.import_id)
        return acceptance(msgspec.structs.replace(staged, schools=outcome.differences), now)

    async def undo(self, command: UndoImport) -> Reply:
        """The rosters before this import, or nothing; once, however often it is asked."""
        now = self.clock.now()
        refused = decide_actor(command.actor)
        if refused:
            return refusal(refused, now)
        async with self.turn:
            kept = await self.imports.find(command.import_id)
            if kept is None or kept.staged is None:
                return refusal(NO_SUCH_IMPORT, now)
            if kept.state == "undone":
                return acceptance(kept.staged, now)
            self._tell(command.import_id, "undoing", 0, 0)
            try:
                return await self._undo(command, kept.staged, now)
            finally:
                self.at_work.pop(command.import_id, None)

    async def _undo(self, command: UndoImport, staged: StagedImport, now: dt.datetime) -> Reply:
        def judge(
            kept: KeptImport,
            newer: bool,
            names: dict[SchoolId, str],
            in_incident: Sequence[SchoolId],
        ) -> Refused | None:
            return decide_undo(
                kept, newer=newer, reach=reach_of(command), names=names, in_incident=in_incident
            )

        outcome = await self.imports.undo(
            command.import_id,
            judge,
            now,
            by=command.actor.person,
            tell=self._teller(command.import_id),
        )
        if outcome.refused:
            await self.imports.note(command.import_id, outcome.refused)
            return refusal(outcome.refused, now)
        await self._announce(outcome, command)
        return acceptance(staged, now)

    async def _announce(self, outcome: Applied, command: ApplyImport | UndoImport) -> None:
        for school, version in outcome.versions.items():
            await self.log.announce(school, version, command.actor)

    async def entry(self, import_id: str) -> ImportEntry | None:
        """One import with all that was found in it. None: no such import."""
        working = frozenset(self.at_work)
        kept = await self.imports.find(import_id)
        return await self._entry(kept, working, rows=True) if kept else None

    async def entries(self) -> list[ImportEntry]:
        """The newest imports, without the rows of what was found in them."""
        working = frozenset(self.at_work)
        newest = await self.imports.newest(LISTED)
        return [await self._entry(kept, working, rows=False) for kept in newest]

    async def _entry(
        self, kept: KeptImport, working: Collection[str], *, rows: bool
    ) -> ImportEntry:
        """working: what was at work before the row was read; its end may have come since."""
        progress = self.at_work.get(kept.id)
        if progress is None and (kept.id in working or kept.state == "checking"):
            kept = await self.imports.find(kept.id) or kept
        open_at: Collection[str] = ()
        if kept.staged and kept.state in ("staged", "waiting"):
            open_at = await self.imports.open_at([one.school for one in kept.staged.schools])
        newer = kept.state == "applied" and not await self.imports.is_newest(kept)
        return entry_of(kept, progress=progress, newer=newer, open_at=tuple(open_at), rows=rows)

    def _teller(self, import_id: str) -> Teller:
        return Teller(self, import_id)

    def _tell(self, import_id: str, step: Step, done: int, total: int) -> None:
        self.at_work[import_id] = ImportProgress(step=step, done=done, total=total)


@dataclass(frozen=True)
class Teller:
    """Fulfils ports.Tell for one import."""

    importing: Importing
    import_id: str

    def __call__(self, step: Step, done: int, total: int) -> None:
        self.importing._tell(self.import_id, step, done, total)
