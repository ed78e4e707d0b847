"""Real sinks on free ports, in this process, for tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.chassis.clock import SystemClock
from services.chassis.health import Health
from services.chassis.metrics import Metrics
from services.chassis.process import run_http
from services.sinks.domain.knobs import Knobs
from services.sinks.domain.sent import Outbox, Sent
from services.sinks.handlers import Sinks
from services.sinks.routes import build
from services.sinks.sockets import run_smtp


@dataclass
class RunningSinks:
    """A mail server and a text gateway."""

    sinks: Sinks
    http: int
    smtp: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http}"

    @property
    def only(self) -> frozenset[tuple[str, int]]:
        return frozenset({("127.0.0.1", self.http), ("127.0.0.1", self.smtp)})

    @property
    def sent(self) -> list[Sent]:
        """Newest first."""
        return self.sinks.outbox.listing(100_000).messages

    def turn(self, **knobs: float) -> None:
        self.sinks.knobs = Knobs(**knobs)


@asynccontextmanager
async def running_sinks(keep: int = 5_000) -> AsyncIterator[RunningSinks]:
    sinks = Sinks(outbox=Outbox(keep), knobs=Knobs(), seed=7, clock=SystemClock())
    app = build(sinks, Health("sinks"), Metrics("sinks"))
    async with run_smtp(sinks, "127.0.0.1", 0) as smtp, run_http(app, "127.0.0.1", 0) as http:
        yield RunningSinks(sinks, http, smtp)
