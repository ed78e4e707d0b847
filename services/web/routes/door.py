"""What every request passes, in order: host, session, school and role, origin, then its handler."""

import re
from collections.abc import Awaitable, Callable

from aiohttp import web

from schemas.identifiers import SchoolId
from schemas.identity import Session
from services.chassis.clock import Clock
from services.chassis.logs import log
from services.web.domain.access import allows, schools_of
from services.web.domain.forms import one
from services.web.domain.kiosk import screen_of
from services.web.domain.language import chosen
from services.web.domain.problems import (
    WebProblem,
    no_session,
    not_found,
    not_from_here,
    not_yours,
    sessions_loading,
)
from services.web.domain.revocation import RevocationBook
from services.web.handlers.kiosks import KioskSessions
from services.web.handlers.sessions import Sessions
from services.web.routes.bodies import read_form
from services.web.routes.cookies import LANGUAGE, SCHOOL, Place
from services.web.routes.headers import protect
from services.web.routes.rows import Row
from services.web.routes.visit import SeeOther, Visit

Told = Callable[[Visit, Row, WebProblem], Awaitable[web.StreamResponse]]
BEARER = re.compile(r"^Bearer ([A-Za-z0-9._~+/=-]{16,4096})$")


class Door:
    """tell: how a problem is shown, as JSON or as a page."""

    def __init__(
        self,
        *,
        clock: Clock,
        place: Place,
        sessions: Sessions,
        kiosks: KioskSessions,
        revocations: RevocationBook,
        tell: Told,
        socket_port: int,
    ) -> None:
        self._clock = clock
        self._place = place
        self._sessions = sessions
        self._kiosks = kiosks
        self._revocations = revocations
        self._tell = tell
        self._socket_port = socket_port

    def around(self, row: Row) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The row's handler as aiohttp wants it."""

        async def opened(request: web.Request) -> web.StreamResponse:
            language = chosen(
                request.cookies.get(LANGUAGE, ""), request.headers.get("Accept-Language", "")
            )
            visit = Visit(request=request, now=self._clock.now(), language=language)
            answer = await self._answer(visit, row)
            if not answer.prepared:
                self._finish(visit, answer)
            return answer

        return opened

    async def _answer(self, visit: Visit, row: Row) -> web.StreamResponse:
        try:
            await self._let_in(visit, row)
            return await row.handle(visit)
        except SeeOther as elsewhere:
            return web.Response(status=303, headers={"Location": elsewhere.path})
        except WebProblem as problem:
            return await self._tell(visit, row, problem)
        except (ConnectionError, web.HTTPException):
            raise
        except Exception as error:
            log.error("web_failed", route=row.path, error_type=type(error).__name__)
            broken = WebProblem(500, "internal", "Something failed here. It was logged.")
            return await self._tell(visit, row, broken)

    async def _let_in(self, visit: Visit, row: Row) -> None:
        if not self._place.knows(visit.request.host):
            raise WebProblem(421, "unknown_host", "This is not an address of this Muster.")
        self._find_session(visit, row)
        self._find_school(visit, row)
        if row.method != "GET":
            await self._check_writer(visit, row)

    def _find_kiosk(self, visit: Visit) -> None:
        """The kiosk's own cookie, at the school where it was opened; no session counts here."""
        visit.cookie = True
        token = visit.request.cookies.get(self._place.kiosk_cookie, "")
        if not token:
            raise no_session()
        if not self._revocations.loaded:
            raise sessions_loading()
        claims = self._kiosks.read(token, visit.now)
        visit.session = screen_of(claims)
        visit.school, visit.roles = claims.school, ("screen",)

    def _find_session(self, visit: Visit, row: Row) -> None:
        if row.access == "kiosk":
            self._find_kiosk(visit)
            return
        token, visit.cookie = self._token(visit.request)
        if token:
            try:
                visit.session = self._sessions.read(token, visit.now)
            except WebProblem:
                if row.access != "open":
                    raise
        if row.access == "open":
            return
        if visit.session is None:
            raise no_session()
        if not self._revocations.loaded and not row.early:
            raise sessions_loading()

    def _token(self, request: web.Request) -> tuple[str, bool]:
        if said := request.headers.get("Authorization"):
            found = BEARER.match(said)
            return (found[1] if found else "malformed"), False
        return request.cookies.get(self._place.session_cookie, ""), True

    def _find_school(self, visit: Visit, row: Row) -> None:
        if row.access in {"open", "person", "kiosk"}:
            return
        session = visit.person
        named = visit.request.match_info.get("school")
        visit.school = SchoolId(named) if named is not None else self._school_of(visit, session)
        visit.roles = self._revocations.roles(session, visit.school)
        if not visit.roles:
            raise not_found()
        if not allows(row.access, visit.roles):
            # In the API a role that is missing is said; a page simply is not there.
            raise not_yours()

    def _school_of(self, visit: Visit, session: Session) -> SchoolId:
        mine = schools_of(session)
        asked = SchoolId(visit.request.cookies.get(SCHOOL, ""))
        if asked and self._revocations.roles(session, asked):
            return asked
        if len(mine) != 1:
            raise SeeOther("/choose")
        return mine[0]

    async def _check_writer(self, visit: Visit, row: Row) -> None:
        request = visit.request
        if not visit.cookie:
            return
        named = request.headers.get("Origin")
        if named != self._place.origin(request) and not (
            named is None and row.api and row.access == "open"
        ):
            raise not_from_here("wrong_origin")
        if row.api:
            if request.headers.get("X-Muster") != "1":
                raise not_from_here("header_missing")
            return
        if row.guard != "stream":
            visit.fields = await read_form(request, row.cap)
        if row.guard == "form":
            self._sessions.check_form(visit.person, one(visit.fields, "form"), visit.now)

    def _finish(self, visit: Visit, answer: web.StreamResponse) -> None:
        for name, value, seconds in visit.set_cookies:
            self._place.put(answer, name, value, seconds)
        socket = self._place.socket(visit.request, self._socket_port)
        protect(answer, socket=socket, secure=self._place.secure)
