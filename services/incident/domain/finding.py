"""Which incident a command speaks of, and drafts of its events."""

from schemas.events import Event
from schemas.identifiers import IncidentId
from schemas.incident import Incident
from services.incident.domain.decision import Draft, Refusal
from services.incident.domain.state import State


def found(state: State, identifier: IncidentId) -> Incident | Refusal:
    """The open or a recent incident."""
    incident = state.find(identifier)
    if incident is None:
        return Refusal("unknown_incident", "This school has no such incident.")
    return incident


def found_open(state: State, identifier: IncidentId) -> Incident | Refusal:
    """The open incident; what is closed stays as it was."""
    incident = found(state, identifier)
    if isinstance(incident, Incident) and incident.closed is not None:
        return Refusal("incident_closed", "This incident is closed.")
    return incident


def draft(incident: Incident, data: Event) -> Draft:
    """An event of the incident: always in the incident's own mode."""
    return Draft(data, incident.mode, incident.id)


def locked_down_live(incident: Incident) -> bool:
    """A live incident in which a Lockdown holds or ever held: two people end it."""
    return incident.mode == "live" and had_lockdown(incident)


def had_lockdown(incident: Incident) -> bool:
    """Whether a Lockdown holds or ever held in it."""
    return any(action.call.kind == "lockdown" for action in incident.actions)
