"""Commands between services over real HTTP: what is answered, what is refused, what is retried."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import aiohttp
import msgspec
import pytest

from schemas.replies import Problem
from schemas.vocabulary import Actor
from services.chassis.commands import ProblemError, ServiceClient, Tokens, Unavailable
from services.chassis.commands.service_tokens import LIFETIME, PURPOSE, ServiceClaims
from tests.chassis.small_service import (
    KEY,
    OFFICE,
    SCHOOL,
    Rest,
    Ring,
    SmallService,
    small_service,
)
from tests.fakes.clock import SettableClock


@pytest.fixture
async def service() -> AsyncIterator[SmallService]:
    async with small_service() as running:
        yield running


def rest(how: str) -> Rest:
    return Rest(op_id="op-00001", school=SCHOOL, actor=OFFICE, how=how)


def ring(times: int = 1) -> Ring:
    return Ring(op_id="op-00001", school=SCHOOL, actor=OFFICE, times=times)


async def test_a_command_reaches_its_handler(service: SmallService) -> None:
    """The struct that was sent decides who answers, and the reply comes back whole."""
    reply = await service.client.send(ring(times=3))
    assert (reply.status, reply.pos, reply.events) == ("accepted", 3, ("op-00001",))


async def test_the_log_is_served(service: SmallService) -> None:
    """Followers read heads, events and state over the same client."""
    assert (await service.client.heads()).heads == {SCHOOL: 7}
    assert (await service.client.events(SCHOOL, after=2, limit=5)).head == 7
    assert bytes((await service.client.state(SCHOOL)).state) == b'{"rung":7}'


async def test_queries_and_streams(service: SmallService) -> None:
    """A query may answer a list, and a package longer than the cap of commands streams in."""

    async def package() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield bytes(1 << 20)

    assert await service.client.get("/towers", list[Actor]) == [OFFICE]
    assert await service.client.post("/echo", package(), dict[str, int]) == {"rung": 3 << 20}


async def test_a_stand_by_says_when_to_ask_again(service: SmallService) -> None:
    """503 with Retry-After reaches the caller as Unavailable, never as a domain answer."""
    with pytest.raises(Unavailable) as raised:
        await service.client.send(rest("stand_by"))
    assert (raised.value.code, raised.value.retry_after) == ("stand_by", 2.0)


async def test_a_problem_keeps_its_code(service: SmallService) -> None:
    """What a handler refuses arrives with its status, code and sentence."""
    with pytest.raises(ProblemError) as raised:
        await service.client.send(rest("problem"))
    assert (raised.value.status, raised.value.code) == (409, "bell_is_out")
    assert raised.value.detail == "The bell is being mended."


async def test_a_bug_is_internal_and_says_nothing(service: SmallService) -> None:
    """An exception's text may quote a row: only `internal` leaves the process."""
    with pytest.raises(ProblemError) as raised:
        await service.client.send(rest("bug"))
    assert (raised.value.status, raised.value.code, raised.value.detail) == (500, "internal", "")


async def test_connections_are_kept(service: SmallService) -> None:
    """A hundred commands in turn use one connection: a new one costs more than the command."""
    for _ in range(100):
        await service.client.send(ring())
    connector = service.session.connector
    assert isinstance(connector, aiohttp.TCPConnector)
    assert sum(len(idle) for idle in connector._conns.values()) == 1


async def test_tokens_are_signed_twice_a_minute(service: SmallService) -> None:
    """Signing is not paid for each command, and a token is renewed long before it ends."""
    signer = service.client._signer
    first = signer.header()
    service.clock.advance(dt.timedelta(seconds=29))
    assert signer.header() == first
    service.clock.advance(dt.timedelta(seconds=2))
    assert signer.header() != first
    await service.client.send(ring())


async def refused(service: SmallService, authorization: str | None) -> tuple[int, str]:
    headers = {"Authorization": authorization} if authorization is not None else {}
    async with service.session.get(f"{service.url}/heads", headers=headers) as response:
        problem = msgspec.json.decode(await response.read(), type=Problem)
        assert response.content_type == "application/problem+json"
        return response.status, problem.code


def bearer(tokens: Tokens, purpose: str, clock: SettableClock) -> str:
    now = int(clock.now().timestamp())
    return "Bearer " + tokens.sign(
        purpose, ServiceClaims(caller="web", iat=now, exp=now + LIFETIME)
    )


async def test_without_a_valid_token_nothing_is_answered(service: SmallService) -> None:
    """Missing, of another key, of another purpose: each is 401 with its own code."""
    other_key = bearer(Tokens("x" * 40), PURPOSE, service.clock)
    assert await refused(service, None) == (401, "token_missing")
    assert await refused(service, "Basic abc") == (401, "token_missing")
    assert await refused(service, "Bearer abc") == (401, "token_malformed")
    assert await refused(service, other_key) == (401, "token_invalid")
    session = bearer(Tokens(KEY), "session", service.clock)
    assert await refused(service, session) == (401, "token_wrong_purpose")


async def test_a_remembered_token_still_ends(service: SmallService) -> None:
    """Verification is cached, the end of the token is not."""
    token = bearer(service.tokens, PURPOSE, service.clock)
    async with service.session.get(
        f"{service.url}/heads", headers={"Authorization": token}
    ) as response:
        assert response.status == 200
    service.clock.advance(dt.timedelta(seconds=LIFETIME))
    assert await refused(service, token) == (401, "token_expired")
    assert await refused(service, token) == (401, "token_expired")


async def test_health_needs_no_token(service: SmallService) -> None:
    """A supervisor and a scraper ask without the installation's key."""
    for path in ("/health/live", "/health/ready", "/metrics"):
        async with service.session.get(service.url + path) as response:
            assert response.status == 200, path


async def test_nobody_there_is_unavailable(service: SmallService) -> None:
    """A refused connection is Unavailable, so that the caller tries again with the same op."""
    gone = ServiceClient(
        caller="web",
        url="http://127.0.0.1:9",
        tokens=service.tokens,
        clock=service.clock,
        session=service.session,
    )
    with pytest.raises(Unavailable) as raised:
        await gone.send(ring())
    assert raised.value.code == "unreachable"


async def test_a_silent_owner_is_unavailable(service: SmallService) -> None:
    """A server that accepts and never answers ends at the time-out."""
    silent = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    client = ServiceClient(
        caller="web",
        url=f"http://127.0.0.1:{port}",
        tokens=service.tokens,
        clock=service.clock,
        session=service.session,
    )
    async with silent:
        with pytest.raises(Unavailable) as raised:
            await client.send(ring(), timeout=0.05)
    assert raised.value.code == "timeout"


async def test_a_restart_between_two_commands_is_not_noticed() -> None:
    """A connection that the server closed while idle is replaced, and the op sent again."""
    answered = 0

    async def one_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal answered
        await reader.readuntil(b"}}")
        answered += 1
        if answered != 2:
            body = b'{"status":"accepted","at":"2026-03-04T10:05:00Z"}'
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            writer.write(head + body)
            await writer.drain()
            if answered == 1:
                await reader.readuntil(b"}}")
                answered += 1
        writer.close()

    async with small_service() as service:
        server = await asyncio.start_server(one_answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        client = ServiceClient(
            caller="web",
            url=f"http://127.0.0.1:{port}",
            tokens=service.tokens,
            clock=service.clock,
            session=service.session,
        )
        async with server:
            await client.send(ring())
            reply = await client.send(ring())
    assert reply.status == "accepted"
    assert answered == 3
