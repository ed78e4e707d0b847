"""A notifier with everything around it: PostgreSQL, sinks, and neighbours served over HTTP."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from schemas.commands import Command
from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import SchoolId
from schemas.incident import Declared
from schemas.notifier import SchoolMessages
from schemas.replies import Reply
from schemas.roster import Audience, Imported
from services.chassis.clock import Clock, SystemClock
from services.chassis.commands import Query, ServiceClient, Tokens, build_app, school_of
from services.chassis.health import Health
from services.chassis.metrics import Metrics
from services.chassis.process import run_http
from services.cli.embedded.ports import free_ports
from services.notifier.settings import Settings
from services.notifier.wiring import wire
from tests.chassis_fixtures import SERVICE_KEY, Database
from tests.fakes.log import FakeLog
from tests.notifier.providers import RunningSinks
from tests.notifier.samples import INCIDENT, NOW, SCHOOL, audience


@dataclass
class Town:
    """The neighbours of a notifier. audiences: what the roster answers, by school;
    asked: how often it was."""

    database: Database
    sinks: RunningSinks
    clock: Clock
    incidents: FakeLog = field(default_factory=lambda: FakeLog("incident"))
    rosters: FakeLog = field(default_factory=lambda: FakeLog("roster"))
    audiences: dict[SchoolId, Audience] = field(default_factory=lambda: {SCHOOL: audience()})
    asked: int = 0
    incident_url: str = ""
    roster_url: str = ""

    def settings(self, **given: object) -> Settings:
        fields: dict[str, object] = {
            "service_key": SERVICE_KEY,
            "database_url": self.database.url("notifier"),
            "port": free_ports(1)[0],
            "demo": True,
            "web_url": "http://127.0.0.1:8000",
            "incident_url": self.incident_url,
            "roster_url": self.roster_url,
            "sinks_url": self.sinks.url,
            "sinks_smtp_url": f"smtp://127.0.0.1:{self.sinks.smtp}",
        }
        return Settings(**{**fields, **given})  # type: ignore[arg-type]

    def happens(
        self, data: Event, *, at: dt.datetime | None = None, school: SchoolId = SCHOOL
    ) -> Envelope:
        """An event of the incident service."""
        mode = data.mode if isinstance(data, Declared) else "drill"
        return self.incidents.append(
            data, school=school, mode=mode, at=at or self.clock.now(), incident=INCIDENT
        )


@dataclass
class RunningNotifier:
    """A notifier that serves, and a client of it."""

    client: ServiceClient

    async def messages(self, school: SchoolId = SCHOOL) -> SchoolMessages:
        return await self.client.get("/messages", SchoolMessages, school=school)

    async def send(self, command: Command) -> Reply:
        # Long enough for a plugin's first use on a busy machine.
        return await self.client.send(command, timeout=20.0)


@asynccontextmanager
async def town(database: Database, sinks: RunningSinks, clock: Clock) -> AsyncIterator[Town]:
    """Neighbours that answer; the roster has been imported once."""
    made = Town(database, sinks, clock)
    made.rosters.append(
        Imported(version=1, students=1, staff=2, guardians=2), school=SCHOOL, mode="admin", at=NOW
    )

    async def answer(request: web.Request) -> Audience:
        made.asked += 1
        return made.audiences[school_of(request)]

    async with AsyncExitStack() as stack:
        made.incident_url = await stack.enter_async_context(_served(made.incidents, ()))
        made.roster_url = await stack.enter_async_context(
            _served(made.rosters, (Query("/audience", answer),))
        )
        yield made


@asynccontextmanager
async def notifier(town: Town, **settings: object) -> AsyncIterator[RunningNotifier]:
    """A notifier process's worth of parts, in this loop."""
    given = town.settings(**settings)
    async with wire(given, town.clock), aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{given.port}"
        yield RunningNotifier(_client(url, session))


def _client(url: str, session: aiohttp.ClientSession) -> ServiceClient:
    return ServiceClient(
        caller="web", url=url, tokens=Tokens(SERVICE_KEY), clock=SystemClock(), session=session
    )


@asynccontextmanager
async def _served(log: FakeLog, queries: tuple[Query, ...]) -> AsyncIterator[str]:
    app = build_app(
        service="fake",
        tokens=Tokens(SERVICE_KEY),
        clock=SystemClock(),
        queries=queries,
        ledger=log,
        health=Health("fake"),
        metrics=Metrics("fake"),
    )
    async with run_http(app, "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}"
