"""The roster's search and report as a program reads them."""

from aiohttp import web

from services.web.domain.people import EVERYONE
from services.web.handlers.directory import Directory
from services.web.routes.visit import Visit, json

WORDS = ("text", "kinds", "grade", "homeroom", "offset", "limit")


class RosterApi:
    """Handlers under /api/v1/schools/{school}."""

    def __init__(self, *, directory: Directory) -> None:
        self._directory = directory

    async def find_people(self, visit: Visit) -> web.StreamResponse:
        said: dict[str, str | int] = {name: value for name in WORDS if (value := visit.query(name))}
        return json(await self._directory.find(visit.at, said))

    async def quality(self, visit: Visit) -> web.StreamResponse:
        limit = visit.query("limit")
        capped = min(int(limit), EVERYONE) if limit.isdecimal() and len(limit) < 7 else 50
        return json(await self._directory.quality(visit.at, code=visit.query("code"), limit=capped))
