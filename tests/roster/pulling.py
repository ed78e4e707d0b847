"""A roster beside a student system: what the tests of pulls and of sources do with both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from schemas.identifiers import SchoolId
from schemas.replies import Reply
from schemas.roster_pull import PullNow, PullResult, PullSource, SetSource
from schemas.vocabulary import Actor
from tests.fakes.student_system import StudentSystem
from tests.roster.running import OFFICE, Running

IT = msgspec.structs.replace(OFFICE, roles=("it",))
DEADLINE = 60.0


async def source_of(service: Running, system: StudentSystem, **fields: Any) -> SetSource:
    school = await service.school()
    said: dict[str, Any] = {
        "source": "sis",
        "name": "Student system",
        "base_url": system.url,
        "token_url": system.token_url,
        "client_id": system.client_id,
        "secret": system.secret,
        "schools": (school.id,),
        "every_hours": 24,
        "apply": True,
    }
    return SetSource(op_id=service.op(), school=school.id, actor=IT, **(said | fields))


async def keep(service: Running, system: StudentSystem, **fields: Any) -> Reply:
    return await service.client.send(await source_of(service, system, **fields))


async def listed(service: Running) -> PullSource:
    [source] = await service.client.get("/sources", list[PullSource])
    return source


async def until(service: Running, right: Callable[[PullSource], bool]) -> PullSource:
    async with asyncio.timeout(DEADLINE):
        while not right(source := await listed(service)):  # noqa: ASYNC110 -- over HTTP
            await asyncio.sleep(0.02)
    return source


async def pull(service: Running, actor: Actor = IT) -> PullResult:
    """Asks, and waits until that very pull has ended."""
    op = service.op()
    school = (await service.school()).id
    command = PullNow(op_id=op, school=school, actor=actor, source="sis")
    reply = await service.client.send(command)
    assert reply.status == "accepted", reply.code
    source = await until(service, lambda source: bool(source.last and source.last.op == op))
    assert source.last is not None
    return source.last


async def incident(service: Running, school: SchoolId, statement: str) -> None:
    """Does to the school what the incident service would tell of."""
    connection = await service.connect()
    try:
        async with connection.transaction():
            await connection.execute("SELECT set_config('muster.school', $1, true)", school)
            await connection.execute(statement, school)
    finally:
        await connection.close()
