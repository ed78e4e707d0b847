"""Puts the sinks together: one outbox behind a mail server and an HTTP server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.chassis.clock import SystemClock
from services.chassis.health import Health
from services.chassis.logs import log
from services.chassis.metrics import Metrics
from services.chassis.process import run_http
from services.sinks.domain.knobs import Knobs
from services.sinks.domain.sent import Outbox
from services.sinks.handlers import Sinks
from services.sinks.routes import build
from services.sinks.settings import Settings
from services.sinks.sockets import run_smtp


class NotADemo(Exception):
    """The sinks are for demos and tests on this machine; they listen on loopback only."""


@asynccontextmanager
async def wire(settings: Settings) -> AsyncIterator[None]:
    """Serve until the context ends."""
    if settings.host not in ("127.0.0.1", "::1"):
        raise NotADemo
    sinks = Sinks(
        outbox=Outbox(settings.keep),
        knobs=Knobs(
            latency_ms=settings.latency_ms,
            failure_share=settings.failure_share,
            busy_share=settings.busy_share,
            retry_after=settings.retry_after,
            drop_share=settings.drop_share,
        ),
        seed=settings.seed,
        clock=SystemClock(settings.clock),
    )
    app = build(sinks, Health("sinks"), Metrics("sinks"))
    async with (
        run_smtp(sinks, settings.host, settings.smtp_port) as smtp,
        run_http(app, settings.host, settings.port) as http,
    ):
        log.info("listening", port=http, part="http")
        log.info("listening", port=smtp, part="smtp")
        yield
