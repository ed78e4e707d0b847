"""One person: contacts and their rights, plan, household, history; a form for each change."""

import msgspec
from aiohttp import web

from schemas.identifiers import PersonId
from schemas.roster_people import PersonPage
from schemas.roster_rights import FamilyCodeIssued
from services.web.domain.forms import needed
from services.web.domain.own_facts import ACTS, MAY_CHANGE
from services.web.domain.problems import WebProblem, not_found
from services.web.handlers.own_facts import OwnFacts
from services.web.handlers.pulls import Pulls
from services.web.handlers.reading import Reading
from services.web.handlers.writing import Writing
from services.web.routes.frame import Frame
from services.web.routes.posting import post
from services.web.routes.visit import SeeOther, Visit, json


class PersonPages:
    """The roster decides how much this reader sees; the page shows that and no more."""

    def __init__(
        self, *, frame: Frame, own: OwnFacts, pulls: Pulls, reading: Reading, writing: Writing
    ) -> None:
        self._frame = frame
        self._own = own
        self._pulls = pulls
        self._reading = reading
        self._writing = writing

    async def person(self, visit: Visit) -> web.StreamResponse:
        """The API's answer."""
        return json(await self._own.person(visit.at, visit.path["person"], visit.actor))

    async def page(self, visit: Visit) -> web.StreamResponse:
        found = await self._own.person(visit.at, visit.path["person"], visit.actor)
        return await self._frame.page(
            visit,
            "person.html",
            one=found,
            names=await self._names(visit, found),
            photo=found.sight == "office" and await self._has_photo(visit),
            may_change=not MAY_CHANGE.isdisjoint(visit.roles),
            saved=visit.query("saved") == "yes",
        )

    async def _has_photo(self, visit: Visit) -> bool:
        """A page without its photo is better than none."""
        try:
            marks = await self._pulls.marks(visit.at)
        except WebProblem:
            return False
        return any(mark.person == visit.path["person"] for mark in marks)

    async def helping(self, visit: Visit) -> web.StreamResponse:
        plans = await self._own.helping(visit.at, visit.actor.person)
        return await self._frame.page(visit, "helping.html", plans=plans)

    async def act(self, visit: Visit) -> web.StreamResponse:
        """One form of the page. An issued code is shown by the answer itself, once."""
        act = ACTS.get(visit.path["act"])
        if act is None:
            raise not_found()
        path = {part: needed(visit.fields, name) for part, name in act.path.items()}
        reply = await post(self._writing, visit, act.operation, act.body(visit.fields), path)
        if act.operation == "issueFamilyCode":
            return await self._code(visit, reply.answer)
        raise SeeOther(f"/people/{visit.path['person']}?saved=yes")

    async def _code(self, visit: Visit, answer: msgspec.Raw) -> web.StreamResponse:
        issued = msgspec.json.decode(answer, type=FamilyCodeIssued)
        guardian = await self._own.person(visit.at, issued.guardian, visit.actor)
        names = {pair.student.id: pair.student.name for pair in guardian.students}
        names[guardian.person.id] = guardian.person.name
        return await self._frame.page(
            visit,
            "family_code.html",
            issued=issued,
            guardian=guardian.person,
            students=[names.get(student, "") for student in issued.students],
            back=visit.path["person"],
        )

    async def _names(self, visit: Visit, found: PersonPage) -> dict[PersonId, str]:
        """Who acted may have an account and no row in the roster."""
        names = dict(found.names)
        if found.sight == "office":
            try:
                accounts = await self._reading.accounts(visit.at)
            except WebProblem:
                accounts = []
            names = {account.person: account.name for account in accounts} | names
        return names
