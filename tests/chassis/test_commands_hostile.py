"""Requests that are wrong, too large or too slow: a stable code, and nothing of theirs repeated."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import suppress

import msgspec
import pytest

from schemas.replies import Problem
from services.chassis.commands.deadlines import HEAD_DEADLINE
from services.chassis.commands.service_tokens import Signer
from services.chassis.logs import configure
from tests.chassis.small_service import OFFICE, SCHOOL, Rest, Ring, SmallService, small_service

CANARY = "Wilhelmina"


@pytest.fixture
async def service() -> AsyncIterator[SmallService]:
    async with small_service(head_deadline=0.3) as running:
        yield running


def authorization(service: SmallService) -> str:
    return Signer(caller="web", tokens=service.tokens, clock=service.clock).header()


async def post(service: SmallService, body: bytes) -> Problem:
    headers = {"Authorization": authorization(service)}
    async with service.session.post(
        f"{service.url}/commands", data=body, headers=headers
    ) as response:
        problem = msgspec.json.decode(await response.read(), type=Problem)
        assert problem.status == response.status
        return problem


def broken(**fields: object) -> bytes:
    good = Ring(op_id="op-00001", school=SCHOOL, actor=OFFICE)
    return msgspec.json.encode(msgspec.to_builtins(good) | fields)


BAD_BODIES = {
    "wrong type": (broken(times=CANARY), "$.times: expected `int`, got `str`."),
    "nested": (broken(tower={"person": 1}), "$.tower.person: expected `str`, got `int`."),
    "unknown kind": (broken(kind=CANARY), "$.kind: not one of the values allowed here."),
    "unknown field": (broken(**{CANARY: 1}), "$: a field that is not known."),
    "field like a path": (broken(**{f"x` - at `$.{CANARY}": 1}), "$: a field that is not known."),
    "enum": (
        broken(actor={"person": "p", "roles": [CANARY]}),
        "$.actor.roles[0]: not one of the values allowed here.",
    ),
    "pattern": (broken(op_id=CANARY + "!" * 9), "$.op_id: expected `str` matching regex."),
    "subject": (broken(school="a.b.>"), "$.school: expected `str` matching regex."),
    "nul": (broken(school="a\0b"), "$.school: expected `str` matching regex."),
    "missing": (b'{"kind":"bell.ring"}', "$: the field op_id is missing."),
    "deeper": (
        broken(actor={"person": "p", "device": 7}),
        "$.actor.device: expected `str`, got `int`.",
    ),
    "no json": (CANARY.encode(), "The body is not JSON."),
    "no text": (b'{"kind":"bell.ring","op_id":"\xff\xfe"}', "The body is not JSON."),
    "empty": (b"", "The body is not JSON."),
}


@pytest.mark.parametrize("case", BAD_BODIES)
async def test_a_bad_command_names_its_field(service: SmallService, case: str) -> None:
    """The caller learns which field is wrong and never gets a value of it back."""
    body, detail = BAD_BODIES[case]
    problem = await post(service, body)
    assert (problem.status, problem.code, problem.detail) == (400, "bad_command", detail)
    assert CANARY not in msgspec.json.encode(problem).decode()


async def test_a_deep_body_is_a_bad_command(service: SmallService) -> None:
    """A JSON bomb ends as any other bad body."""
    problem = await post(service, b'{"kind":"bell.ring","tower":' + b"[" * 200_000)
    assert problem.code == "bad_command"


async def test_a_body_over_its_cap_is_refused(service: SmallService) -> None:
    """1 MiB is the most that a command may take, whatever is in it."""
    problem = await post(service, b" " * ((1 << 20) + 1))
    assert (problem.status, problem.code) == (413, "body_too_large")


async def test_an_unknown_path_is_a_problem_too(service: SmallService) -> None:
    """A typo in a path gets a code like everything else."""
    async with service.session.get(f"{service.url}/nowhere") as response:
        problem = msgspec.json.decode(await response.read(), type=Problem)
    assert (problem.status, problem.code) == (404, "not_found")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "school=s1&after=x",
        "school=s1&limit=-1",
        "school=a%00b",
        "school=a%0Ab",
        f"school={'s' * 201}",
    ],
)
async def test_a_bad_query_is_refused(service: SmallService, query: str) -> None:
    """A query of the log with no school, with what is no id or a strange number ends there."""
    headers = {"Authorization": authorization(service)}
    async with service.session.get(f"{service.url}/events?{query}", headers=headers) as response:
        problem = msgspec.json.decode(await response.read(), type=Problem)
    assert (problem.status, problem.code) == (400, "bad_query")


async def test_no_name_reaches_the_log(service: SmallService) -> None:
    """A name in a bad command, or in the text of a bug's exception, is in no log line."""
    lines = io.StringIO()
    configure("bell", "debug", lines)
    for body, _ in BAD_BODIES.values():
        await post(service, body)
    named = OFFICE.__class__(person=CANARY)  # type: ignore[arg-type]
    await post(
        service,
        msgspec.json.encode(Rest(op_id="op-00001", school=SCHOOL, actor=named, how="bug")),
    )
    said = lines.getvalue()
    assert CANARY not in said
    assert said.count('"action":"request_refused"') == len(BAD_BODIES)
    assert '"action":"request_failed"' in said
    assert '"error_type":"ValueError"' in said


async def await_cut(service: SmallService, *pieces: bytes) -> None:
    """Until the server ends a connection that sends pieces slowly, then nothing.

    Fails after less than the time that a service gives when it is not told otherwise.
    """
    host, port = service.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(0.05)
    async with asyncio.timeout(HEAD_DEADLINE - 1):
        with suppress(ConnectionResetError):
            while await reader.read(100):
                pass
    writer.close()


async def test_a_slow_head_is_cut(service: SmallService) -> None:
    """Dribbled header bytes do not extend the deadline, nor does silence from the start."""
    await await_cut(service, b"GET /heads HT", b"TP/1.1\r\n", b"X: 1\r\n")
    await await_cut(service)


async def test_a_kept_connection_is_not_cut(service: SmallService) -> None:
    """The deadline is for heads that began: an idle connection of a client stays."""
    headers = {"Authorization": authorization(service)}
    for _ in range(3):
        async with service.session.get(f"{service.url}/heads", headers=headers) as response:
            assert response.status == 200
        await asyncio.sleep(0.4)
    connector = service.session.connector
    assert connector is not None
    assert sum(len(idle) for idle in connector._conns.values()) == 1


async def test_a_slow_body_is_cut() -> None:
    """A body that stays away ends with 408 and a closed connection."""
    async with small_service(body_deadline=0.3) as service:
        head = (
            f"POST /commands HTTP/1.1\r\nHost: x\r\nAuthorization: {authorization(service)}\r\n"
            "Content-Length: 100\r\n\r\n{"
        )
        await await_cut(service, head.encode())
