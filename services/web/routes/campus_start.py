"""A live Lockdown at the other schools of a campus: the same moment, one declaration."""

import asyncio
from collections.abc import Awaitable, Collection, Sequence

from schemas.identifiers import PersonId
from schemas.incident import ActionCall
from schemas.roster import School
from schemas.vocabulary import Actor
from services.web.domain.problems import WebProblem
from services.web.domain.revocation import RevocationBook
from services.web.handlers.reading import Reading
from services.web.handlers.school_day import SchoolDays
from services.web.handlers.writing import Writing
from services.web.routes.api_school import accepted
from services.web.routes.visit import Visit


class CampusStart:
    """Each school has an incident of its own; they share the declaration's id."""

    def __init__(
        self,
        *,
        reading: Reading,
        days: SchoolDays,
        writing: Writing,
        revocations: RevocationBook,
    ) -> None:
        self._reading = reading
        self._days = days
        self._writing = writing
        self._revocations = revocations

    async def neighbours(self, visit: Visit) -> list[School]:
        """The campus's other schools where this person may start a Lockdown."""
        found = []
        for school in await self._days.neighbours(visit.at, visit.person):
            try:
                found.append((await self._reading.roster(school)).school)
            except WebProblem:
                # Its name is not known; it is not left out for that.
                found.append(School(id=school, source_id="", name=school))
        return found

    async def chosen(self, visit: Visit, call: ActionCall, wanted: Collection[str]) -> list[School]:
        """Those of the neighbours that were ticked; none for another action than Lockdown."""
        if call.kind != "lockdown" or not wanted:
            return []
        return [school for school in await self.neighbours(visit) if school.id in wanted]

    def start(
        self, visit: Visit, call: ActionCall, schools: Sequence[School]
    ) -> Awaitable[list[School]]:
        """Declares at each, all at once, from now; awaited, it says where nothing started."""
        return asyncio.ensure_future(self._start(visit, call, schools))

    async def _start(
        self, visit: Visit, call: ActionCall, schools: Sequence[School]
    ) -> list[School]:
        started = await asyncio.gather(*(self._declare(visit, call, one) for one in schools))
        return [school for school, done in zip(schools, started, strict=True) if not done]

    async def _declare(self, visit: Visit, call: ActionCall, school: School) -> bool:
        roles = self._revocations.roles(visit.person, school.id)
        actor = Actor(person=PersonId(visit.person.person), roles=roles, device=visit.person.device)
        whole = ActionCall(kind=call.kind)
        body = {"mode": "live", "action": whole, "declaration": visit.op()}
        try:
            accepted(
                await self._writing.send(
                    "declare",
                    op_id=visit.op(),
                    school=school.id,
                    actor=actor,
                    path={},
                    body=body,
                )
            )
        except WebProblem:
            return False
        return True
