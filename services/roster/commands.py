"""Commands of the roster, and its answers through its own log."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from schemas.identifiers import SchoolId
from schemas.replies import Reply
from schemas.roster import (
    ApplyImport,
    Imported,
    RightsChanged,
    SetLanguage,
    SetLinkRights,
    SetSchool,
)
from schemas.vocabulary import Actor
from services.chassis.commands import Route
from services.chassis.ledger import Accepted, Decision, Draft, Ledger, Op, Refusal, Stamp
from services.roster.domain.imports import Refused
from services.roster.handlers import Importing, OwnFacts
from services.roster.ports import RosterCommand
from services.roster.store.book import Told
from services.roster.store.rosters import StoredRosters


class LedgerLog:
    """Fulfils ports.Log on the ledger."""

    def __init__(self, ledger: Ledger[Told], rosters: StoredRosters) -> None:
        self._ledger = ledger
        self._rosters = rosters

    async def announce(self, school: SchoolId, version: int, actor: Actor) -> None:
        students, staff, guardians = await self._rosters.version_counts(school)
        event = Imported(version=version, students=students, staff=staff, guardians=guardians)

        def decide(told: Told, _stamp: Stamp) -> Decision:
            if told.version >= version:
                return Accepted()
            return Accepted((Draft(data=event, mode="admin"),))

        await self._ledger.submit(
            Op(
                school=school,
                actor=actor.person,
                device=actor.device,
                op_id=f"version-{version}",
                body=str(version).encode(),
                decide=decide,
            )
        )

    async def tell_change(self, command: RosterCommand, refused: Refused | None) -> Reply:
        def decide(told: Told, _stamp: Stamp) -> Decision:
            if refused is not None:
                return Refusal(refused.code, refused.reason)
            return Accepted((Draft(data=RightsChanged(version=told.version), mode="admin"),))

        return await self._ledger.submit(
            Op(
                school=command.school,
                actor=command.actor.person,
                device=command.actor.device,
                op_id=command.op_id,
                body=msgspec.json.encode(command),
                decide=decide,
            )
        )

    def refuse_stand_by(self) -> None:
        """Raises StandBy (503) where another instance owns the log."""
        self._ledger.heads()

    async def announce_missed(self, actor: Actor) -> int:
        """Tells of versions that a crash kept from the log; returns how many schools."""
        missed = 0
        for school in await self._rosters.schools():
            told = await self._ledger.state(school.id)
            if told.version < school.version:
                await self.announce(school.id, school.version, actor)
                missed += 1
        return missed


def routes(own_log: LedgerLog, importing: Importing, facts: OwnFacts) -> Sequence[Route]:
    async def apply_import(command: ApplyImport) -> Reply:
        own_log.refuse_stand_by()
        # A caller that gives up must not leave a merge without its event.
        return await asyncio.shield(importing.apply(command))

    return (
        Route(ApplyImport, apply_import),
        Route(SetLinkRights, facts.set_link_rights),
        Route(SetLanguage, facts.set_language),
        Route(SetSchool, facts.set_school),
    )
