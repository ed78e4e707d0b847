"""Commands on the school's own facts: rights, orders, guardians, plans, devices, codes."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from schemas.identifiers import PersonId
from schemas.replies import Reply
from schemas.roster import SetLanguage, SetLinkRights
from schemas.roster_rights import (
    AddDevice,
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
from services.roster.domain.imports import decide_actor
from services.roster.handlers import guardian_acts, pair_acts
from services.roster.handlers.sittings import Sittings
from services.roster.ports.own_facts import Secrets


@dataclass(frozen=True, kw_only=True)
class Custody:
    """One method for each command."""

    sittings: Sittings
    secrets: Secrets

    async def set_rights(self, command: SetRights) -> Reply:
        return await self.sittings.answer(command, lambda s: pair_acts.act_rights(s, command))

    async def set_link_rights(self, command: SetLinkRights) -> Reply:
        return await self.sittings.answer(command, lambda s: pair_acts.act_link_rights(s, command))

    async def set_language(self, command: SetLanguage) -> Reply:
        return await self.sittings.answer(
            command, lambda s: pair_acts.act_language(s, command), allowed=decide_actor
        )

    async def record_consent(self, command: RecordConsent) -> Reply:
        return await self.sittings.answer(command, lambda s: pair_acts.act_consent(s, command))

    async def set_apart(self, command: SetApart) -> Reply:
        return await self.sittings.answer(command, lambda s: pair_acts.act_apart(s, command))

    async def propose_lift(self, command: ProposeLift) -> Reply:
        now = self.sittings.clock.now()
        return await self.sittings.answer(command, lambda s: pair_acts.act_propose(s, command, now))

    async def approve_lift(self, command: ApproveLift) -> Reply:
        now = self.sittings.clock.now()
        return await self.sittings.answer(command, lambda s: pair_acts.act_approve(s, command, now))

    async def set_speaks(self, command: SetSpeaks) -> Reply:
        return await self.sittings.answer(command, lambda s: pair_acts.act_speaks(s, command))

    async def set_guardian(self, command: SetGuardian) -> Reply:
        drawn = PersonId(self.secrets.drawn_id("guardian", command))
        return await self.sittings.answer(
            command, lambda s: guardian_acts.act_guardian(s, command, drawn)
        )

    async def end_guardian(self, command: EndGuardian) -> Reply:
        return await self.sittings.answer(
            command, lambda s: guardian_acts.act_end_guardian(s, command)
        )

    async def set_plan(self, command: SetPlan) -> Reply:
        return await self.sittings.answer(command, lambda s: guardian_acts.act_plan(s, command))

    async def add_device(self, command: AddDevice) -> Reply:
        device = self.secrets.drawn_id("device", command)
        return await self.sittings.answer(
            command, lambda s: guardian_acts.act_device(s, command, device)
        )

    async def remove_device(self, command: RemoveDevice) -> Reply:
        return await self.sittings.answer(
            command, lambda s: guardian_acts.act_remove_device(s, command)
        )

    async def issue_code(self, command: IssueFamilyCode) -> Reply:
        """The code is in this answer and nowhere else: the log keeps the answer without it."""
        reply = await self.sittings.answer(
            command, lambda s: guardian_acts.act_code(s, command, self.secrets, s.today)
        )
        if reply.status == "refused":
            return reply
        async with self.sittings.facts.sitting(command, self.sittings.clock.now()) as sitting:
            shown = await guardian_acts.issued(sitting, command, self.secrets)
        if shown is None:
            return reply
        return msgspec.structs.replace(reply, answer=msgspec.Raw(msgspec.json.encode(shown)))

    async def revoke_code(self, command: RevokeFamilyCode) -> Reply:
        return await self.sittings.answer(
            command, lambda s: guardian_acts.act_revoke_code(s, command)
        )
