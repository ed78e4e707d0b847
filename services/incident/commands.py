"""The commands that this service answers."""

from schemas.incident import (
    AddAction,
    AddNote,
    Approve,
    ChangeAction,
    Close,
    Correct,
    Declare,
    OpenRoom,
    RecordCall,
    SetEvidence,
)
from services.chassis.commands import Route
from services.incident.handlers import Incidents

COMMANDS = (
    *(Declare, AddAction, ChangeAction),
    *(Close, Correct, Approve),
    *(AddNote, RecordCall, SetEvidence, OpenRoom),
)


def routes(incidents: Incidents) -> list[Route]:
    """Every command goes the same way."""
    return [Route(command, incidents.handle) for command in COMMANDS]
