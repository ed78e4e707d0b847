"""Packages: checked and compared when they arrive, applied when someone says so."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from schemas.identifiers import SchoolId
from schemas.replies import Reply
from schemas.roster import ApplyImport, SchoolDifference, StagedImport
from services.roster.domain.imports import (
    Refused,
    decide_actor,
    decide_apply,
    decide_reach,
    reach_of,
)
from services.roster.handlers.answers import acceptance, refusal
from services.roster.ports.imports import Imports
from services.roster.ports.log import Clock, Log

NO_SUCH_IMPORT = Refused("unknown_import", "This import does not exist any more. Upload it again.")


@dataclass(frozen=True, kw_only=True)
class Importing:
    """Packages: checked and compared when they arrive, applied when someone says so."""

    imports: Imports
    log: Log
    clock: Clock
    # One at a time: two packages merged into each other would be neither.
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def stage(self, import_id: str) -> StagedImport:
        """Checks the waiting package; one that cannot be read is refused and not kept."""
        now = self.clock.now()
        async with self.turn:
            staged = await self.imports.compare(import_id, now)
            if staged.refused:
                await self.imports.drop(import_id)
            else:
                await self.imports.keep(staged, now)
        return staged

    async def apply(self, command: ApplyImport) -> Reply:
        """The whole package or nothing; applied once, however often it is asked."""
        now = self.clock.now()
        refused = decide_actor(command.actor)
        if refused:
            return refusal(refused, now)
        async with self.turn:
            found = await self.imports.find(command.import_id)
            if found is None:
                return refusal(NO_SUCH_IMPORT, now)
            staged, applied = found
            if applied:
                return acceptance(staged, now)
            return await self._apply(command, staged, now)

    async def _apply(self, command: ApplyImport, staged: StagedImport, now: dt.datetime) -> Reply:
        def judge(
            differences: Sequence[SchoolDifference], in_incident: Sequence[SchoolId]
        ) -> Refused | None:
            return decide_reach(differences, reach_of(command)) or decide_apply(
                differences, in_incident=in_incident, allow_removals=command.allow_removals
            )

        outcome = await self.imports.apply(command.import_id, judge, now)
        if outcome.refused:
            return refusal(outcome.refused, now)
        for school, version in outcome.versions.items():
            await self.log.announce(school, version, command.actor)
        await self.imports.drop(command.import_id)
        return acceptance(msgspec.structs.replace(staged, schools=outcome.differences), now)
