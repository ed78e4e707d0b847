"""Every sink keeps effects and position together: in memory, in tables, through the ledger."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import PersonId
from schemas.registry import data_of
from schemas.replies import StateReply
from services.chassis.database import Connection, Pool, in_school
from services.chassis.follower import CannotHandle, CursorMoved, LedgerSink, Sink, StoreSink
from services.chassis.ledger import Op
from tests.chassis.probe import OAK, PROBES, Tally, add_note, op, running
from tests.chassis_fixtures import Databases
from tests.fakes.owner import FakeOwner
from tests.fakes.sink import RecordingSink

OWNER = "identity"
EFFECTS = "SELECT coalesce(max(total), 0) FROM tallies WHERE school = $1"


@dataclass
class Case:
    """A sink, the ids that it refuses, the pool of what is stored (None: in memory)."""

    sink: Sink
    refuses: set[str]
    pool: "Pool | None" = None

    async def effects(self) -> int:
        """How many events had their effect."""
        if self.pool is None:
            assert isinstance(self.sink, RecordingSink)
            return len(self.sink.applied.get((OWNER, OAK), []))
        async with in_school(self.pool, OAK) as connection:
            return int(await connection.fetchval(EFFECTS, OAK))

    async def put_aside(self) -> list[tuple[int, str]]:
        if self.pool is None:
            assert isinstance(self.sink, RecordingSink)
            return self.sink.put_aside.get((OWNER, OAK), [])
        async with in_school(self.pool, OAK) as connection:
            rows = await connection.fetch("SELECT pos, reason FROM dead_letters ORDER BY pos")
            return [(row["pos"], row["reason"]) for row in rows]


def counting(refuses: set[str]) -> Callable[[Connection, Envelope, Event], Awaitable[None]]:
    async def handle(connection: Connection, envelope: Envelope, _data: Event) -> None:
        await connection.execute(
            "INSERT INTO tallies AS mine VALUES ($1, 1)"
            " ON CONFLICT (school) DO UPDATE SET total = mine.total + 1",
            envelope.school,
        )
        if envelope.id in refuses:
            raise CannotHandle("refused_by_test")

    return handle


def noting(refuses: set[str]) -> Callable[[Envelope, Event], Op[Tally] | None]:
    def make_op(envelope: Envelope, _data: Event) -> Op[Tally] | None:
        if envelope.id in refuses:
            raise CannotHandle("refused_by_test")
        return op(add_note(), op_id=envelope.id, actor=PersonId("system"))

    return make_op


@pytest.fixture(params=["memory", "store", "ledger"])
async def case(request: pytest.FixtureRequest, database: Databases) -> AsyncIterator[Case]:
    if request.param == "memory":
        recording = RecordingSink()
        yield Case(recording, recording.refuses)
        return
    async with running(await database("probe", root=PROBES)) as probe:
        refuses: set[str] = set()
        sink: Sink = StoreSink(probe.pool, counting(refuses))
        if request.param == "ledger":
            sink = LedgerSink(probe.ledger, noting(refuses), pool=probe.pool)
        yield Case(sink, refuses, probe.pool)


def decided(count: int) -> list[tuple[Envelope, Event]]:
    owner = FakeOwner()
    events = [owner.append(OAK) for _ in range(count)]
    return [(event, data_of(event)) for event in events]


async def test_effects_move_the_position(case: Case) -> None:
    """What was applied is known after a restart, because both are kept together."""
    assert await case.sink.position(OWNER, OAK) == 0
    events = decided(5)
    await case.sink.apply(OWNER, OAK, events[:3])
    assert (await case.sink.position(OWNER, OAK), await case.effects()) == (3, 3)
    await case.sink.apply(OWNER, OAK, events[3:])
    assert (await case.sink.position(OWNER, OAK), await case.effects()) == (5, 5)


async def test_a_refused_event_keeps_position_and_effects_together(case: Case) -> None:
    """After CannotHandle the position says exactly which effects are kept."""
    events = decided(3)
    case.refuses.add(events[1][0].id)
    with pytest.raises(CannotHandle):
        await case.sink.apply(OWNER, OAK, events)
    assert await case.sink.position(OWNER, OAK) == await case.effects()
    assert await case.effects() < 2


async def test_skipped_events_only_move_the_position(case: Case) -> None:
    """Events that concern nobody are not looked at again, and the position never goes back."""
    await case.sink.skip(OWNER, OAK, 7)
    await case.sink.skip(OWNER, OAK, 4)
    assert (await case.sink.position(OWNER, OAK), await case.effects()) == (7, 0)


async def test_a_dead_letter_is_kept_and_passed(case: Case) -> None:
    """The event is there for a person, with the reason, and the lane is behind it."""
    await case.sink.dead_letter(OWNER, OAK, b"{}", 1, "unknown_type")
    assert await case.sink.position(OWNER, OAK) == 1
    assert await case.put_aside() == [(1, "unknown_type")]


async def test_a_rebuild_may_go_back(case: Case) -> None:
    """A restored log starts over at its own position, further back than we were."""
    await case.sink.apply(OWNER, OAK, decided(3))
    reply = await restored(1)
    await case.sink.rebuild(OWNER, OAK, reply)
    assert await case.sink.position(OWNER, OAK) == 1
    await case.sink.apply(OWNER, OAK, decided(2)[1:])
    assert await case.sink.position(OWNER, OAK) == 2


async def restored(pos: int) -> StateReply:
    owner = FakeOwner(lineage="l2")
    for _ in range(pos):
        owner.append(OAK)
    return await owner.state(OAK)


async def test_two_instances_apply_once(database: Databases) -> None:
    """A second instance of the same service cannot repeat an effect that the first one had."""
    async with running(await database("probe", root=PROBES)) as probe:
        one, other = (StoreSink(probe.pool, counting(set())) for _ in range(2))
        events = decided(2)
        await one.apply(OWNER, OAK, events)
        with pytest.raises(CursorMoved):
            await other.apply(OWNER, OAK, events[:1])
        case = Case(one, set(), probe.pool)
        assert await case.effects() == 2


async def test_the_same_event_twice_is_one_act(database: Databases) -> None:
    """A crash between an act and its answer repeats the act's answer, not the act."""
    async with running(await database("probe", root=PROBES)) as probe:
        sink = LedgerSink(probe.ledger, noting(set()), pool=probe.pool)
        events = decided(1)
        await sink.apply(OWNER, OAK, events)
        await sink.apply(OWNER, OAK, events)
        assert probe.ledger.heads().heads[OAK] == 1
        assert await sink.position(OWNER, OAK) == 1
