"""Commands of the roster: which handler takes which."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from schemas.replies import Reply
from schemas.roster import ApplyImport, SetLanguage, SetLinkRights, SetSchool
from schemas.roster_import import UndoImport
from services.chassis.commands import Route
from services.roster.commands.own_log import LedgerLog
from services.roster.handlers.importing import Importing
from services.roster.handlers.own_facts import OwnFacts


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
        Route(SetLinkRights, facts.set_link_rights),
        Route(SetLanguage, facts.set_language),
        Route(SetSchool, facts.set_school),
    )
