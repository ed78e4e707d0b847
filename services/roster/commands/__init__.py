"""Commands of the roster: which handler takes which."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from schemas.replies import Reply
from schemas.roster import ApplyImport, SetSchool
from schemas.roster_import import UndoImport
from schemas.roster_pull import ApplyPhotos, PullNow, RemovePhoto, RemoveSource, SetSource
from services.chassis.commands import Route
from services.roster.commands.own_log import LedgerLog
from services.roster.handlers.importing import Importing
from services.roster.handlers.own_facts import OwnFacts
from services.roster.handlers.photos import KeptPhotos
from services.roster.handlers.sources import KeptSources


def pull_routes(own_log: LedgerLog, sources: KeptSources, photos: KeptPhotos) -> Sequence[Route]:
    """Sources of pulls, and photos."""

    async def pull_now(command: PullNow) -> Reply:
        own_log.refuse_stand_by()
        return await sources.pull_now(command)

    async def apply_photos(command: ApplyPhotos) -> Reply:
        own_log.refuse_stand_by()
        return await asyncio.shield(photos.apply(command))

    return (
        Route(SetSource, sources.set_source),
        Route(RemoveSource, sources.remove_source),
        Route(PullNow, pull_now),
        Route(ApplyPhotos, apply_photos),
        Route(RemovePhoto, photos.remove),
    )


def routes(own_log: LedgerLog, importing: Importing, facts: OwnFacts) -> Sequence[Route]:
    async def apply_import(command: ApplyImport) -> Reply:
        own_log.refuse_stand_by()
        # A caller that gives up must not leave a merge without its event.
        return await asyncio.shield(importing.apply(command))

    async def undo_import(command: UndoImport) -> Reply:
        own_log.refuse_stand_by()
        return await asyncio.shield(importing.undo(command))

    return (
        Route(ApplyImport, apply_import),
        Route(UndoImport, undo_import),
        Route(SetSchool, facts.set_school),
    )
