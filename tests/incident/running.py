"""The incident service as a process would run it, on a real database, spoken to over HTTP."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from schemas.identifiers import SchoolId
from schemas.incident import ActionCall, Close, Declare, SchoolIncidents
from schemas.replies import Reply
from schemas.vocabulary import Actor, IncidentMode
from services.chassis.commands import ServiceClient, Tokens, open_session
from services.cli.embedded.ports import free_ports
from services.incident.settings import Settings
from services.incident.wiring import wire
from tests.chassis_fixtures import Database
from tests.fakes.clock import SettableClock
from tests.incident.scenes import OFFICE, SCHOOL


@dataclass
class Running:
    """One running service and a client of it."""

    client: ServiceClient
    settings: Settings
    tokens: Tokens
    clock: SettableClock
    ops: int = 0
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        await self._stack.enter_async_context(wire(self.settings, self.clock))

    async def stop(self) -> None:
        await self._stack.aclose()
        self._stack = AsyncExitStack()

    def op(self) -> str:
        self.ops += 1
        return f"op-{self.ops:06}"

    async def declare(
        self, action: ActionCall, mode: IncidentMode = "live", actor: Actor = OFFICE, **more: Any
    ) -> Reply:
        command = {"op_id": self.op(), "school": SCHOOL, **more}
        return await self.client.send(Declare(actor=actor, mode=mode, action=action, **command))

    async def close(self, reply: Reply, actor: Actor = OFFICE) -> Reply:
        assert reply.incident is not None
        return await self.client.send(
            Close(op_id=self.op(), school=SCHOOL, actor=actor, incident=reply.incident)
        )

    async def state(self, school: SchoolId = SCHOOL) -> SchoolIncidents:
        reply = await self.client.state(school)
        return msgspec.json.decode(reply.state, type=SchoolIncidents)


@asynccontextmanager
async def running(
    database: Database,
    *,
    roster_url: str = "",
    accountability_url: str = "",
    nats_url: str = "",
    start: bool = True,
) -> AsyncIterator[Running]:
    """A service on a free port, stopped with the context."""
    (port,) = free_ports(1)
    settings = Settings(
        service_key=database.service_key,
        database_url=database.url("incident"),
        port=port,
        roster_url=roster_url,
        accountability_url=accountability_url,
        nats_url=nats_url,
    )
    clock, tokens = SettableClock(), Tokens(settings.service_key)
    async with open_session() as session:
        url = f"http://127.0.0.1:{port}"
        client = ServiceClient(caller="web", url=url, tokens=tokens, clock=clock, session=session)
        service = Running(client=client, settings=settings, tokens=tokens, clock=clock)
        if start:
            await service.start()
        try:
            yield service
        finally:
            await service.stop()
