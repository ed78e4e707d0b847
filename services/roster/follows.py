"""Follows incident: a roster is never changed under people who are being accounted for."""

from __future__ import annotations

from typing import Final

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.incident import Closed, Declared, DrillStopped
from schemas.registry import event_type
from services.chassis.database import Connection

TYPES: Final = frozenset({event_type(struct) for struct in (Declared, Closed, DrillStopped)})


async def keep_open_incidents(connection: Connection, event: Envelope, data: Event) -> None:
    """The handler of the store's sink: one row while an incident is open."""
    match data:
        case Declared():
            await connection.execute(
                "INSERT INTO open_incidents (school, incident) VALUES ($1, $2)"
                " ON CONFLICT DO NOTHING",
                event.school,
                event.incident,
            )
        case Closed() | DrillStopped():
            await connection.execute(
                "DELETE FROM open_incidents WHERE school = $1 AND incident = $2",
                event.school,
                event.incident,
            )
        case _:
            pass
