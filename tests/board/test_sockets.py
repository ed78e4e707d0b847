"""The live socket on real connections: who gets in, what they get, and how they are cut."""

import asyncio
import datetime as dt
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from schemas.board import Bye, Snapshot, TicketClaims, ToScreen, UsedTicket
from schemas.identity import Revocations
from services.board.domain.doors import LIFE, Register, Turned
from services.board.handlers import Board
from services.board.sockets import MAX_SIZE, SocketOutlet, Sockets, listen
from services.board.wiring import LoopTime, SignedDoors, share_tickets
from services.chassis.commands import Tokens
from tests.board.histories import SCHOOL
from tests.chassis_fixtures import SERVICE_KEY
from tests.conditions import until
from tests.fakes.bus import MemoryBus
from tests.fakes.clock import SettableClock

PAGES = "http://127.0.0.1:8080"
FRAMES: msgspec.json.Decoder[ToScreen] = msgspec.json.Decoder(ToScreen)


@dataclass
class Door:
    """A board that listens, and tickets for it."""

    url: str
    board: Board
    register: Register
    clock: SettableClock
    tokens: Tokens

    def ticket(self, **changed: Any) -> str:
        """A good ticket, but for what is changed."""
        expires = int(self.clock.now().timestamp()) + LIFE
        claims = {
            "jti": secrets.token_hex(8),
            "sid": "ses_1",
            "person": "person-1",
            "school": SCHOOL,
            "view": "office",
            "exp": expires,
        }
        return self.tokens.sign("ticket", msgspec.convert(claims | changed, TicketClaims))

    async def join(self, ticket: str) -> ClientConnection:
        """Connect as a page does and send the ticket."""
        connection = await connect(self.url, origin=Origin(PAGES), compression=None)
        await connection.send(msgspec.json.encode({"t": "join", "ticket": ticket}).decode())
        return connection


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    clock, tokens = SettableClock(), Tokens(SERVICE_KEY)
    register, told = Register(clock.now().timestamp()), list[UsedTicket]()
    board = Board(epoch="e1", outlet=SocketOutlet(), time=LoopTime(clock))
    doors = SignedDoors(tokens=tokens, register=register, clock=clock, tell=told.append)
    async with AsyncExitStack() as stack:
        sockets = Sockets(board=board, doors=doors)
        server = await stack.enter_async_context(
            listen(sockets, host="127.0.0.1", port=0, origins=[PAGES])
        )
        port = next(iter(server.sockets)).getsockname()[1]
        yield Door(f"ws://127.0.0.1:{port}/live", board, register, clock, tokens)


async def frame_of(connection: ClientConnection) -> ToScreen:
    return FRAMES.decode(await asyncio.wait_for(connection.recv(), 30))


async def farewell_of(connection: ClientConnection) -> str:
    """The code of the last frame before the connection ended."""
    last: ToScreen | None = None
    try:
        while True:
            last = await frame_of(connection)
    except ConnectionClosed:
        pass
    assert isinstance(last, Bye), last
    return last.code


async def test_a_good_ticket_gets_the_whole_picture_first(door: Door) -> None:
    """A screen starts from a snapshot, never from a delta."""
    connection = await door.join(door.ticket())
    assert isinstance(await frame_of(connection), Snapshot)
    await connection.send('{"t":"resync"}')
    assert isinstance(await frame_of(connection), Snapshot)
    await connection.close()


async def test_a_ticket_is_good_once(door: Door) -> None:
    """A ticket that was seen by somebody else opens nothing."""
    ticket = door.ticket()
    first = await door.join(ticket)
    await frame_of(first)
    assert await farewell_of(await door.join(ticket)) == "ticket_used"
    await first.close()


async def test_an_expired_ticket_is_turned_away(door: Door) -> None:
    """Thirty seconds after its making a ticket is worth nothing."""
    ticket = door.ticket()
    door.clock.advance(dt.timedelta(seconds=LIFE))
    assert await farewell_of(await door.join(ticket)) == "ticket_expired"


async def test_a_ticket_for_longer_than_its_life_is_turned_away(door: Door) -> None:
    """No ticket of ours lives an hour; one that says so was not made by our rules."""
    expires = int(door.clock.now().timestamp()) + 3600
    assert await farewell_of(await door.join(door.ticket(exp=expires))) == "bad_ticket"


async def test_a_deep_frame_is_a_bad_frame(door: Door) -> None:
    """A JSON bomb ends as any other nonsense does."""
    connection = await connect(door.url, origin=Origin(PAGES), compression=None)
    await connection.send('{"t":"join","x":' + "[" * 20_000)
    assert await farewell_of(connection) == "bad_frame"


