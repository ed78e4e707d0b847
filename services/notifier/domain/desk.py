"""A school's messages as folded from the notifier's own events."""

import msgspec

from schemas.envelope import Envelope, Instant
from schemas.events import Event
from schemas.identifiers import EventId, IncidentId, PersonId
from schemas.incident import ActionCall
from schemas.notifier import (
    AlertQueued,
    AudienceKind,
    HeldDecided,
    MessageHeld,
    Statement,
    StatementApproved,
    StatementDrafted,
)
from schemas.vocabulary import IncidentMode
from services.notifier.domain.occasions import STARTS, Template, template_named


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """Jobs that were made once. cause: the event that asked for them."""

    cause: EventId
    incident: IncidentId
    audience: AudienceKind
    template: str
    people: int
    jobs: int
    at: Instant


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """An event too old to alert by itself: a person decides.

    mode: None when it was held by a version that did not keep it. sent: what decided_by decided.
    """

    cause: EventId
    incident: IncidentId
    template: str
    at: Instant
    audience: AudienceKind = "staff"
    mode: IncidentMode | None = None
    call: ActionCall | None = None
    happened: Instant | None = None
    sent: bool | None = None
    decided_by: PersonId | None = None
    decided_at: Instant | None = None


class Desk(msgspec.Struct, kw_only=True):
    """statements: by id. alerts and held: by cause. All in the order they were made."""

    statements: dict[str, Statement] = {}
    alerts: dict[EventId, Alert] = {}
    held: dict[EventId, Held] = {}

    def copy(self) -> "Desk":
        return Desk(
            statements=dict(self.statements), alerts=dict(self.alerts), held=dict(self.held)
        )

    def apply(self, envelope: Envelope, data: Event) -> None:
        """Fold one of the notifier's own events in."""
        match data:
            case StatementDrafted(statement=statement):
                self.statements[statement.id] = statement
            case StatementApproved(statement=statement_id, by=by):
                self.statements[statement_id] = msgspec.structs.replace(
                    self.statements[statement_id], approved_by=by, approved_at=envelope.time
                )
            case AlertQueued():
                self._alert(envelope, data)
            case MessageHeld(cause=cause):
                self.held[cause] = _held(envelope, data)
            case HeldDecided(cause=cause, send=send, by=by):
                self.held[cause] = msgspec.structs.replace(
                    self.held[cause], sent=send, decided_by=by, decided_at=envelope.time
                )
            case _:
                pass

    def _alert(self, envelope: Envelope, data: AlertQueued) -> None:
        self.alerts[data.cause] = Alert(
            cause=data.cause,
            incident=_incident(envelope),
            audience=data.audience,
            template=data.template,
            people=data.people,
            jobs=data.jobs,
            at=envelope.time,
        )

    def statements_of(self, incident: IncidentId) -> list[Statement]:
        """Oldest first."""
        found = [each for each in self.statements.values() if each.incident == incident]
        return sorted(found, key=lambda each: each.version)

    def next_version(self, incident: IncidentId) -> int:
        """Of the incident's next draft."""
        return max((each.version for each in self.statements_of(incident)), default=0) + 1

    def staff_told(self, incident: IncidentId) -> list[Template]:
        """What staff were sent, oldest first."""
        told = [
            each
            for each in self.alerts.values()
            if each.incident == incident and each.audience == "staff"
        ]
        return [template_named(each.template) for each in sorted(told, key=lambda a: a.at)]

    def latest(self, incident: IncidentId) -> Template | None:
        """The last start that a statement was drafted for: which action holds."""
        templates = [template_named(each.template) for each in self.statements_of(incident)]
        starts = [each for each in templates if each.occasion in STARTS]
        return starts[-1] if starts else None


def _held(envelope: Envelope, data: MessageHeld) -> Held:
    return Held(
        cause=data.cause,
        incident=_incident(envelope),
        template=data.template,
        at=envelope.time,
        audience=data.audience,
        mode=None if envelope.mode == "admin" else envelope.mode,
        call=data.call,
        happened=data.happened,
    )


def _incident(envelope: Envelope) -> IncidentId:
    if envelope.incident is None:
        raise ValueError("a message belongs to an incident")
    return envelope.incident
