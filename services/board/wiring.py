"""The board put together."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

import msgspec

from schemas.board import TicketClaims, UsedTicket
from schemas.registry import ROWS
from services.board.domain.doors import Register, Turned
from services.board.follows import BoardSink
from services.board.handlers import Board
from services.board.ports import Boards
from services.board.settings import Settings
from services.board.sockets import SocketOutlet, Sockets, listen
from services.chassis.clock import Clock, SystemClock
from services.chassis.commands import BadToken, ServiceClient, Tokens, build_app, open_session
from services.chassis.follower import Follower
from services.chassis.health import Health
from services.chassis.lanes import open_bus
from services.chassis.metrics import Metrics
from services.chassis.process import run_http

NAME = "board"
OWNERS = ("incident", "accountability", "identity")
BEAT = 2.0
USED = "tickets.used"
"""Core NATS subject, captured by no stream."""

FOLLOWED = frozenset(row.type for row in ROWS if NAME in row.followers and row.owner in OWNERS)


class LoopTime:
    """The service's clock beside the running loop's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._loop = asyncio.get_running_loop()

    def now(self) -> datetime:
        """Aware, UTC."""
        return self._clock.now()

    def elapsed(self) -> float:
        """Seconds of the loop's monotonic clock."""
        return self._loop.time()

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Once, after so many seconds."""
        self._loop.call_later(seconds, call)


class SignedDoors:
    """Tickets that web signed, each admitted once. tell: the other boards, of one just used."""

    def __init__(
        self,
        *,
        tokens: Tokens,
        register: Register,
        clock: Clock,
        tell: Callable[[UsedTicket], None],
    ) -> None:
        self._tokens = tokens
        self._register = register
        self._clock = clock
        self._tell = tell

    def admit(self, ticket: str) -> TicketClaims:
        """What the ticket is for. Raises Turned."""
        now = self._clock.now()
        try:
            claims = self._tokens.verify("ticket", ticket, TicketClaims, now)
        except BadToken as error:
            code = "ticket_expired" if error.code == "token_expired" else "bad_ticket"
            raise Turned(code) from None
        admitted = self._register.admit(claims, now)
        self._tell(UsedTicket(admitted.jti, admitted.exp))
        return admitted


def _alone(_used: UsedTicket) -> None:
    """There is nobody to tell."""


async def share_tickets(bus: Boards, register: Register) -> Callable[[UsedTicket], None]:
    """Hear of tickets that other boards admit; the answer tells them of ours."""

    def heard(message: bytes) -> None:
        used = msgspec.json.decode(message, type=UsedTicket)
        register.used(used.jti, used.exp)

    await bus.subscribe(USED, heard)

    def tell(used: UsedTicket) -> None:
        bus.publish(USED, msgspec.json.encode(used))

    return tell


@asynccontextmanager
async def wire(settings: Settings, clock: Clock | None = None) -> AsyncIterator[None]:
    """Serves while the context holds."""
    clock = clock or SystemClock(settings.clock)
    tokens, metrics = Tokens(settings.service_key), Metrics(NAME)
    register = Register(clock.now().timestamp())
    board = Board(epoch=secrets.token_hex(4), outlet=SocketOutlet(), time=LoopTime(clock))
    board.heard(OWNERS[:2])
    async with AsyncExitStack() as stack:
        bus = await stack.enter_async_context(open_bus(NAME, settings.nats_url))
        session = await stack.enter_async_context(open_session())
        urls = (settings.incident_url, settings.accountability_url, settings.identity_url)
        follower = Follower(
            follows={
                owner: ServiceClient(
                    caller=NAME, url=url, tokens=tokens, clock=clock, session=session
                )
                for owner, url in zip(OWNERS, urls, strict=True)
            },
            sink=BoardSink(board=board, register=register),
            bus=bus,
            types=FOLLOWED,
            from_state=True,
            on_stale=board.heard,
        )
        await follower.start()
        stack.push_async_callback(follower.stop)
        tell = await share_tickets(bus, register) if bus is not None else _alone
        doors = SignedDoors(tokens=tokens, register=register, clock=clock, tell=tell)
        await stack.enter_async_context(
            listen(
                Sockets(board=board, doors=doors),
                host=settings.socket_host,
                port=settings.socket_port,
                origins=settings.origins,
            )
        )
        beating = asyncio.create_task(_beat(board, metrics))
        stack.callback(beating.cancel)
        app = build_app(
            service=NAME, tokens=tokens, clock=clock, health=_health(follower), metrics=metrics
        )
        await stack.enter_async_context(run_http(app, settings.host, settings.port))
        yield


async def _beat(board: Board, metrics: Metrics) -> None:
    counted = {
        name: metrics.gauge(f"muster_board_{name}", f"Board {name} since the start.")
        for name in ("flushes", "encodes", "frames", "resyncs", "cuts")
    }
    screens = metrics.gauge("muster_board_screens", "Screens connected now.")
    while True:
        await asyncio.sleep(BEAT)
        board.beat()
        for name, gauge in counted.items():
            gauge.set(getattr(board.counted, name))
        screens.set(
            sum(
                len(audience.screens)
                for school in board.schools.values()
                for audience in school.audiences.values()
            )
        )


def _health(follower: Follower) -> Health:
    """Ready once every owner was heard; until then screens would be told of nothing."""
    health = Health(NAME)
    health.check(
        "owners",
        lambda: None if follower.ready else "Not every owner was heard yet. Are they running?",
    )
    return health
