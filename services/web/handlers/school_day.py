"""The school day as web reads it of the roster; zones and campus stay at hand for a start."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from typing import TypeVar
from urllib.parse import urlencode

from schemas.identifiers import PersonId, SchoolId
from schemas.identity import Session
from schemas.roster import School
from schemas.roster_day import ExpectedList
from schemas.roster_day_facts import AttendanceReport, SchoolDay, SchoolGround, StudentsFound
from services.web.domain.access import allows
from services.web.domain.problems import WebProblem, too_large
from services.web.domain.revocation import RevocationBook
from services.web.handlers.asking import asked
from services.web.handlers.imports import Capped
from services.web.ports import NoAnswer, Owners, Refused

T = TypeVar("T")

LIST_CAP = 1 << 20
PATIENCE = 0.5
"""Seconds. A start page that knows no zones yet still starts the whole school."""


class SchoolDays:
    """Asks the roster. What a start page needs is asked ahead: the page never waits for it."""

    def __init__(self, owners: Owners, revocations: RevocationBook) -> None:
        self._owners = owners
        self._revocations = revocations
        self._grounds: dict[SchoolId, SchoolGround] = {}

    async def day(self, school: SchoolId, date: str = "") -> SchoolDay:
        """date: ISO, "" today. Raises WebProblem."""
        named = {"date": date} if date else {}
        return await asked(self._owners.roster.get("/day", SchoolDay, school=school, **named))

    async def expected(self, school: SchoolId, **asked_for: str) -> ExpectedList:
        """asked_for: version, at. Raises WebProblem."""
        named = {name: value for name, value in asked_for.items() if value}
        return await asked(
            self._owners.roster.get("/expected", ExpectedList, school=school, **named)
        )

    async def ground(self, school: SchoolId) -> SchoolGround:
        """As last heard; asked for once. Without an answer a school without zones."""
        if (known := self._grounds.get(school)) is not None:
            return known
        return await self.fresh_ground(school)

    async def fresh_ground(self, school: SchoolId) -> SchoolGround:
        try:
            async with asyncio.timeout(PATIENCE):
                ground = await self._owners.roster.get("/ground", SchoolGround, school=school)
        except (NoAnswer, Refused, TimeoutError):
            return self._grounds.get(school) or SchoolGround(school=school, zones={})
        self._grounds[school] = ground
        return ground

    async def neighbours(self, school: SchoolId, session: Session) -> list[SchoolId]:
        """Other schools of the campus where this person is an adult of the school."""
        campus = (await self.ground(school)).campus
        if campus is None:
            return []
        return [
            other
            for other in campus.schools
            if other != school and allows("staff", self._revocations.roles(session, other))
        ]

    async def reach(self, session: Session) -> list[School]:
        """Schools whose roster this person may change. Raises WebProblem."""
        schools = await asked(self._owners.roster.get("/schools", list[School]))
        return [
            school
            for school in schools
            if allows("district", self._revocations.roles(session, school.id))
        ]

    async def attendance(
        self, school: SchoolId, file: AsyncIterable[bytes], *, person: PersonId, op_id: str
    ) -> AttendanceReport:
        """A file of attendance, read and not recorded. Raises WebProblem.

        person, op_id: who will record it under which key; sent again it is the same act.
        """
        act = {"person": str(person), "op": op_id}
        return await self._post("/attendance", school, file, AttendanceReport, act)

    async def students(self, school: SchoolId, file: AsyncIterable[bytes]) -> StudentsFound:
        """Who the lines of a list or CSV are. Raises WebProblem."""
        return await self._post("/students", school, file, StudentsFound)

    async def _post(
        self,
        path: str,
        school: SchoolId,
        file: AsyncIterable[bytes],
        kind: type[T],
        named: Mapping[str, str] | None = None,
    ) -> T:
        body = Capped(file, LIST_CAP)
        asks = urlencode({"school": school, **(named or {})})
        try:
            return await asked(self._owners.roster.post(f"{path}?{asks}", body, kind))
        except WebProblem as problem:
            raise too_large(LIST_CAP) if body.over else problem from problem


async def lines(text: str) -> AsyncIterator[bytes]:
    """A pasted list as a body."""
    yield text.encode()
