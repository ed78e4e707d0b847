"""The domain's events in the form that the ledger takes."""

from collections.abc import Sequence

from schemas.events import Event
from schemas.identifiers import EventId, IncidentId
from schemas.vocabulary import IncidentMode
from services.chassis.ledger import Draft


def drafts_of(
    events: Sequence[Event],
    mode: IncidentMode,
    incident: IncidentId,
    causation: EventId | None = None,
) -> tuple[Draft, ...]:
    """Each event as a draft of its incident."""
    return tuple(Draft(event, mode, incident, causation) for event in events)
