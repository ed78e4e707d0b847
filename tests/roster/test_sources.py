"""Sources: who keeps them, what is refused, and the secret that is never told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from schemas.identifiers import SchoolId
from schemas.roster_pull import PullNow, PullSource, RemoveSource
from tests.fakes.student_system import (
    StudentSystem,
)
from tests.roster.pulling import IT, keep, listed, pull, source_of
from tests.roster.running import OFFICE, Running

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def system(student_system: StudentSystem) -> StudentSystem:
    return student_system


@pytest.fixture
def service(pulling_roster: Running) -> Running:
    return pulling_roster


async def test_the_secret_is_never_told(
    service: Running, system: StudentSystem, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not in an answer, not in a log, not in clear in any column of the database."""
    command = await source_of(service, system)
    reply = await service.client.send(command)
    await pull(service)
    told = msgspec.json.encode([reply, await listed(service), repr(command)])
    assert system.secret.encode() not in told
    connection = await service.connect()
    try:
        stored = await connection.fetchval("SELECT p::text FROM pull_sources p")
    finally:
        await connection.close()
    assert system.secret not in stored
    assert stored.count("..") == 1  # a compact JWE with a direct key has an empty second part
    out, err = capfd.readouterr()
    assert system.secret not in out + err
    assert "token-1" not in out + err


async def test_a_stored_secret_does_not_follow_to_another_address(
    service: Running, system: StudentSystem
) -> None:
    """Whoever changes the address must know the secret: it is not sent to a stranger."""
    await keep(service, system)
    elsewhere = await keep(service, system, secret="", token_url="https://elsewhere.example/token")
    assert elsewhere.code == "secret_needed"
    base = await keep(service, system, secret="", base_url="https://elsewhere.example")
    assert base.code == "secret_needed"
    assert (await keep(service, system, secret="", name="Renamed")).status == "accepted"
    assert (await pull(service)).outcome == "applied"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"base_url": "http://sis.example.org"}, "bad_url"),
        ({"base_url": "https://user:word@sis.example.org"}, "bad_url"),
        ({"token_url": "ftp://sis.example.org"}, "bad_url"),
        ({"base_url": "https://10.0.0.7"}, "address_forbidden"),
        ({"base_url": "https://[::ffff:169.254.169.254]"}, "address_forbidden"),
        ({"token_url": "https://localhost/token"}, "address_forbidden"),
        ({"hour": 3, "every_hours": 3}, "bad_schedule"),
        ({"schools": (SchoolId("nowhere"),)}, "other_school"),
        ({"secret": ""}, "secret_needed"),
    ],
)
async def test_a_source_that_cannot_be_is_refused(
    service: Running, system: StudentSystem, fields: dict[str, Any], code: str
) -> None:
    """Each with a code of its own, before anything is stored."""
    refused = await keep(service, system, **fields)
    assert (refused.status, refused.code) == ("refused", code)
    assert await service.client.get("/sources", list[PullSource]) == []


async def test_only_it_and_those_above_keep_sources(
    service: Running, system: StudentSystem
) -> None:
    """The office reads how a pull went; it neither sets nor removes nor starts one."""
    command = msgspec.structs.replace(await source_of(service, system), actor=OFFICE)
    assert (await service.client.send(command)).code == "not_allowed"
    await keep(service, system)
    school = (await service.school()).id
    for wrong in (
        PullNow(op_id=service.op(), school=school, actor=OFFICE, source="sis"),
        RemoveSource(op_id=service.op(), school=school, actor=OFFICE, source="sis"),
    ):
        assert (await service.client.send(wrong)).code == "not_allowed"
    stranger = PullNow(op_id=service.op(), school=SchoolId("mine"), actor=IT, source="sis")
    assert (await service.client.send(stranger)).code == "other_school"
    assert system.asked == []


async def test_a_removed_source_is_gone(service: Running, system: StudentSystem) -> None:
    """With its secret; what it brought stays, and removing it again is the same."""
    await keep(service, system)
    school = (await service.school()).id
    command = RemoveSource(op_id=service.op(), school=school, actor=IT, source="sis")
    assert (await service.client.send(command)).status == "accepted"
    assert (await service.client.send(command)).status == "accepted"
    assert await service.client.get("/sources", list[PullSource]) == []
    assert (await service.school()).version == 1
    events = await service.events(school)
    assert events.count("roster.source_changed.v1") == 2


async def test_the_same_ask_twice_is_one_pull(service: Running, system: StudentSystem) -> None:
    """A button pressed twice asks the student system once."""
    await keep(service, system)
    result = await pull(service)
    asked = len(system.questions("users"))
    school = (await service.school()).id
    again = PullNow(op_id=result.op, school=school, actor=IT, source="sis")
    assert (await service.client.send(again)).status == "accepted"
    assert (await listed(service)).asked_op == ""
    assert len(system.questions("users")) == asked
