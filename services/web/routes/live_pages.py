"""Routes of the live pages: the frame's context, the open incident and own classes."""

from aiohttp import web

from services.web.domain.problems import WebProblem
from services.web.domain.sight import seen_by
from services.web.handlers.reading import Reading
from services.web.routes.frame import Frame
from services.web.routes.visit import Handler, Visit


class LivePages:
    """The pages keep themselves current over the socket; names come over HTTP."""

    def __init__(self, *, frame: Frame, reading: Reading) -> None:
        self._frame = frame
        self._reading = reading

    def page(self, template: str, view: str) -> Handler:
        """The handler of one live page."""

        async def handle(visit: Visit) -> web.StreamResponse:
            return await self._frame.page(
                visit,
                template,
                view=view,
                incident=await self._incident(visit),
                own=await self._own(visit),
            )

        return handle

    async def _incident(self, visit: Visit) -> object:
        """None as well while the incident service is away: the socket tells."""
        try:
            incidents = await self._reading.incidents(visit.at)
        except WebProblem:
            return None
        return seen_by(incidents, visit.roles).open

    async def _own(self, visit: Visit) -> list[str]:
        try:
            roster = await self._reading.roster(visit.at)
        except WebProblem:
            return []
        return [c.id for c in roster.classes if visit.person.person in c.teachers]
