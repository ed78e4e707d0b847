"""Commands of the roster: which handler takes which."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from schemas.replies import Reply
from schemas.roster import ApplyImport, SetSchool
from services.chassis.commands import Route
from services.roster.commands.own_log import LedgerLog
from services.roster.handlers.importing import Importing
from services.roster.handlers.own_facts import OwnFacts


def routes(
    own_log: LedgerLog,
    importing: Importing,
    facts: OwnFacts,
    custody: Sequence[Route],
) -> Sequence[Route]:
    async def apply_import(command: ApplyImport) -> Reply:
        own_log.refuse_stand_by()
        # A caller that gives up must not leave a merge without its event.
        return await asyncio.shield(importing.apply(command))

    return (
        Route(ApplyImport, apply_import),
        Route(SetSchool, facts.set_school),
        *custody,
    )
