"""Questions about people's own facts; who was shown custody facts or a plan is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.identifiers import PersonId, SchoolId
from schemas.roster_people import (
    AskExport,
    AssistancePlan,
    Families,
    PersonPage,
    RightsExport,
)
from schemas.roster_rights import FamilyMatch, VerifyFamilyCode
from services.roster.domain.custody.authority import SEES_ALL, may_export
from services.roster.domain.custody.codes import plain
from services.roster.domain.custody.files import written
from services.roster.ports.log import Clock
from services.roster.ports.own_facts import OwnFactStore


@dataclass(frozen=True, kw_only=True)
class PersonReading:
    """Every answer is None for what does not exist and for what is not the reader's to see."""

    facts: OwnFactStore
    clock: Clock

    async def page(
        self, school: SchoolId, person: PersonId, reader: PersonId, roles: Sequence[str]
    ) -> PersonPage | None:
        sight = await self.facts.sight(school, person, reader, roles)
        if sight is None or sight == "none":
            return None
        now = self.clock.now()
        page = await self.facts.page(school, person, sight, now)
        if shown := shown_on(page):
            await self.facts.keep_read(school, reader, shown, now)
        return page

    async def families(self, school: SchoolId, roles: Sequence[str]) -> Families | None:
        """Names and what is missing; orders and plans are on the person's page."""
        if SEES_ALL.isdisjoint(roles):
            return None
        return await self.facts.families(school, self.clock.now())

    async def helped(self, school: SchoolId, staff: PersonId) -> list[AssistancePlan]:
        plans = await self.facts.helped_by(school, staff)
        if plans:
            read = {plan.student.id: ("plan",) for plan in plans}
            await self.facts.keep_read(school, staff, read, self.clock.now())
        return plans

    async def export(self, asked: AskExport) -> RightsExport | None:
        if not may_export(asked.roles):
            return None
        rows, students = await self.facts.export(asked.school, asked.file)
        read = dict.fromkeys(students, ("export",))
        await self.facts.keep_read(asked.school, asked.reader, read, self.clock.now())
        return RightsExport(file=asked.file, content=written(asked.file, rows))

    async def verify(self, asked: VerifyFamilyCode) -> FamilyMatch | None:
        signs = plain(asked.code)
        if not signs:
            return None
        return await self.facts.verify(asked.school, signs, self.clock.now())


def shown_on(page: PersonPage) -> dict[PersonId, tuple[str, ...]]:
    """Whose custody facts or plan the page shows."""
    shown: dict[PersonId, tuple[str, ...]] = {}
    if page.student:
        custody = ("custody",) if page.contacts else ()
        shown[page.person.id] = custody + (("plan",) if page.plan else ())
    for pair in page.students:
        shown[pair.student.id] = ("custody",)
    return {person: read for person, read in shown.items() if read}
