"""The school's own facts are asked of the roster with who asks: it decides what is shown."""

from collections.abc import AsyncIterable
from urllib.parse import urlencode

from schemas.identifiers import PersonId, SchoolId
from schemas.roster_people import (
    AskExport,
    AssistancePlan,
    Families,
    PersonPage,
    RightsExport,
    StagedRights,
)
from schemas.roster_rights import RightsFile
from schemas.vocabulary import Actor
from services.web.domain.problems import WebProblem, not_found
from services.web.handlers.asking import asked
from services.web.ports import Owners


class OwnFacts:
    """Answers what is not there and what is not this person's to see with the same 404."""

    def __init__(self, owners: Owners) -> None:
        self._owners = owners

    async def person(self, school: SchoolId, person: str, actor: Actor) -> PersonPage:
        """Raises WebProblem not_found."""
        if not 0 < len(person) <= 64 or not person.isprintable():
            raise not_found()
        try:
            return await asked(
                self._owners.roster.get(
                    "/person",
                    PersonPage,
                    school=school,
                    person=person,
                    reader=actor.person,
                    roles=",".join(actor.roles),
                )
            )
        except WebProblem as problem:
            raise _uniform(problem) from problem

    async def families(self, school: SchoolId, actor: Actor) -> Families:
        try:
            return await asked(
                self._owners.roster.get(
                    "/households", Families, school=school, roles=",".join(actor.roles)
                )
            )
        except WebProblem as problem:
            raise _uniform(problem) from problem

    async def helping(self, school: SchoolId, staff: PersonId) -> list[AssistancePlan]:
        return await asked(
            self._owners.roster.get("/helping", list[AssistancePlan], school=school, reader=staff)
        )

    async def stage(
        self, school: SchoolId, actor: Actor, chunks: AsyncIterable[bytes], name: str
    ) -> StagedRights:
        """chunks: the file, as it arrives."""
        said = {
            "school": school,
            "reader": actor.person,
            "roles": ",".join(actor.roles),
            "name": "".join(sign for sign in name if sign.isprintable())[:80],
        }
        path = f"/rights-imports?{urlencode(said)}"
        return await asked(self._owners.roster.post(path, chunks, StagedRights))

    async def export(self, school: SchoolId, actor: Actor, file: RightsFile) -> RightsExport:
        question = AskExport(school=school, file=file, reader=actor.person, roles=actor.roles)
        try:
            return await asked(self._owners.roster.post("/rights-exports", question, RightsExport))
        except WebProblem as problem:
            raise _uniform(problem) from problem


def _uniform(problem: WebProblem) -> WebProblem:
    return not_found() if problem.problem.status in {400, 404} else problem
