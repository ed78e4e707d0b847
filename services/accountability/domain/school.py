"""All accounts of one school that are kept at hand: the open incident's and the latest ones."""

from dataclasses import dataclass, field

from schemas.accountability import (
    ClassOpened,
    Ended,
    Observed,
    Opened,
    SchoolAccounting,
)
from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import IncidentId, SchoolId
from schemas.vocabulary import IncidentMode
from services.accountability.domain.account import Account

KEPT = 8
"""Accounts at hand; older ones are history in the log."""


@dataclass
class School:
    """accounts: oldest first. fresh: those already copied for the batch being decided."""

    id: SchoolId
    accounts: dict[IncidentId, Account] = field(default_factory=dict)
    fresh: set[IncidentId] = field(default_factory=set)

    def copy(self) -> "School":
        """A working copy; an account is copied when it is first changed."""
        return School(self.id, self.accounts.copy())

    def account(self, incident: IncidentId) -> Account | None:
        """The account of an incident, or None when it is not heard of or long past."""
        return self.accounts.get(incident)

    def view(self) -> SchoolAccounting:
        """GET /state."""
        return SchoolAccounting(
            school=self.id, incidents=tuple(one.view() for one in self.accounts.values())
        )

    def _to_change(self, incident: IncidentId, mode: IncidentMode) -> Account:
        if incident not in self.fresh:
            known = self.accounts.get(incident)
            self.accounts[incident] = known.copy() if known else Account(incident, mode)
            self.fresh.add(incident)
        return self.accounts[incident]

    def apply(self, envelope: Envelope, data: Event) -> None:
        """Fold one of accountability's own events into the school."""
        if envelope.incident is None or envelope.mode == "admin":
            return
        account = self._to_change(envelope.incident, envelope.mode)
        seq = envelope.seq
        match data:
            case Opened():
                account.open_with(data, envelope.time, seq)
            case ClassOpened():
                account.open_class(data, envelope.time, seq)
            case Observed():
                account.observe(
                    data,
                    observer=envelope.actor,
                    device=envelope.device,
                    at=envelope.time,
                    seq=seq,
                )
            case Ended():
                account.seq, account.open = seq, False
        for old in list(self.accounts)[:-KEPT]:
            del self.accounts[old]
