"""A roster service with a log and snapshots in memory, over the same HTTP as the real one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec
from aiohttp import web

from schemas.envelope import ENCODER, Envelope
from schemas.identifiers import PersonId, SchoolId, event_id
from schemas.registry import event_type
from schemas.replies import EventPage, Heads, StateReply
from schemas.roster import Imported, RosterSnapshot, School, StaffMember
from services.chassis.clock import Clock
from services.chassis.commands import ProblemError, Query, Tokens, build_app, school_of
from services.chassis.health import Health
from services.chassis.metrics import Metrics
from services.chassis.process import run_http

KIND = event_type(Imported)


@dataclass
class PaperRoster:
    """Fulfils the chassis' OwnLog; `lineage` changes when it was restored."""

    clock: Clock
    lineage: str = "first"
    staff: dict[SchoolId, tuple[StaffMember, ...]] = field(default_factory=dict)
    logs: dict[SchoolId, list[Envelope]] = field(default_factory=dict)

    def imported(self, school: SchoolId, *staff: StaffMember, by: str = "system") -> None:
        """A new version with these people. by: who imported it, the operator by default."""
        self.staff[school] = staff
        log = self.logs.setdefault(school, [])
        pos = len(log) + 1
        data = Imported(version=pos, students=0, staff=len(staff), guardians=0)
        envelope = Envelope(
            id=event_id("roster", school, "system", f"{self.lineage}-{pos}", KIND, 0),
            source="muster/roster",
            type=KIND,
            time=self.clock.now(),
            school=school,
            pos=pos,
            mode="admin",
            actor=PersonId(by),
            op_id=f"import-{pos:06}",
            data=msgspec.Raw(msgspec.json.encode(data)),
        )
        log.append(envelope)

    def heads(self) -> Heads:
        heads = {school: len(log) for school, log in self.logs.items()}
        return Heads(owner="roster", lineage=self.lineage, epoch=1, heads=heads)

    async def events(self, school: SchoolId, after: int, limit: int) -> EventPage:
        log = self.logs.get(school, [])
        page = [msgspec.Raw(ENCODER.encode(event)) for event in log[after : after + limit]]
        return EventPage(owner="roster", lineage=self.lineage, head=len(log), events=page)

    async def state_reply(self, school: SchoolId) -> StateReply:
        pos = len(self.logs.get(school, []))
        state = msgspec.Raw(msgspec.json.encode({"version": pos}))
        return StateReply(owner="roster", lineage=self.lineage, pos=pos, state=state)

    async def snapshot(self, request: web.Request) -> RosterSnapshot:
        school = school_of(request)
        if school not in self.staff:
            raise ProblemError(404, "unknown_school")
        version = len(self.logs[school])
        place = School(id=school, source_id="1", name="North", version=version)
        return RosterSnapshot(
            school=place, version=version, classes=(), students=(), staff=self.staff[school]
        )


@asynccontextmanager
async def serving(roster: PaperRoster, tokens: Tokens) -> AsyncIterator[str]:
    """Yields its URL."""
    app = build_app(
        service="roster",
        tokens=tokens,
        clock=roster.clock,
        queries=[Query("/snapshot", roster.snapshot)],
        ledger=roster,
        health=Health("roster"),
        metrics=Metrics("roster"),
    )
    async with run_http(app, "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}"
