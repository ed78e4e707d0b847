"""The front desk for programs: who is on site, who waits."""

from aiohttp import web

from schemas.roster_site import Waiting
from services.web.handlers.desk import Desk
from services.web.routes.visit import Visit, json


class DeskApi:
    """Reads; its writes are commands like every other."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def on_site(self, visit: Visit) -> web.StreamResponse:
        return json(await self._desk.on_site(visit.at, visit.query("at")))

    async def waiting(self, visit: Visit) -> web.StreamResponse:
        return json(Waiting(visits=await self._desk.waiting(visit.at)))
