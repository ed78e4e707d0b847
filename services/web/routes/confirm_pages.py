"""Staff of several schools say where they are today; nobody guesses it."""

from aiohttp import web

from schemas.identifiers import PersonId, SchoolId
from schemas.vocabulary import Actor
from services.web.domain.forms import needed
from services.web.domain.problems import WebProblem, not_found
from services.web.domain.revocation import RevocationBook
from services.web.handlers.desk import Desk
from services.web.handlers.writing import Writing
from services.web.routes.frame import Frame
from services.web.routes.visit import SeeOther, Visit


class ConfirmPages:
    """One tap, for oneself, for today."""

    def __init__(
        self, *, frame: Frame, desk: Desk, writing: Writing, revocations: RevocationBook
    ) -> None:
        self._frame = frame
        self._desk = desk
        self._writing = writing
        self._revocations = revocations

    async def page(self, visit: Visit) -> web.StreamResponse:
        mine = await self._desk.my_schools(visit.person.person)
        return await self._frame.page(visit, "confirm_school.html", mine=mine)

    async def confirm(self, visit: Visit) -> web.StreamResponse:
        school = SchoolId(needed(visit.fields, "school"))
        roles = self._revocations.roles(visit.person, school)
        if not roles:
            raise not_found()
        person = visit.person
        reply = await self._writing.send(
            "confirmSchool",
            op_id=visit.op(),
            school=school,
            actor=Actor(person=PersonId(person.person), roles=roles, device=person.device),
            path={},
            body={},
        )
        if reply.status == "refused":
            raise WebProblem(409, reply.code, reply.reason, values=reply.values)
        raise SeeOther("/confirm-school")
