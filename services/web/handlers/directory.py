"""What the roster's pages ask of the roster; students and staff as last heard while it is away."""

from schemas.identifiers import SchoolId
from schemas.identity import Session
from schemas.roster_pages import FoundPeople, PaperState, Printed, PrintPaper, QualityReport
from services.web.domain.access import allows, schools_of
from services.web.domain.people import PAGE, PeopleQuery, last_heard
from services.web.domain.revocation import RevocationBook
from services.web.handlers.asking import asked
from services.web.handlers.reading import Reading
from services.web.ports import NoAnswer, Owners, Refused


class Directory:
    """Asks the roster."""

    def __init__(self, owners: Owners, reading: Reading, revocations: RevocationBook) -> None:
        self._owners = owners
        self._reading = reading
        self._revocations = revocations

    def reach(self, session: Session, at: SchoolId) -> list[SchoolId]:
        """This school first, then the others where this person may read the roster."""
        others = [
            school
            for school in schools_of(session)
            if school != at and allows("roster", self._revocations.roles(session, school))
        ]
        return [at, *others]

    async def people(
        self, session: Session, at: SchoolId, query: PeopleQuery, limit: int = PAGE
    ) -> tuple[FoundPeople, bool]:
        """The answer, and whether the roster gave it: else it is what was last heard."""
        schools = self.reach(session, at) if query.everywhere else [at]
        question = self._owners.roster.get(
            "/find",
            FoundPeople,
            reach=",".join(schools),
            text=query.text,
            kinds=query.kind or "",
            grade=query.grade,
            homeroom=query.homeroom,
            offset=query.offset,
            limit=limit,
        )
        try:
            return await question, True
        except (NoAnswer, Refused):
            return last_heard(await self._reading.roster(at), query, limit=limit), False

    async def find(self, school: SchoolId, asked_for: dict[str, str | int]) -> FoundPeople:
        """The roster's search as a program asks it. Raises WebProblem."""
        return await asked(
            self._owners.roster.get("/find", FoundPeople, school=school, **asked_for)
        )

    async def quality(self, school: SchoolId, *, code: str = "", limit: int) -> QualityReport:
        """Raises WebProblem."""
        return await asked(
            self._owners.roster.get(
                "/quality", QualityReport, school=school, code=code, limit=limit
            )
        )

    async def paper(self, school: SchoolId) -> PaperState:
        """Raises WebProblem."""
        return await asked(self._owners.roster.get("/paper", PaperState, school=school))

    async def print(self, wanted: PrintPaper) -> Printed:
        """A PDF. Raises WebProblem not_found for a class of another school."""
        return await asked(self._owners.roster.post("/paper", wanted, Printed))
