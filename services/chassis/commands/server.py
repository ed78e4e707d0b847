"""The HTTP server of a service: commands in, the log out, health and figures beside them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
from aiohttp import web

from schemas.commands import Command
from schemas.identifiers import SchoolId
from schemas.replies import EventPage, Heads, Reply
from services.chassis import metrics as figures
from services.chassis.clock import Clock
from services.chassis.commands.guard import (
    COMMAND_DEADLINE,
    UPLOAD_DEADLINE,
    Guard,
    Handler,
    problem_response,
)
from services.chassis.commands.problems import ProblemError, bad_body
from services.chassis.commands.service_tokens import Gate
from services.chassis.commands.tokens import Tokens
from services.chassis.health import Health

BODY_CAP = 1 << 20
PAGE_CAP = 1000
ID_CAP = 200


@dataclass(frozen=True)
class Route:
    """Who answers one command. handle raises NotNow or ProblemError when it cannot."""

    command: type[Command]
    handle: Callable[[Any], Awaitable[Reply]]


@dataclass(frozen=True)
class Query:
    """Who answers one path; handle reads request.query, or request.content of a POST."""

    path: str
    handle: Callable[[web.Request], Awaitable[msgspec.Struct | list[Any] | web.StreamResponse]]


class OwnLog(Protocol):
    """What /heads, /events and /state read; the ledger of the service."""

    def heads(self) -> Heads: ...

    async def events(self, school: SchoolId, after: int, limit: int) -> EventPage: ...

    async def state_reply(self, school: SchoolId) -> msgspec.Struct: ...


def build_app(
    *,
    service: str,
    tokens: Tokens,
    clock: Clock,
    commands: Sequence[Route] = (),
    queries: Sequence[Query] = (),
    posts: Sequence[Query] = (),
    ledger: OwnLog | None = None,
    health: Health,
    metrics: figures.Metrics,
    body_deadline: float = COMMAND_DEADLINE,
) -> web.Application:
    """Everything a service answers; a service token opens all but health and figures.

    commands: one POST /commands for all of them, told apart by `kind`. ledger: adds GET /heads,
    /events?school&after&limit and /state?school. Bodies are capped at 1 MiB; a handler of
    `posts` that reads request.content itself sets its own cap. body_deadline: seconds for the
    body of a command; a post has at least 120.
    """
    app = web.Application(client_max_size=BODY_CAP)
    guard = Guard(gate=Gate(tokens=tokens, clock=clock), metrics=metrics)

    answered: set[tuple[str, str]] = set()

    def add(method: str, path: str, handler: Handler, deadline: float = body_deadline) -> None:
        # The router would take both and ask the first alone.
        if (method, path) in answered:
            raise ValueError(f"{method} {path} is answered twice")
        answered.add((method, path))
        app.router.add_route(method, path, guard.around(path, handler, deadline))

    if commands:
        add("POST", "/commands", _commands(commands))
    for query in queries:
        add("GET", query.path, query.handle)
    for post in posts:
        add("POST", post.path, post.handle, max(body_deadline, UPLOAD_DEADLINE))
    for path, handler in _log_paths(ledger):
        add("GET", path, handler)
    app.router.add_get("/health/live", health.live)
    app.router.add_get("/health/ready", health.ready)
    app.router.add_get("/metrics", _figures(metrics))
    app.router.add_route("*", "/{path:.*}", _no_such_path)
    return app


def _commands(routes: Sequence[Route]) -> Handler:
    handlers = {route.command: route.handle for route in routes}
    union: Any = routes[0].command
    for route in routes[1:]:
        union = union | route.command
    # Built once per application: a union's decoder costs more than a thousand commands.
    decoder = msgspec.json.Decoder(union)

    async def handle(request: web.Request) -> msgspec.Struct:
        body = await request.read()
        try:
            command = decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise bad_body(error) from None
        return await handlers[type(command)](command)

    return handle


def _log_paths(ledger: OwnLog | None) -> list[tuple[str, Handler]]:
    if ledger is None:
        return []

    async def heads(_request: web.Request) -> msgspec.Struct:
        return ledger.heads()

    async def events(request: web.Request) -> msgspec.Struct:
        after, limit = number(request, "after", 0), number(request, "limit", PAGE_CAP)
        return await ledger.events(school_of(request), after, min(max(limit, 1), PAGE_CAP))

    async def state(request: web.Request) -> msgspec.Struct:
        return await ledger.state_reply(school_of(request))

    return [("/heads", heads), ("/events", events), ("/state", state)]


def school_of(request: web.Request) -> SchoolId:
    """The school that a query asks about. Raises ProblemError 400."""
    return SchoolId(identifier(request, "school"))


def identifier(request: web.Request, name: str) -> str:
    """An id that a query names. Raises ProblemError 400, also for what can be no id."""
    text = request.query.get(name, "")
    if not text:
        raise ProblemError(400, "bad_query", f"{name}: missing.")
    # PostgreSQL takes no NUL and no lone surrogate; neither is printable.
    if len(text) > ID_CAP or not text.isprintable():
        raise ProblemError(400, "bad_query", f"{name}: not an id.")
    return text


def number(request: web.Request, name: str, default: int) -> int:
    """A whole number ≥ 0 of the query. Raises ProblemError 400."""
    text = request.query.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ProblemError(400, "bad_query", f"{name}: not a whole number.")
    return int(text)


def _figures(metrics: figures.Metrics) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(_request: web.Request) -> web.Response:
        return web.Response(body=metrics.render(), headers={"Content-Type": figures.CONTENT_TYPE})

    return handle


async def _no_such_path(_request: web.Request) -> web.Response:
    return problem_response(ProblemError(404, "not_found", "No such path or method."))
