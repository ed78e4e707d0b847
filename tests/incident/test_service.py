"""The service over HTTP on a real database: what is accepted is kept, once, for its school."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import asyncpg
import msgspec
import pytest

from schemas.identifiers import SchoolId
from schemas.incident import Approve, Declare, OpenRoom
from schemas.incident_fold import RECENT
from schemas.replies import EventPage, Reply
from schemas.vocabulary import Actor
from services.chassis.commands import ProblemError, Unavailable
from tests.chassis_fixtures import Database, Databases
from tests.incident.running import Running, running
from tests.incident.scenes import OFFICE, PRINCIPAL, SCHOOL, TEACHER, call, someone
from tests.servers import RunningPostgres

ELSEWHERE = SchoolId("school-south")


@pytest.fixture
async def db(database: Databases) -> Database:
    return await database("incident")


@pytest.fixture
async def service(db: Database) -> AsyncIterator[Running]:
    async with running(db) as service:
        yield service


async def log_of(service: Running, school: SchoolId = SCHOOL) -> EventPage:
    return await service.client.events(school, 0, 1000)


async def test_two_offices_at_once_make_one_incident(service: Running) -> None:
    """However many press at the same moment, there is one incident and one alert."""
    actors = [someone("office", number) for number in range(20)]
    replies = await asyncio.gather(
        *(service.declare(call("lockdown"), actor=actor) for actor in actors)
    )
    assert len({reply.incident for reply in replies}) == 1
    page = await log_of(service)
    kinds = [msgspec.json.decode(event)["type"] for event in page.events]
    assert sorted(kinds) == ["incident.declared.v1"] + ["incident.joined.v1"] * 19


async def test_the_same_op_is_the_same_act(service: Running) -> None:
    """A tap that was sent a hundred times over bad Wi-Fi is one tap with one answer."""
    replies = await asyncio.gather(
        *(service.declare(call("lockdown"), op_id="op-the-same") for _ in range(100))
    )
    assert len({msgspec.json.encode(reply) for reply in replies}) == 1
    assert (await log_of(service)).head == 1


async def test_an_op_with_another_body_is_refused(service: Running) -> None:
    """An op_id that was drawn twice never turns a Hold into a Lockdown's answer."""
    await service.declare(call("hold"), op_id="op-the-same")
    again = await service.declare(call("lockdown"), op_id="op-the-same")
    assert (again.status, again.code) == ("refused", "op_reused")
    assert (await log_of(service)).head == 1


async def test_the_same_op_after_a_promotion_is_the_same_act(service: Running) -> None:
    """Roles and devices may change between two tries; what was done was done."""
    first = await service.declare(call("lockdown"), actor=TEACHER, op_id="op-the-same")
    promoted = Actor(person=TEACHER.person, roles=("office",), device="other")
    assert await service.declare(call("lockdown"), actor=promoted, op_id="op-the-same") == first


async def test_a_wrong_role_is_told_who_may(service: Running) -> None:
    """A refusal is an answer: stored, repeated, and of use to the person."""
    reply = await service.declare(call("evacuate"), actor=TEACHER)
    assert (reply.status, reply.code) == ("refused", "not_allowed")
    assert "the principal" in reply.reason
    assert (await service.state()).open is None


async def test_one_school_knows_nothing_of_another(service: Running) -> None:
    """An incident of one school is unknown at the next, to commands and to reads."""
    reply = await service.declare(call("lockdown"))
    assert reply.incident is not None
    command = OpenRoom(
        op_id="op-elsewhere",
        school=ELSEWHERE,
        actor=OFFICE,
        incident=reply.incident,
        room="101",
        opened_by="Someone",
    )
    assert (await service.client.send(command)).code == "unknown_incident"
    assert (await service.state(ELSEWHERE)).open is None
    assert (await log_of(service, ELSEWHERE)).events == []


async def test_the_database_shows_one_school_at_a_time(service: Running, db: Database) -> None:
    """A query that forgot its school sees nothing, whoever wrote it."""
    await service.declare(call("lockdown"))
    connection = await asyncpg.connect(db.url("incident"))
    try:
        count = "SELECT count(*) FROM incident.incidents"
        assert await connection.fetchval(count) == 0
        async with connection.transaction():
            await connection.execute("SELECT set_config('muster.school', $1, true)", ELSEWHERE)
            assert await connection.fetchval(count) == 0
        async with connection.transaction():
            await connection.execute("SELECT set_config('muster.school', $1, true)", SCHOOL)
            assert await connection.fetchval(count) == 1
    finally:
        await connection.close()


async def test_a_takeover_is_one_op(service: Running) -> None:
    """The drill stops and the real thing starts in one commit, or neither does."""
    drill = await service.declare(call("evacuate"), "drill")
    live = await service.declare(call("lockdown"), actor=TEACHER)
    state = await service.state()
    assert state.open is not None
    assert (state.open.id, state.open.supersedes) == (live.incident, drill.incident)
    assert state.recent[0].superseded_by == live.incident
    page = await log_of(service)
    modes = [msgspec.json.decode(event)["mode"] for event in page.events]
    assert modes == ["drill", "drill", "live"]


