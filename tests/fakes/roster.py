"""A roster service in memory: two homerooms, one scheduled class, answers over real HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from schemas.identifiers import ClassId, PersonId, SchoolId
from schemas.roster import Imported, RosterSnapshot, School, SchoolClass, StaffMember, Student
from services.chassis.clock import Clock
from services.chassis.commands import ProblemError, Query, Tokens, Unavailable, build_app
from services.chassis.health import Health
from services.chassis.metrics import Metrics
from services.chassis.process import run_http
from tests.fakes.owner import FakeOwner, LedgerView

HOMEROOMS = (ClassId("homeroom-1"), ClassId("homeroom-2"))
ELECTIVE = ClassId("elective")
HOMELESS = tuple(PersonId(f"student-2-{n}") for n in range(3))
"""Students without a homeroom, all in the elective."""


def students_of(number: int, count: int = 4) -> tuple[PersonId, ...]:
    """Ids of a homeroom's students."""
    return tuple(PersonId(f"student-{number}-{n}") for n in range(count))


def snapshot_of(school: SchoolId, version: int = 1) -> RosterSnapshot:
    """Two homerooms of four, and three students who are only in the elective."""
    homed = [
        Student(id=one, given="Given", family=one, homeroom=home, classes=(ELECTIVE,))
        for number, home in enumerate(HOMEROOMS)
        for one in students_of(number)
    ]
    homeless = [Student(id=one, given="Given", family=one, classes=(ELECTIVE,)) for one in HOMELESS]
    return RosterSnapshot(
        school=School(id=school, source_id="s", name="Lincoln Elementary", version=version),
        version=version,
        classes=(
            *(SchoolClass(id=one, title=one, type="homeroom", room=one) for one in HOMEROOMS),
            SchoolClass(id=ELECTIVE, title="Band", type="scheduled"),
        ),
        students=(*homed, *homeless),
        staff=(StaffMember(id=PersonId("teacher"), source_id="t", given="T", family="T"),),
    )


class FakeRoster:
    """One school's roster; `down` makes it answer 503, `unknown` 404."""

    def __init__(self, school: SchoolId) -> None:
        self.school = school
        self.down = False
        self.unknown = False
        self.log = FakeOwner(owner="roster")
        self.snapshot = snapshot_of(school)

    def import_version(self, version: int) -> None:
        """A new version holds."""
        self.snapshot = snapshot_of(self.school, version)
        self.log.append(self.school, Imported(version=version, students=11, staff=1, guardians=0))

    @asynccontextmanager
    async def serving(self, *, key: str, clock: Clock) -> AsyncIterator[str]:
        """Its URL while the context holds."""
        app = build_app(
            service="roster",
            tokens=Tokens(key),
            clock=clock,
            queries=self.queries(),
            ledger=LedgerView(self.log),
            health=Health("roster"),
            metrics=Metrics("roster"),
        )
        async with run_http(app, "127.0.0.1", 0) as port:
            yield f"http://127.0.0.1:{port}"

    def queries(self) -> tuple[Query, ...]:
        """What it answers."""
        return (Query("/snapshot", self._snapshot),)

    async def _snapshot(self, _request: web.Request) -> RosterSnapshot:
        if self.down:
            raise Unavailable("down")
        if self.unknown:
            raise ProblemError(404, "not_found")
        return self.snapshot
