"""The office between emergencies."""

from aiohttp import web

from schemas.roster import RosterSnapshot
from services.web.domain.access import allows
from services.web.handlers.desk import Desk
from services.web.handlers.reading import Reading
from services.web.routes.frame import Frame
from services.web.routes.visit import Visit


class OfficePages:
    """Reads rosters and incidents."""

    def __init__(self, *, frame: Frame, reading: Reading, desk: Desk) -> None:
        self._frame = frame
        self._reading = reading
        self._desk = desk

    async def today(self, visit: Visit) -> web.StreamResponse:
        roster = await self._reading.roster(visit.at)
        incidents = await self._reading.incidents(visit.at)
        return await self._frame.page(
            visit,
            "office_home.html",
            roster=roster,
            incidents=incidents,
            unreached=[member for member in roster.staff if not member.email],
            rooms=rooms_of(roster),
            desk_waiting=await self._desk.waiting_if_known(visit.at)
            if allows("desk", visit.roles)
            else (),
        )


def rooms_of(roster: RosterSnapshot) -> list[str]:
    """Rooms as the office names them, in the order people say them."""
    return sorted({c.room for c in roster.classes if c.room}, key=lambda r: (len(r), r))