async def test_a_session_token_is_no_ticket(door: Door) -> None:
    """A stolen session cookie does not open the live socket."""
    claims = TicketClaims(
        jti="x", sid="s", person="p", school=SCHOOL, view="office", exp=4_000_000_000
    )
    assert await farewell_of(await door.join(door.tokens.sign("session", claims))) == "bad_ticket"


async def test_a_revoked_session_is_turned_away_and_cut(door: Door) -> None:
    """A stolen phone: no new socket, and the open one ends at once."""
    connection = await door.join(door.ticket())
    await frame_of(connection)
    door.register.learn(Revocations(sessions={"ses_1": 4_000_000_000}))
    door.board.revoke(lambda screen: screen.sid == "ses_1")
    assert await farewell_of(connection) == "revoked"
    assert await farewell_of(await door.join(door.ticket())) == "revoked"


async def test_a_silent_phone_is_dropped_when_it_does_not_close(door: Door) -> None:
    """A phone that never answers the close is cut within a second, not in ten."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(door.url.split(":")[2][:-5]))
    writer.write(
        b"GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    join = msgspec.json.encode({"t": "join", "ticket": door.ticket()})
    writer.write(b"\x81\xfe" + len(join).to_bytes(2, "big") + b"\0\0\0\0" + join)
    await reader.readuntil(b'"t":"snapshot"')
    door.board.revoke(lambda screen: True)
    # Its library gives a phone ten seconds to answer.
    async with asyncio.timeout(8):
        await reader.read()
    writer.close()


async def test_a_page_of_another_site_is_refused_at_the_door(door: Door) -> None:
    """A page on another site that a signed-in person opens gets no socket."""
    with pytest.raises(InvalidStatus) as refused:
        await connect(door.url, origin=Origin("http://evil.example"))
    assert refused.value.response.status_code == 403


async def test_only_the_live_path_is_served(door: Door) -> None:
    """Nothing else hides on the socket's port."""
    with pytest.raises(InvalidStatus) as refused:
        await connect(door.url.replace("/live", "/other"), origin=Origin(PAGES))
    assert refused.value.response.status_code == 404


@pytest.mark.parametrize("message", ["not json", '{"t":"shout"}', "[]", '{"t":"join"}'])
async def test_what_is_no_message_of_a_screen_ends_it(door: Door, message: str) -> None:
    """Garbage is answered with a reason and a close, and disturbs nobody else."""
    other = await door.join(door.ticket())
    await frame_of(other)
    connection = await connect(door.url, origin=Origin(PAGES))
    await connection.send(message)
    assert await farewell_of(connection) == "bad_frame"
    door.board.heard(["incident"])
    assert await frame_of(other)
    await other.close()


async def test_a_huge_message_ends_the_connection(door: Door) -> None:
    """A socket bomb is cut at its cap."""
    connection = await door.join(door.ticket())
    await frame_of(connection)
    await connection.send("x" * (MAX_SIZE + 1))
    with pytest.raises(ConnectionClosed) as closed:
        await connection.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


async def test_a_screen_that_left_is_forgotten(door: Door) -> None:
    """A view that nobody looks through costs nothing."""
    connection = await door.join(door.ticket())
    await frame_of(connection)
    await connection.close()
    await until(lambda: door.board.school(SCHOOL).audiences == {}, "the view is forgotten")


async def test_a_ticket_from_before_the_board_began_opens_nothing(door: Door) -> None:
    """A restart forgets which tickets were used: none from before it is good again."""
    ticket = door.ticket()
    first = await door.join(ticket)
    await frame_of(first)
    door.clock.advance(dt.timedelta(seconds=5))
    register = Register(door.clock.now().timestamp())
    again = SignedDoors(
        tokens=door.tokens, register=register, clock=door.clock, tell=lambda _used: None
    )
    with pytest.raises(Turned, match="ticket_old"):
        again.admit(ticket)
    assert again.admit(door.ticket(made=door.clock.now().timestamp())).sid == "ses_1"
    await first.close()


async def test_a_ticket_is_good_at_one_of_two_boards() -> None:
    """Boards tell each other what they admitted; without NATS each still admits once."""
    bus, clock, tokens = MemoryBus(), SettableClock(), Tokens(SERVICE_KEY)
    await bus.connect("")
    doors = []
    for _ in range(2):
        register = Register(clock.now().timestamp())
        tell = await share_tickets(bus, register)
        doors.append(SignedDoors(tokens=tokens, register=register, clock=clock, tell=tell))
    tickets = Door(
        "",
        Board(epoch="e1", outlet=SocketOutlet(), time=LoopTime(clock)),
        Register(),
        clock,
        tokens,
    )
    ticket = tickets.ticket()
    doors[0].admit(ticket)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    with pytest.raises(Turned, match="ticket_used"):
        doors[1].admit(ticket)
    bus.lose_connection()
    doors[1].admit(lonely := tickets.ticket())
    with pytest.raises(Turned, match="ticket_used"):
        doors[1].admit(lonely)
