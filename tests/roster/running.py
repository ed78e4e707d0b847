"""The roster service as a process would run it, on a real database, spoken to over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import msgspec

from schemas.identifiers import PersonId, SchoolId
from schemas.replies import Reply
from schemas.roster import (
    ApplyImport,
    Audience,
    Contact,
    RosterSnapshot,
    School,
    StagedImport,
    StudentLink,
)
from schemas.vocabulary import Actor
from services.chassis.commands import ServiceClient, Tokens, open_session
from services.cli.embedded.ports import free_ports
from services.roster.settings import Settings
from services.roster.wiring import wire
from tests.chassis_fixtures import Database
from tests.fakes.clock import SettableClock
from tests.roster.packages import write_zip

OFFICE = Actor(person=PersonId("office-1"), roles=("office",), device="desk")
TEACHER = Actor(person=PersonId("teacher-1"), roles=("teacher",), device="phone")


@dataclass
class Running:
    """One running roster service and a client of it."""

    client: ServiceClient
    settings: Settings
    clock: SettableClock
    folder: Path
    database: Database
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

    async def upload(self, files: Mapping[str, str | bytes]) -> StagedImport:
        return await self.post(write_zip(self.folder / "upload.zip", files).read_bytes())

    async def post(self, body: bytes) -> StagedImport:
        return await self.client.post("/imports", body, StagedImport)

    async def apply(
        self, staged: StagedImport, *, actor: Actor = OFFICE, allow_removals: bool = False
    ) -> Reply:
        command = ApplyImport(
            op_id=self.op(),
            school=SchoolId(""),
            actor=actor,
            import_id=staged.id,
            allow_removals=allow_removals,
        )
        return await self.client.send(command, timeout=60.0)

    async def take(
        self, files: Mapping[str, str | bytes], *, allow_removals: bool = False
    ) -> Reply:
        """Upload and apply."""
        return await self.apply(await self.upload(files), allow_removals=allow_removals)

    async def schools(self) -> list[School]:
        return await self.client.get("/schools", list[School])

    async def school(self, name: str = "School") -> School:
        return next(school for school in await self.schools() if school.name == name)

    async def snapshot(self, name: str = "School", version: int = 0) -> RosterSnapshot:
        school = await self.school(name)
        return await self.client.get("/snapshot", RosterSnapshot, school=school.id, version=version)

    async def audience(self, name: str = "School") -> Audience:
        return await self.client.get("/audience", Audience, school=(await self.school(name)).id)

    async def guardian(self, number: int = 0) -> tuple[Contact, StudentLink]:
        """A guardian of the first school and their first link."""
        contact = (await self.audience()).guardians[number]
        return contact, contact.links[0]

    async def events(self, school: SchoolId) -> list[str]:
        page = await self.client.events(school, 0, 100)
        return [msgspec.json.decode(wire)["type"] for wire in page.events]

    async def await_events(self, school: SchoolId, count: int, deadline: float = 60.0) -> None:
        """Fails when the log has not so many events in time."""
        async with asyncio.timeout(deadline):
            while len(await self.events(school)) < count:  # noqa: ASYNC110 -- over HTTP
                await asyncio.sleep(0.01)

    async def connect(self) -> asyncpg.Connection[asyncpg.Record]:
        """The database as the service's own role sees it."""
        return await asyncpg.connect(
            self.database.url("roster"), server_settings={"search_path": "roster"}
        )


@asynccontextmanager
async def running(
    database: Database,
    folder: Path,
    *,
    incident_url: str = "",
    pull_hosts: tuple[str, ...] = (),
) -> AsyncIterator[Running]:
    """A service on a free port with its own data folder, stopped with the context."""
    (port,) = free_ports(1)
    settings = Settings(
        service_key=database.service_key,
        database_url=database.url("roster"),
        port=port,
        data=str(folder / "data"),
        incident_url=incident_url or "http://127.0.0.1:9",
        pull_hosts=pull_hosts,
    )
    clock, tokens = SettableClock(), Tokens(settings.service_key)
    async with open_session() as session:
        url = f"http://127.0.0.1:{port}"
        client = ServiceClient(caller="web", url=url, tokens=tokens, clock=clock, session=session)
        service = Running(
            client=client, settings=settings, clock=clock, folder=folder, database=database
        )
        await service.start()
        try:
            yield service
        finally:
            await service.stop()
