"""The API's sessions, tickets and schools."""

import secrets

from aiohttp import web

from schemas.api.bodies import Ticket, TicketBody
from schemas.identity import DemoSignIn, RedeemLink, SessionReply, SignIn
from services.web.domain.access import OFFICE, allows
from services.web.domain.problems import not_found, not_yours
from services.web.handlers.reading import Reading
from services.web.handlers.sessions import Sessions, me_of
from services.web.routes.bodies import read_json
from services.web.routes.cookies import Place
from services.web.routes.rows import SMALL
from services.web.routes.visit import Visit, fresh_op, json


class SessionApi:
    """demo: whether one-tap sign-in is offered at all."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        reading: Reading,
        place: Place,
        socket_port: int,
        demo: bool,
    ) -> None:
        self._sessions = sessions
        self._reading = reading
        self._place = place
        self._socket_port = socket_port
        self._demo = demo

    async def me(self, visit: Visit) -> web.StreamResponse:
        return json(me_of(visit.person))

    async def sign_in(self, visit: Visit) -> web.StreamResponse:
        wanted = await read_json(visit.request, SMALL, SignIn)
        return self.begun(visit, await self._sessions.sign_in(wanted))

    async def demo_sign_in(self, visit: Visit) -> web.StreamResponse:
        if not self._demo:
            raise not_found()
        wanted = await read_json(visit.request, SMALL, DemoSignIn)
        return self.begun(visit, await self._sessions.demo(wanted))

    async def redeem(self, visit: Visit) -> web.StreamResponse:
        wanted = await read_json(visit.request, SMALL, RedeemLink)
        return self.begun(visit, await self._sessions.redeem(wanted))

    async def sign_out(self, visit: Visit) -> web.StreamResponse:
        await self._sessions.end(visit.person, fresh_op())
        visit.remember(self._place.session_cookie, "", 0)
        return web.Response(status=204)

    async def schools(self, visit: Visit) -> web.StreamResponse:
        return json(await self._reading.schools(visit.person))

    async def ticket(self, visit: Visit) -> web.StreamResponse:
        wanted = await read_json(visit.request, SMALL, TicketBody)
        if not allows("office" if wanted.view == "office" else "school", visit.roles):
            raise not_yours()
        if wanted.view == "teacher" and not allows("staff", visit.roles):
            raise not_yours()
        classes = wanted.classes
        command = not OFFICE.isdisjoint(visit.roles)
        if classes and not command:
            classes = await self._reading.may_follow(visit.at, visit.person.person, wanted.classes)
        ticket = self._sessions.ticket(
            visit.person,
            visit.at,
            wanted.view,
            classes,
            command=command,
            drawn=secrets.token_urlsafe(16),
            now=visit.now,
        )
        return json(Ticket(ticket=ticket, url=self._place.socket(visit.request, self._socket_port)))

    def begun(self, visit: Visit, reply: SessionReply) -> web.Response:
        """Set the cookie and say who this session is."""
        left = max(1, reply.session.exp - int(visit.now.timestamp()))
        visit.remember(self._place.session_cookie, reply.token, left)
        return json(me_of(reply.session))
