"""What the school itself is told to others as: its address and its time zone."""

from aiohttp import web

from services.web.domain.forms import needed, one
from services.web.handlers.reading import Reading
from services.web.handlers.writing import Writing
from services.web.routes.frame import Frame
from services.web.routes.posting import post
from services.web.routes.visit import SeeOther, Visit


class SchoolPages:
    """One form; the roster decides whether the zone exists."""

    def __init__(self, *, frame: Frame, reading: Reading, writing: Writing) -> None:
        self._frame = frame
        self._reading = reading
        self._writing = writing

    async def page(self, visit: Visit) -> web.StreamResponse:
        return await self._frame.page(visit, "school.html")

    async def save(self, visit: Visit) -> web.StreamResponse:
        body = {
            "zone": needed(visit.fields, "zone"),
            "address": one(visit.fields, "address")[:300],
        }
        await post(self._writing, visit, "setSchool", body)
        # The next page must already show it, whatever the follower has heard.
        await self._reading.fresh_roster(visit.at)
        raise SeeOther("/office")
