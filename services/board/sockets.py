"""The live socket: a screen joins with a ticket and is handed frames until it goes.

Path /live. The first message must be a Join within 5 s; anything that is no message of a
screen ends the connection. Screens of other origins than our pages are refused at the door.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus

import msgspec
from websockets.asyncio.server import Server, ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.typing import Origin

from schemas.board import Bye, FromScreen, Join, Resync, TicketClaims
from services.board.domain.doors import LIFE, Turned
from services.board.domain.views import Eyes, eyes_of
from services.board.handlers import Board, SchoolScreens
from services.board.ports import Doors, Screen
from services.chassis.logs import log

MAX_SIZE = 64 * 1024
JOIN_WITHIN = 5.0
ABORT_AFTER = 0.25
"""close() to a silent phone would take 10 s."""

RESYNC_EVERY = 0.2
POLICY = 1008


class SocketScreen:
    """A connected screen."""

    def __init__(self, connection: ServerConnection, claims: TicketClaims) -> None:
        self.connection = connection
        self.sid = claims.sid
        self.person: str = claims.person
        self.made = claims.exp - LIFE
        self.eyes: Eyes = eyes_of(claims)

    def buffered(self) -> int:
        """Bytes in the socket's write buffer."""
        return self.connection.transport.get_write_buffer_size()

    def cut(self, code: str) -> None:
        """Say why and close; drop the connection when it has not closed in time."""
        farewell(self.connection, code)


def farewell(connection: ServerConnection, code: str) -> None:
    """A last frame, a close, and an abort for a phone that does not answer."""
    broadcast([connection], msgspec.json.encode(Bye(code=code)), text=True)
    loop = asyncio.get_running_loop()
    closing = loop.create_task(connection.close(POLICY, code))
    closing.add_done_callback(lambda task: task.cancelled() or task.exception())
    loop.call_later(ABORT_AFTER, connection.transport.abort)


class SocketOutlet:
    """Hands one encoded frame to many sockets without waiting for any."""

    def send(self, screens: Sequence[Screen], frame: bytes) -> None:
        """A text frame to each.

        A server's frame is not masked and compression is off, so its bytes are the same for
        all: built once and written as they are. The library's broadcast builds them for each
        screen, at twice the cost. No screen is ever sent a message in fragments, into the
        middle of which this could fall.
        """
        wire = Frame(Opcode.TEXT, frame).serialize(mask=False)
        for screen in screens:
            if isinstance(screen, SocketScreen) and screen.connection.state is State.OPEN:
                screen.connection.transport.write(wire)


class Sockets:
    """Every connection, from its first message to its end."""

    def __init__(self, *, board: Board, doors: Doors) -> None:
        self._board = board
        self._doors = doors
        self._decoder: msgspec.json.Decoder[FromScreen] = msgspec.json.Decoder(FromScreen)

    async def handle(self, connection: ServerConnection) -> None:
        """One screen's whole stay."""
        try:
            claims = await self._admit(connection)
            screen = SocketScreen(connection, claims)
            school = self._board.school(claims.school)
            school.join(screen)
            try:
                await self._stay(connection, school, screen)
            finally:
                school.leave(screen)
        except Turned as turned:
            log.info("screen_turned_away", code=turned.code)
            farewell(connection, turned.code)
            await connection.wait_closed()
        except ConnectionClosed:
            pass

    async def _admit(self, connection: ServerConnection) -> TicketClaims:
        try:
            async with asyncio.timeout(JOIN_WITHIN):
                first = self._read(await connection.recv())
        except TimeoutError:
            raise Turned("no_ticket") from None
        if not isinstance(first, Join):
            raise Turned("no_ticket")
        return self._doors.admit(first.ticket)

    async def _stay(
        self, connection: ServerConnection, school: SchoolScreens, screen: SocketScreen
    ) -> None:
        loop = asyncio.get_running_loop()
        again = 0.0
        async for message in connection:
            if isinstance(self._read(message), Resync) and loop.time() >= again:
                again = loop.time() + RESYNC_EVERY
                school.resync(screen)

    def _read(self, message: str | bytes) -> FromScreen:
        try:
            return self._decoder.decode(message)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise Turned("bad_frame") from None


def _only_live(_connection: ServerConnection, request: Request) -> Response | None:
    if request.path == "/live":
        return None
    return _connection.respond(HTTPStatus.NOT_FOUND, "Not found.\n")


@asynccontextmanager
async def listen(
    sockets: Sockets, *, host: str, port: int, origins: Sequence[str]
) -> AsyncIterator[Server]:
    """Accept screens. A client that is no browser sends no Origin; its ticket decides alone."""
    allowed: list[Origin | None] = [None, *(Origin(one) for one in origins)]
    server = await serve(
        sockets.handle,
        host,
        port,
        origins=allowed,
        process_request=_only_live,
        compression=None,
        max_size=MAX_SIZE,
        max_queue=4,
        open_timeout=5,
        ping_interval=20,
        ping_timeout=20,
        close_timeout=1,
        server_header=None,
    )
    try:
        yield server
    finally:
        server.close(close_connections=True)
        await server.wait_closed()
