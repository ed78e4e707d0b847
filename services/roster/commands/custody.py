"""Commands on the school's own facts: which method takes which."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from schemas.commands import Command
from schemas.replies import Reply
from schemas.roster import SetLanguage, SetLinkRights
from schemas.roster_rights import (
    AddDevice,
    ApplyRightsImport,
    ApproveLift,
    EndGuardian,
    IssueFamilyCode,
    ProposeLift,
    RecordConsent,
    RemoveDevice,
    RevokeFamilyCode,
    SetApart,
    SetGuardian,
    SetPlan,
    SetRights,
    SetSpeaks,
)
from services.chassis.commands import Route
from services.roster.commands.own_log import LedgerLog
from services.roster.handlers.custody import Custody
from services.roster.handlers.rights_imports import RightsImports

C = TypeVar("C", bound=Command)


def custody_routes(own_log: LedgerLog, custody: Custody, imports: RightsImports) -> Sequence[Route]:
    def here(handle: Callable[[C], Awaitable[Reply]]) -> Callable[[C], Awaitable[Reply]]:
        """Only where the log is owned: what is written here is told here."""

        async def handled(command: C) -> Reply:
            own_log.refuse_stand_by()
            return await handle(command)

        return handled

    return (
        Route(SetLinkRights, here(custody.set_link_rights)),
        Route(SetLanguage, here(custody.set_language)),
        Route(SetRights, here(custody.set_rights)),
        Route(RecordConsent, here(custody.record_consent)),
        Route(SetApart, here(custody.set_apart)),
        Route(ProposeLift, here(custody.propose_lift)),
        Route(ApproveLift, here(custody.approve_lift)),
        Route(SetSpeaks, here(custody.set_speaks)),
        Route(SetGuardian, here(custody.set_guardian)),
        Route(EndGuardian, here(custody.end_guardian)),
        Route(SetPlan, here(custody.set_plan)),
        Route(AddDevice, here(custody.add_device)),
        Route(RemoveDevice, here(custody.remove_device)),
        Route(IssueFamilyCode, here(custody.issue_code)),
        Route(RevokeFamilyCode, here(custody.revoke_code)),
        Route(ApplyRightsImport, here(imports.apply)),
    )
