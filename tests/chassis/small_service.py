"""A service with one command for each way that a handler can end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import msgspec
from aiohttp import web

from schemas.commands import Command
from schemas.identifiers import EventId, PersonId, SchoolId
from schemas.replies import EventPage, Heads, Reply, StateReply
from schemas.vocabulary import Actor
from services.chassis.commands import (
    NotNow,
    ProblemError,
    Query,
    Route,
    ServiceClient,
    Tokens,
    build_app,
    open_session,
)
from services.chassis.health import Health
from services.chassis.metrics import Metrics
from services.chassis.process import run_http
from tests.fakes.clock import SCHOOL_MORNING, SettableClock

KEY = "a key of the tests, long enough to be one"
SCHOOL = SchoolId("s1")
OFFICE = Actor(person=PersonId("p1"), roles=("office",), device="desk")


class Ring(Command, frozen=True, kw_only=True, tag="bell.ring"):
    """Accepted. tower: a nested struct, so that a bad field has a path."""

    times: int = 1
    tower: Actor = OFFICE


class Rest(Command, frozen=True, kw_only=True, tag="bell.rest"):
    """Ends as `how` says."""

    how: str


class OnStandBy(NotNow):
    code = "stand_by"
    retry_after = 2.0


class EmptyLog:
    """A log without events at position 7."""

    def heads(self) -> Heads:
        return Heads(owner="bell", lineage="l1", epoch=1, heads={SCHOOL: 7})

    async def events(self, school: SchoolId, after: int, limit: int) -> EventPage:
        return EventPage(owner="bell", lineage="l1", head=after + limit, events=[])

    async def state_reply(self, school: SchoolId) -> StateReply:
        return StateReply(owner="bell", lineage="l1", pos=7, state=msgspec.Raw(b'{"rung":7}'))


async def ring(command: Ring) -> Reply:
    return Reply(
        status="accepted", pos=command.times, at=SCHOOL_MORNING, events=(EventId(command.op_id),)
    )


async def rest(command: Rest) -> Reply:
    endings: dict[str, Exception] = {
        "stand_by": OnStandBy(),
        "problem": ProblemError(409, "bell_is_out", "The bell is being mended."),
        "bug": ValueError(f"row ({command.actor.person})"),
    }
    raise endings[command.how]


async def echo(request: web.Request) -> web.StreamResponse:
    """POST /echo: the number of bytes streamed in."""
    count = 0
    async for chunk in request.content.iter_any():
        count += len(chunk)
    return web.json_response({"rung": count})


async def towers(_request: web.Request) -> list[Actor]:
    return [OFFICE]


@dataclass
class SmallService:
    """The running service and a way to it. connections: opened since the start."""

    url: str
    client: ServiceClient
    session: aiohttp.ClientSession
    clock: SettableClock
    tokens: Tokens
    metrics: Metrics = field(default_factory=lambda: Metrics("bell"))


@asynccontextmanager
async def small_service(
    *, head_deadline: float = 5.0, body_deadline: float = 5.0
) -> AsyncIterator[SmallService]:
    """Serve on a free port of loopback."""
    clock, tokens, metrics = SettableClock(), Tokens(KEY), Metrics("bell")
    app = build_app(
        service="bell",
        tokens=tokens,
        clock=clock,
        commands=[Route(Ring, ring), Route(Rest, rest)],
        queries=[Query("/towers", towers)],
        posts=[Query("/echo", echo)],
        ledger=EmptyLog(),
        health=Health("bell"),
        metrics=metrics,
        body_deadline=body_deadline,
    )
    async with run_http(app, "127.0.0.1", 0, head_deadline=head_deadline) as port:
        url = f"http://127.0.0.1:{port}"
        async with open_session() as session:
            client = ServiceClient(
                caller="web", url=url, tokens=tokens, clock=clock, session=session
            )
            yield SmallService(url, client, session, clock, tokens, metrics)
