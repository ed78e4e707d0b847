"""The connection to NATS: an accelerator that may be away for as long as it likes."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from services.chassis.logs import log

RETRY = 0.1
PING = 1
PROBE_TIMEOUT = 1.0
DEFAULT_PORT = 4222
# What nobody could send for so long is repaired by heads; it must not eat the memory.
OUTGOING_CAP = 10_000

Received = Callable[[bytes], None]


class Bus:
    """One connection of one process. name: shown on the server's monitor.

    Nothing waits for the server: `connect` returns at once and goes on in the background,
    `publish` drops what cannot go out now (followers fetch it), subscriptions made while the
    server is away become real when it comes.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._client: Client | None = None
        self._outgoing: deque[tuple[str, bytes]] = deque(maxlen=OUTGOING_CAP)
        self._wanted: list[_Subscription] = []
        self._woken: list[Callable[[], None]] = []
        self._something = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def connect(self, url: str) -> None:
        """Start connecting, for ever. url: nats://user:password@host:port; "" does nothing."""
        if url:
            self._tasks = [
                asyncio.create_task(self._keep_connecting(url)),
                asyncio.create_task(self._pump()),
            ]

    @property
    def connected(self) -> bool:
        """Whether something published now would go out."""
        return self._client is not None and self._client.is_connected

    def publish(self, subject: str, data: bytes) -> bool:
        """Send on core NATS. False: not connected, dropped, nothing buffered."""
        if not self.connected:
            return False
        self._outgoing.append((subject, data))
        self._something.set()
        return True

    async def subscribe(self, subject: str, received: Received) -> None:
        """Hand the bytes of every message to `received`, now and after each reconnect."""
        wanted = _Subscription(subject, received)
        self._wanted.append(wanted)
        if self._client is not None:
            await self._hold(wanted)

    def on_reconnect(self, woken: Callable[[], None]) -> None:
        """Call `woken` at the first connection and after every lost one: something was missed."""
        self._woken.append(woken)

    def jetstream(self, timeout: float) -> JetStreamContext | None:
        """JetStream over this connection; None while it is away."""
        client = self._client
        return client.jetstream(timeout=timeout) if client and client.is_connected else None

    async def close(self) -> None:
        """End; never waits for a server that is away."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        if self._client is not None:
            await _within(PROBE_TIMEOUT, self._client.close())
            self._client = None

    async def _keep_connecting(self, url: str) -> None:
        while True:
            try:
                # A refused first connect costs nats-py 2 s; a refused probe costs nothing.
                await _probe(url)
                self._client = await self._open(url)
                break
            except (OSError, TimeoutError, nats.errors.Error):
                await asyncio.sleep(RETRY)
        for wanted in list(self._wanted):
            await self._hold(wanted)
        await self._wake()

    async def _open(self, url: str) -> Client:
        return await nats.connect(
            url,
            name=self._name,
            error_cb=_ignore_error,
            disconnected_cb=self._gone,
            reconnected_cb=self._wake,
            connect_timeout=1,
            reconnect_time_wait=RETRY,
            max_reconnect_attempts=-1,
            ping_interval=PING,
            max_outstanding_pings=2,
            # 0 would mean no bound at all while connected; `publish` asks `connected` first.
            pending_size=2 << 20,
        )

    async def _hold(self, wanted: "_Subscription") -> None:
        assert self._client is not None
        if wanted.held:
            return
        # nats-py keeps it over reconnects from here on, even if the server is just going away.
        wanted.held = True
        await self._client.subscribe(wanted.subject, cb=wanted.hand_on)

    async def _gone(self) -> None:
        self._outgoing.clear()
        log.warning("nats_disconnected")

    async def _wake(self) -> None:
        log.info("nats_connected")
        for woken in self._woken:
            woken()

    async def _pump(self) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            while self._outgoing and self._client is not None:
                subject, data = self._outgoing.popleft()
                try:
                    await self._client.publish(subject, data)
                except nats.errors.Error as error:
                    log.warning("publish_dropped", error_type=type(error).__name__)


@asynccontextmanager
async def open_bus(name: str, url: str) -> AsyncIterator[Bus | None]:
    """A bus while the context holds; None without a URL: followers then live on heads."""
    if not url:
        yield None
        return
    bus = Bus(name)
    await bus.connect(url)
    try:
        yield bus
    finally:
        await bus.close()


class _Subscription:
    def __init__(self, subject: str, received: Received) -> None:
        self.subject = subject
        self.held = False
        self._received = received

    async def hand_on(self, message: Msg) -> None:
        self._received(message.data)


async def _probe(url: str) -> None:
    parts = urlsplit(url)
    opened = asyncio.open_connection(parts.hostname, parts.port or DEFAULT_PORT)
    _, writer = await asyncio.wait_for(opened, PROBE_TIMEOUT)
    writer.close()


async def _ignore_error(_error: Exception) -> None:
    """nats-py prints errors with addresses otherwise; reconnecting is said in `_gone`."""


async def _within(seconds: float, ending: Awaitable[None]) -> None:
    try:
        await asyncio.wait_for(ending, seconds)
    except (TimeoutError, nats.errors.Error):
        log.warning("nats_close_abandoned")
