"""The roster's answers through its own log."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from schemas.commands import Command
from schemas.events import Event
from schemas.identifiers import SchoolId
from schemas.replies import Reply
from schemas.roster import Imported, RightsChanged
from schemas.vocabulary import SYSTEM, Actor
from services.chassis.ledger import Accepted, Decision, Draft, Ledger, Op, Refusal, Stamp
from services.roster.domain.imports import Refused
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

    async def tell_change(
        self, command: Command, refused: Refused | None, event: Event | None = None
    ) -> Reply:
        def decide(told: Told, _stamp: Stamp) -> Decision:
            if refused is not None:
                return Refusal(refused.code, refused.reason, refused.values)
            data = event or RightsChanged(version=told.version)
            return Accepted((Draft(data=data, mode="admin"),))

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

    async def tell_also(self, command: Command, school: SchoolId, event: Event) -> None:
        def decide(_told: Told, _stamp: Stamp) -> Decision:
            return Accepted((Draft(data=event, mode="admin"),))

        await self._ledger.submit(
            Op(
                school=school,
                actor=command.actor.person,
                device=command.actor.device,
                op_id=command.op_id,
                body=msgspec.json.encode(command),
                decide=decide,
            )
        )

    async def tell_facts(
        self,
        command: Command,
        refused: Refused | None,
        events: Sequence[Event] = (),
        *,
        contacts: bool = False,
        answer: msgspec.Struct | None = None,
    ) -> Reply:
        def decide(told: Told, _stamp: Stamp) -> Decision:
            if refused is not None:
                return Refusal(refused.code, refused.reason)
            said = (*events, RightsChanged(version=told.version)) if contacts else tuple(events)
            return Accepted(tuple(Draft(data=data, mode="admin") for data in said), answer)

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

    async def tell_contacts(self, school: SchoolId, op_id: str) -> None:
        """An order began or ended with the day: whom messages reach is different now."""

        def decide(told: Told, _stamp: Stamp) -> Decision:
            return Accepted((Draft(data=RightsChanged(version=told.version), mode="admin"),))

        await self._ledger.submit(
            Op(
                school=school,
                actor=SYSTEM.person,
                device=SYSTEM.device,
                op_id=op_id,
                body=op_id.encode(),
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
