"""Accountability as a process would run it, beside the real incident service and a roster."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from schemas.accountability import (
    Account,
    AccountAnswer,
    Accounting,
    Mark,
    OpenClass,
    Rest,
    SchoolAccounting,
)
from schemas.identifiers import ClassId, IncidentId, PersonId
from schemas.incident import ActionCall
from schemas.replies import Reply
from schemas.vocabulary import Actor, PersonState
from services.accountability.settings import Settings
from services.accountability.wiring import wire
from services.chassis.commands import ServiceClient, Tokens, open_session
from services.cli.embedded.ports import free_ports
from tests.chassis_fixtures import Database
from tests.conditions import eventually
from tests.fakes.roster import FakeRoster
from tests.incident.running import Running as RunningIncident
from tests.incident.running import running as running_incident
from tests.incident.scenes import SCHOOL

TEACHER = Actor(person=PersonId("teacher-1"), roles=("teacher",), device="phone-1")
OTHER = Actor(person=PersonId("teacher-2"), roles=("teacher",), device="phone-2")


@dataclass
class Scene:
    """Three services and a client of accountability."""

    client: ServiceClient
    settings: Settings
    incident: RunningIncident
    roster: FakeRoster
    ops: int = 0
    counters: dict[str, int] = field(default_factory=dict)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        """Start accountability; a stand-by becomes active once its lock is free."""
        await self._stack.enter_async_context(wire(self.settings, self.incident.clock))

    async def stop(self) -> None:
        await self._stack.aclose()
        self._stack = AsyncExitStack()

    def op(self) -> str:
        self.ops += 1
        return f"op-acc-{self.ops:06}"

    def n(self, actor: Actor) -> int:
        """The device's next counter."""
        self.counters[actor.device] = self.counters.get(actor.device, 0) + 1
        return self.counters[actor.device]

    async def evacuate(self) -> IncidentId:
        """A live Evacuate whose population is known."""
        reply = await self.incident.declare(ActionCall(kind="evacuate", location="Field"))
        assert reply.incident is not None
        incident = reply.incident
        await eventually(lambda: self._is_known(incident))
        return incident

    async def _is_known(self, incident: IncidentId) -> bool:
        return any(one.incident == incident and one.rows for one in await self.accountings())

    async def accountings(self) -> tuple[Accounting, ...]:
        reply = await self.client.state(SCHOOL)
        return msgspec.json.decode(reply.state, type=SchoolAccounting).incidents

    async def states(self) -> dict[PersonId, PersonState]:
        """What shows for each student of the newest incident."""
        return {row.student: row.state for row in (await self.accountings())[-1].rows}

    async def mark(
        self,
        incident: IncidentId,
        student: PersonId,
        state: PersonState,
        actor: Actor = TEACHER,
        seen: int = 1,
        **more: Any,
    ) -> Reply:
        mark = Mark(student=student, state=state, n=self.n(actor), seen=seen)
        return await self.account(incident, actor, marks=(mark,), **more)

    async def rest(
        self,
        incident: IncidentId,
        class_id: ClassId,
        students: tuple[PersonId, ...],
        actor: Actor = TEACHER,
        seen: int = 1,
    ) -> Reply:
        rest = Rest(class_id=class_id, students=students, n=self.n(actor), seen=seen)
        return await self.account(incident, actor, rest=rest)

    async def account(self, incident: IncidentId, actor: Actor = TEACHER, **said: Any) -> Reply:
        said.setdefault("op_id", self.op())
        said.setdefault("school", SCHOOL)
        return await self.client.send(Account(actor=actor, incident=incident, **said))

    async def open_class(
        self, incident: IncidentId, class_id: ClassId, actor: Actor = TEACHER
    ) -> Reply:
        return await self.client.send(
            OpenClass(
                op_id=self.op(), school=SCHOOL, actor=actor, incident=incident, class_id=class_id
            )
        )


def answer_of(reply: Reply) -> AccountAnswer:
    """What an accepted mark was answered with."""
    assert reply.status == "accepted", reply.code
    assert reply.answer is not None
    return msgspec.json.decode(reply.answer, type=AccountAnswer)


@asynccontextmanager
async def running(
    database: Database, *, nats_url: str = "", roster: FakeRoster | None = None
) -> AsyncIterator[Scene]:
    """The three services on free ports, stopped with the context."""
    roster = roster or FakeRoster(SCHOOL)
    async with AsyncExitStack() as stack:
        (port,) = free_ports(1)
        here = f"http://127.0.0.1:{port}"
        incident = await stack.enter_async_context(
            running_incident(database, nats_url=nats_url, accountability_url=here)
        )
        url = await stack.enter_async_context(
            roster.serving(key=database.service_key, clock=incident.clock)
        )
        settings = Settings(
            service_key=database.service_key,
            database_url=database.url("accountability"),
            port=port,
            nats_url=nats_url,
            roster_url=url,
            incident_url=f"http://127.0.0.1:{incident.settings.port}",
        )
        session = await stack.enter_async_context(open_session())
        client = ServiceClient(
            caller="web",
            url=here,
            tokens=Tokens(settings.service_key),
            clock=incident.clock,
            session=session,
        )
        scene = Scene(client=client, settings=settings, incident=incident, roster=roster)
        await scene.start()
        try:
            yield scene
        finally:
            await scene.stop()
