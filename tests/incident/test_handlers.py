"""Load, decide, append: the same cases on a log in memory and on the real ledger."""

from collections.abc import AsyncIterator

import msgspec
import pytest

from schemas.identifiers import SchoolId
from schemas.incident import Close, Declare
from schemas.replies import Reply
from schemas.vocabulary import Actor, IncidentMode
from services.chassis.database import open_pool
from services.chassis.ledger import Ledger
from services.chassis.metrics import Metrics
from services.incident.handlers import Incidents
from services.incident.store import IncidentBook, LedgerLog
from tests.chassis_fixtures import Databases
from tests.fakes.clock import SettableClock
from tests.incident.fakes import KnownStudents, KnownVersions, PaperIncidentLog
from tests.incident.scenes import OFFICE, PRINCIPAL, SCHOOL, START, TEACHER, call


@pytest.fixture(params=["paper", "ledger"])
async def incidents(
    request: pytest.FixtureRequest, database: Databases
) -> AsyncIterator[Incidents]:
    rosters = KnownVersions({SCHOOL: 7})
    if request.param == "paper":
        yield Incidents(log=PaperIncidentLog(), rosters=rosters, students=KnownStudents())
        return
    db = await database("incident")
    pool = await open_pool(db.url("incident"), service="incident")
    ledger = Ledger(
        owner="incident",
        pool=pool,
        database_url=db.url("incident"),
        clock=SettableClock(START),
        book=IncidentBook(),
        lanes=None,
        metrics=Metrics("incident"),
    )
    await ledger.start()
    yield Incidents(log=LedgerLog(ledger), rosters=rosters, students=KnownStudents())
    await ledger.stop()
    await pool.close()


def declaring(
    op_id: str, mode: IncidentMode = "live", actor: Actor = OFFICE, school: SchoolId = SCHOOL
) -> Declare:
    return Declare(op_id=op_id, school=school, actor=actor, mode=mode, action=call("lockdown"))


def facts(reply: Reply) -> tuple[str, str, int, int]:
    return reply.status, reply.code, reply.pos, reply.seq


async def test_an_accepted_command_has_its_place(incidents: Incidents) -> None:
    """The answer says where in the log, and in the incident, the act now stands."""
    reply = await incidents.handle(declaring("op-000001"))
    assert facts(reply) == ("accepted", "", 1, 1)
    assert (len(reply.events), reply.at) == (1, START)
    joined = await incidents.handle(declaring("op-000002", actor=PRINCIPAL))
    assert facts(joined) == ("accepted", "", 2, 2)
    assert joined.incident == reply.incident


async def test_a_takeover_answers_with_the_live_incident(incidents: Incidents) -> None:
    """Whoever declares over a drill is led to what they started, not to what they stopped."""
    drill = await incidents.handle(declaring("op-000001", "drill"))
    live = await incidents.handle(declaring("op-000002", actor=TEACHER))
    assert live.incident != drill.incident
    assert facts(live) == ("accepted", "", 3, 1)
    assert len(live.events) == 2


async def test_the_same_op_the_same_answer(incidents: Incidents) -> None:
    """An answer is repeated word for word, also when the world has moved on."""
    first = await incidents.handle(declaring("op-000001"))
    await incidents.handle(declaring("op-000002", actor=PRINCIPAL))
    again = await incidents.handle(declaring("op-000001"))
    assert msgspec.json.encode(again) == msgspec.json.encode(first)


async def test_a_reused_op_is_refused(incidents: Incidents) -> None:
    """Another act under a used op_id is not taken for the first."""
    await incidents.handle(declaring("op-000001", "drill"))
    assert (await incidents.handle(declaring("op-000001"))).code == "op_reused"


async def test_a_refusal_appends_nothing(incidents: Incidents) -> None:
    """What was refused leaves no trace in the log, and the refusal is repeated."""
    refused = await incidents.handle(declaring("op-000001", "drill", TEACHER))
    assert refused.code == "not_allowed"
    assert await incidents.handle(declaring("op-000001", "drill", TEACHER)) == refused
    assert (await incidents.handle(declaring("op-000002"))).pos == 1


async def test_nothing_new_is_accepted_without_an_event(incidents: Incidents) -> None:
    """A second tap on "Propose to close" is heard and changes nothing."""
    reply = await incidents.handle(declaring("op-000001"))
    assert reply.incident is not None
    for op_id, events in (("op-000002", 1), ("op-000003", 0)):
        closing = Close(op_id=op_id, school=SCHOOL, actor=OFFICE, incident=reply.incident)
        answer = await incidents.handle(closing)
        assert (answer.status, len(answer.events)) == ("accepted", events)


async def test_schools_have_logs_of_their_own(incidents: Incidents) -> None:
    """Two schools in Lockdown are two incidents, each from position 1."""
    north = await incidents.handle(declaring("op-000001"))
    south = await incidents.handle(declaring("op-000001", school=SchoolId("school-south")))
    assert (north.pos, south.pos) == (1, 1)
    assert north.incident != south.incident
