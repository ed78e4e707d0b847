"""The way in: sign in, enrol a device, choose a school, change the language, leave."""

import re

from aiohttp import web

from schemas.identifiers import SchoolId
from schemas.identity import DemoSignIn, RedeemLink, SessionReply, SignIn
from schemas.vocabulary import Role
from services.web.domain.access import home_of, schools_of
from services.web.domain.forms import checked, needed, one
from services.web.domain.language import LANGUAGES
from services.web.domain.problems import WebProblem, not_found
from services.web.domain.revocation import RevocationBook
from services.web.handlers.reading import Reading
from services.web.handlers.sessions import Sessions
from services.web.routes.cookies import LANGUAGE, SCHOOL, YEAR, Place
from services.web.routes.frame import Frame
from services.web.routes.visit import SeeOther, Visit, fresh_op

DEMO_ROLES: tuple[Role, ...] = ("office", "principal", "teacher", "staff", "screen")
INSIDE = re.compile(r"^/[A-Za-z0-9_-][A-Za-z0-9/_-]*$")


class EntryPages:
    """demo: whether one-tap sign-in is offered."""

    def __init__(
        self,
        *,
        frame: Frame,
        sessions: Sessions,
        reading: Reading,
        revocations: RevocationBook,
        place: Place,
        demo: bool,
    ) -> None:
        self._frame = frame
        self._sessions = sessions
        self._reading = reading
        self._revocations = revocations
        self._place = place
        self._demo = demo

    async def front(self, visit: Visit) -> web.StreamResponse:
        """/ leads to where the person begins."""
        if visit.session is None:
            raise SeeOther("/sign-in")
        return await self.home(visit)

    async def home(self, visit: Visit) -> web.StreamResponse:
        mine = schools_of(visit.person)
        chosen = SchoolId(visit.request.cookies.get(SCHOOL, ""))
        at = chosen if self._revocations.roles(visit.person, chosen) else None
        if at is None and len(mine) == 1:
            at = mine[0]
        if not at:
            raise SeeOther("/choose")
        raise SeeOther(home_of(self._revocations.roles(visit.person, at)))

    async def sign_in_page(self, visit: Visit) -> web.StreamResponse:
        return await self._sign_in(visit, wrong="")

    async def _sign_in(self, visit: Visit, *, wrong: str, status: int = 200) -> web.Response:
        return await self._frame.page(
            visit,
            "sign_in.html",
            status,
            wrong=wrong,
            then=inside(visit.query("then") or one(visit.fields, "then")),
            demo_schools=await self._reading.every_school() if self._demo else [],
            demo_roles=DEMO_ROLES,
        )

    async def sign_in(self, visit: Visit) -> web.StreamResponse:
        wanted = checked(
            SignIn,
            {
                "login": needed(visit.fields, "login"),
                "password": needed(visit.fields, "password"),
            },
            "login",
        )
        try:
            reply = await self._sessions.sign_in(wanted)
        except WebProblem as problem:
            if problem.problem.status >= 500:
                raise
            return await self._sign_in(visit, wrong=problem.problem.code, status=403)
        return self._begun(visit, reply)

    async def demo_sign_in(self, visit: Visit) -> web.StreamResponse:
        if not self._demo:
            raise not_found()
        role, _, school = needed(visit.fields, "as").partition("@")
        wanted = checked(DemoSignIn, {"role": role, "school": school}, "as")
        visit.remember(SCHOOL, school, YEAR)
        return self._begun(visit, await self._sessions.demo(wanted))

    async def enroll_page(self, visit: Visit) -> web.StreamResponse:
        """The code is in the fragment, which no server and no mail scanner is sent."""
        return await self._frame.page(visit, "enroll.html", wrong="")

    async def enroll(self, visit: Visit) -> web.StreamResponse:
        wanted = checked(RedeemLink, {"code": needed(visit.fields, "code")}, "code")
        try:
            reply = await self._sessions.redeem(wanted)
        except WebProblem as problem:
            if problem.problem.status >= 500:
                raise
            return await self._frame.page(visit, "enroll.html", 403, wrong=problem.problem.code)
        return self._begun(visit, reply)

    async def choose_page(self, visit: Visit) -> web.StreamResponse:
        schools = await self._reading.schools(visit.person)
        return await self._frame.page(visit, "choose.html", schools=schools)

    async def choose(self, visit: Visit) -> web.StreamResponse:
        school = SchoolId(needed(visit.fields, "school"))
        if not self._revocations.roles(visit.person, school):
            raise not_found()
        visit.remember(SCHOOL, school, YEAR)
        raise SeeOther(home_of(self._revocations.roles(visit.person, school)))

    async def language(self, visit: Visit) -> web.StreamResponse:
        wanted = one(visit.fields, "language")
        if wanted in LANGUAGES:
            visit.remember(LANGUAGE, wanted, YEAR)
        raise SeeOther(inside(one(visit.fields, "to")) or "/")

    async def sign_out(self, visit: Visit) -> web.StreamResponse:
        visit.remember(self._place.session_cookie, "", 0)
        await self._sessions.end(visit.person, fresh_op())
        raise SeeOther("/sign-in")

    def _begun(self, visit: Visit, reply: SessionReply) -> web.StreamResponse:
        left = max(1, reply.session.exp - int(visit.now.timestamp()))
        visit.remember(self._place.session_cookie, reply.token, left)
        raise SeeOther(inside(one(visit.fields, "then")) or "/")


def inside(path: str) -> str:
    """The path when it is one of this site, else "": nobody is led elsewhere."""
    return path if INSIDE.match(path) else ""
