"""The HTTP side: a text gateway, a service address, the page of what was sent, the knobs."""

import math
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from services.chassis.health import Health
from services.chassis.metrics import CONTENT_TYPE, Metrics
from services.sinks.domain.knobs import Knobs
from services.sinks.domain.page import page, policy
from services.sinks.domain.sent import Channel
from services.sinks.domain.words import language_of
from services.sinks.handlers import Sinks

T = TypeVar("T")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

BODY_CAP = 64 * 1024
SHOWN = 200
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


class _Text(msgspec.Struct):
    to: str
    body: str
    reference: str = ""


class _Service(msgspec.Struct):
    title: str = ""
    message: str = ""


def build(sinks: Sinks, health: Health, metrics: Metrics) -> web.Application:
    """Everything the sinks answer over HTTP; only to this machine's own names."""
    app = web.Application(client_max_size=BODY_CAP, middlewares=[_local_names_only])
    routes = Routes(sinks, metrics)
    app.router.add_post("/sms", routes.text)
    app.router.add_post("/service", routes.service)
    app.router.add_get("/", routes.show)
    app.router.add_get("/sent.json", routes.listing)
    app.router.add_get("/knobs", routes.read_knobs)
    app.router.add_put("/knobs", routes.turn_knobs)
    app.router.add_delete("/sent", routes.clear)
    app.router.add_get("/health/live", health.live)
    app.router.add_get("/health/ready", health.ready)
    app.router.add_get("/metrics", routes.figures)
    return app


class Routes:
    """Handlers; each answers as a provider would."""

    def __init__(self, sinks: Sinks, metrics: Metrics) -> None:
        self._sinks = sinks
        self._metrics = metrics

    async def text(self, request: web.Request) -> web.StreamResponse:
        """POST {"to", "from", "body", "reference"}"""
        text = _decode(await request.read(), _Text)
        return await self._receive(
            request, "sms", to=text.to, body=text.body, key=f"sms:{text.reference}"
        )

    async def service(self, request: web.Request) -> web.StreamResponse:
        """POST {"title", "message"}, as a chat service's web hook."""
        said = _decode(await request.read(), _Service)
        return await self._receive(
            request, "service", to=request.path, body=said.message, subject=said.title
        )

    async def show(self, request: web.Request) -> web.Response:
        language = language_of(
            request.cookies.get("muster_language", ""), request.headers.get("Accept-Language", "")
        )
        text = page(self._sinks.outbox.listing(SHOWN), self._sinks.knobs, language)
        return web.Response(
            text=text, content_type="text/html", headers={"Content-Security-Policy": policy()}
        )

    async def listing(self, request: web.Request) -> web.Response:
        asked = request.query.get("limit", "")
        limit = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else SHOWN
        return _json(self._sinks.outbox.listing(limit))

    async def read_knobs(self, _request: web.Request) -> web.Response:
        return _json(self._sinks.knobs)

    async def turn_knobs(self, request: web.Request) -> web.Response:
        self._sinks.knobs = _decode(await request.read(), Knobs)
        return _json(self._sinks.knobs)

    async def clear(self, _request: web.Request) -> web.Response:
        self._sinks.forget()
        return web.Response(status=204)

    async def figures(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._metrics.render(), headers={"Content-Type": CONTENT_TYPE})

    async def _receive(
        self,
        request: web.Request,
        channel: Channel,
        *,
        to: str,
        body: str,
        subject: str = "",
        key: str = "",
    ) -> web.StreamResponse:
        match await self._sinks.receive(channel, to=to, body=body, subject=subject, key=key):
            case "take":
                return web.json_response({"accepted": True}, status=202)
            case "fail":
                return web.json_response({"error": "internal"}, status=500)
            case "busy":
                seconds = str(math.ceil(self._sinks.knobs.retry_after))
                return web.json_response(
                    {"error": "busy"}, status=429, headers={"Retry-After": seconds}
                )
            case "drop":
                if request.transport is not None:
                    request.transport.abort()
                return web.Response(status=202)


def _decode(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError:
        raise web.HTTPBadRequest(text='{"error": "bad_body"}') from None


def _json(thing: msgspec.Struct) -> web.Response:
    return web.Response(body=msgspec.json.encode(thing), content_type="application/json")


@web.middleware
async def _local_names_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    # A page elsewhere whose name was pointed at this machine must not read what was sent.
    host = urlsplit(f"//{request.headers.get('Host', '')}").hostname
    if host not in _LOCAL:
        raise web.HTTPMisdirectedRequest(text="This page answers to this machine only.")
    return await handler(request)
