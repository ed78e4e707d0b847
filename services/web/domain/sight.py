"""How much of an incident a role sees: notes and calls are command's."""

from collections.abc import Iterable

import msgspec

from schemas.incident import Incident, Record, SchoolIncidents
from schemas.vocabulary import Role
from services.web.domain.access import OFFICE


def seen_by(incidents: SchoolIncidents, roles: Iterable[Role]) -> SchoolIncidents:
    """The same for command; without timeline and callers for everyone else."""
    if not OFFICE.isdisjoint(roles):
        return incidents
    return msgspec.structs.replace(
        incidents,
        open=None if incidents.open is None else outline(incidents.open),
        recent=tuple(outline(incident) for incident in incidents.recent),
    )


def outline(incident: Incident) -> Incident:
    """What every adult of the school may know of an incident."""
    return msgspec.structs.replace(
        incident, timeline=(), timeline_more=0, call=None, proposal=None, record=Record()
    )
