"""Connections that are cut when a request's head does not arrive in time (slowloris)."""

import asyncio
from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

HEAD_DEADLINE = 10.0


class Deadlined(RequestHandler):
    """aiohttp's connection, with a deadline from the first byte of a head to its last."""

    __slots__ = ("_head_deadline", "_head_timer")

    def __init__(self, *args: Any, head_deadline: float, **options: Any) -> None:
        super().__init__(*args, **options)
        self._head_deadline = head_deadline
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._arm()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._messages or self._request_in_progress or self._current_request is not None:
            self._disarm()
        elif self._head_timer is None:
            self._arm()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._disarm()
        super().connection_lost(exc)

    def _arm(self) -> None:
        loop = asyncio.get_running_loop()
        self._head_timer = loop.call_later(self._head_deadline, self._cut)

    def _disarm(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _cut(self) -> None:
        self._head_timer = None
        transport = self.transport
        if isinstance(transport, asyncio.Transport):
            transport.abort()


def connection_factory(server: web.Server, head_deadline: float = HEAD_DEADLINE) -> Any:
    """What `loop.create_server` calls for each connection of an application's server."""
    # After a refusal the rest of a body is read for a second only.
    options = {"access_log": None, "keepalive_timeout": 75.0, "lingering_time": 1.0}

    def connect() -> Deadlined:
        return Deadlined(
            server,
            loop=asyncio.get_running_loop(),
            head_deadline=head_deadline,
            **options,
        )

    return connect
