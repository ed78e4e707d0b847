"""The front desk's answers through the roster's own log."""

from __future__ import annotations

import msgspec

from schemas.commands import Command
from schemas.replies import Reply
from schemas.roster_site import LeaveKiosk, OpenKiosk, SiteChanged
from services.chassis.ledger import Accepted, Decision, Draft, Ledger, Op, Refusal, Stamp
from services.roster.domain.imports import Refused
from services.roster.store.book import Told


class LedgerSiteLog:
    """Fulfils ports.site.SiteLog on the ledger."""

    def __init__(self, ledger: Ledger[Told]) -> None:
        self._ledger = ledger

    async def tell(
        self,
        command: Command,
        refused: Refused | None,
        changed: SiteChanged | None = None,
        answer: msgspec.Struct | None = None,
    ) -> Reply:
        def decide(_told: Told, _stamp: Stamp) -> Decision:
            if refused is not None:
                return Refusal(refused.code, refused.reason)
            drafts = () if changed is None else (Draft(data=changed, mode="admin"),)
            return Accepted(drafts, answer=answer)

        return await self._ledger.submit(
            Op(
                school=command.school,
                actor=command.actor.person,
                device=command.actor.device,
                op_id=command.op_id,
                body=msgspec.json.encode(_without_pin(command)),
                decide=decide,
            )
        )

    def refuse_stand_by(self) -> None:
        """Raises StandBy (503) where another instance owns the log."""
        self._ledger.heads()


def _without_pin(command: Command) -> Command:
    """The hash of a body that holds four digits would be as good as the digits."""
    if isinstance(command, OpenKiosk | LeaveKiosk):
        return msgspec.structs.replace(command, pin="")
    return command
