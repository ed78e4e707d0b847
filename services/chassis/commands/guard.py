"""Around every handler: the token before it, a problem with a code after it, never a trace."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from services.chassis.commands.problems import CONTENT_TYPE, NotNow, ProblemError, Unavailable
from services.chassis.commands.service_tokens import Gate
from services.chassis.commands.tokens import BadToken
from services.chassis.logs import log, where
from services.chassis.metrics import Metrics

Answer = msgspec.Struct | list[Any] | web.StreamResponse
Handler = Callable[[web.Request], Awaitable[Answer]]

JSON = "application/json"
# A whole body has to be here by then; an import of a district takes a tenth of it.
UPLOAD_DEADLINE = 120.0
COMMAND_DEADLINE = 10.0


class Guard:
    """Wraps the handlers of one application."""

    def __init__(self, *, gate: Gate, metrics: Metrics) -> None:
        self._gate = gate
        self._encoder = msgspec.json.Encoder()
        self._seconds = metrics.histogram(
            "muster_http_seconds", "Seconds from a request's head to its answer.", ["route"]
        )
        self._problems = metrics.counter(
            "muster_http_problems_total", "Requests answered with a problem.", ["route", "code"]
        )

    def around(
        self, route: str, handler: Handler, deadline: float = COMMAND_DEADLINE
    ) -> Callable[[web.Request], Awaitable[Any]]:
        """The handler as aiohttp wants it. deadline: seconds for a body that comes in pieces."""
        seconds = self._seconds.labels(route)
        encoder = self._encoder

        async def guarded(request: web.Request) -> web.StreamResponse:
            began = time.perf_counter()
            try:
                self._gate.caller(request.headers.get("Authorization", ""))
                said = await _in_time(request, handler, deadline)
            except Exception as error:
                return self._refused(route, error)
            finally:
                seconds.observe(time.perf_counter() - began)
            if isinstance(said, web.StreamResponse):
                return said
            return answer(encoder.encode(said))

        return guarded

    def _refused(self, route: str, error: Exception) -> web.Response:
        problem = _as_problem(error)
        self._problems.labels(route, problem.code).inc()
        if problem.status >= 500 and not isinstance(error, NotNow | Unavailable):
            log.error(
                "request_failed",
                route=route,
                code=problem.code,
                error_type=type(error).__name__,
                where=where(error),
            )
        elif problem.status < 500:
            log.info("request_refused", route=route, code=problem.code, status=problem.status)
        return problem_response(problem)


async def _in_time(request: web.Request, handler: Handler, deadline: float) -> Answer:
    # Nearly every command arrives in one segment: then no timer is needed.
    if request.content.is_eof():
        return await handler(request)
    try:
        async with asyncio.timeout(deadline):
            return await handler(request)
    except TimeoutError:
        if request.content.is_eof():
            raise
        raise ProblemError(408, "body_too_slow", "The body did not arrive in time.") from None


def answer(body: bytes, status: int = 200, content_type: str = JSON) -> web.Response:
    """A JSON answer from bytes."""
    return web.Response(body=body, status=status, content_type=content_type)


def problem_response(problem: ProblemError) -> web.Response:
    """problem+json with Retry-After where asking again helps."""
    response = answer(msgspec.json.encode(problem.problem()), problem.status, CONTENT_TYPE)
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(max(1, round(problem.retry_after)))
    if problem.status in {408, 413}:
        response.force_close()
    return response


def _as_problem(error: Exception) -> ProblemError:
    match error:
        case ProblemError():
            return error
        case NotNow() | Unavailable():
            return ProblemError(503, error.code, retry_after=error.retry_after)
        case BadToken():
            return ProblemError(401, error.code)
        case web.HTTPRequestEntityTooLarge():
            return ProblemError(413, "body_too_large", "A body has at most 1 MiB.")
        case web.HTTPException():
            return ProblemError(error.status, "bad_request")
    return ProblemError(500, "internal")