async def test_everything_is_still_there_after_a_restart(db: Database) -> None:
    """A power cut loses nothing that was acknowledged, and numbering goes on."""
    async with running(db) as service:
        lockdown = await service.declare(call("lockdown"))
        await service.close(lockdown)
        before = await service.state()
        await service.stop()
        await service.start()
        assert await service.state() == before
        assert before.open is not None
        proposal = before.open.proposal
        assert proposal is not None
        approval = Approve(
            op_id=service.op(),
            school=SCHOOL,
            actor=PRINCIPAL,
            incident=before.open.id,
            proposal=proposal.id,
            version=proposal.version,
        )
        assert (await service.client.send(approval)).seq == 3
        await service.stop()
        await service.start()
        assert (await service.client.send(approval)).seq == 3
        after = await service.state()
        assert after.open is None
        assert after.recent[0].closed is not None
        await service.declare(call("hold"))
        state = await service.state()
        assert state.open is not None
        assert state.open.number == 2


async def test_memory_and_tables_agree_after_many_incidents(service: Running) -> None:
    """The newest twenty closed incidents can still hear of an opened room, restart or not."""
    drills = []
    for _ in range(RECENT + 1):
        drills.append(await service.declare(call("lockdown"), "drill"))
        await service.close(drills[-1])
    before = await service.state()
    assert [one.number for one in before.recent] == list(range(RECENT + 1, 1, -1))
    codes = []
    for drill in drills[:2]:
        assert drill.incident is not None
        opened = OpenRoom(
            op_id=service.op(),
            school=SCHOOL,
            actor=OFFICE,
            incident=drill.incident,
            room="101",
            opened_by="Someone",
        )
        codes.append((await service.client.send(opened)).code)
    assert codes == ["unknown_incident", ""]
    live = await service.state()
    await service.stop()
    await service.start()
    assert await service.state() == live


async def test_a_proposal_expires_by_the_clock(service: Running) -> None:
    """Five minutes later the second person is asked again."""
    reply = await service.declare(call("lockdown"))
    await service.close(reply)
    service.clock.advance(dt.timedelta(minutes=5))
    state = await service.state()
    assert state.open is not None
    assert state.open.proposal is not None
    late = Approve(
        op_id=service.op(),
        school=SCHOOL,
        actor=PRINCIPAL,
        incident=state.open.id,
        proposal=state.open.proposal.id,
        version=state.open.proposal.version,
    )
    assert (await service.client.send(late)).code == "proposal_expired"


async def test_bad_commands_change_nothing(service: Running) -> None:
    """What is no command gets a code and the field's path, never a half-applied effect."""
    body = msgspec.json.decode(
        msgspec.json.encode(
            Declare(
                op_id="op-000001", school=SCHOOL, actor=OFFICE, mode="live", action=call("hold")
            )
        )
    )
    for change in ({"mode": "admin"}, {"op_id": "x"}, {"kind": "incident.erase"}, {"extra": 1}):
        raw = msgspec.json.encode({**body, **change})
        with pytest.raises(ProblemError) as caught:
            await service.client.post("/commands", stream(raw), Reply)
        assert (caught.value.status, caught.value.code) == (400, "bad_command")
    assert (await log_of(service)).head == 0


async def stream(raw: bytes) -> AsyncIterator[bytes]:
    yield raw


async def test_a_stand_by_decides_nothing_and_takes_over(service: Running, db: Database) -> None:
    """Two instances never both decide; when the active one ends the other goes on from there."""
    first = await service.declare(call("lockdown"))
    async with running(db) as other:
        with pytest.raises(Unavailable):
            await other.declare(call("hold"))
        await service.stop()
        async with asyncio.timeout(30):
            while True:
                try:
                    joined = await other.declare(
                        call("lockdown"), actor=PRINCIPAL, op_id="op-000099"
                    )
                    break
                except Unavailable:
                    await asyncio.sleep(0.02)
        assert (joined.incident, joined.pos) == (first.incident, 2)


async def test_a_killed_database_loses_nothing(private_postgres: RunningPostgres) -> None:
    """What was acknowledged before kill -9 is there after it, and deciding goes on."""
    databases = Databases(private_postgres)
    async with running(await databases("incident")) as service:
        first = await service.declare(call("lockdown"))
        private_postgres.restart()
        async with asyncio.timeout(60):
            while True:
                try:
                    joined = await service.declare(
                        call("lockdown"), actor=PRINCIPAL, op_id="op-000099"
                    )
                    break
                except Unavailable:
                    await asyncio.sleep(0.05)
        assert (joined.status, joined.incident, joined.pos) == ("accepted", first.incident, 2)
