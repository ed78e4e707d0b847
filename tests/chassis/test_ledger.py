"""The ledger on the real PostgreSQL: numbering, answers, sharing of commits."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import msgspec
import pytest

from schemas.envelope import Envelope, decode
from schemas.identifiers import IncidentId, PersonId, SchoolId
from schemas.incident import NoteAdded
from services.chassis.database import in_school
from services.chassis.ledger import Accepted, DecisionFailed, Draft
from tests.chassis.probe import (
    ANN,
    DRILL,
    ELM,
    OAK,
    PROBES,
    Probe,
    add_note,
    explode,
    op,
    refuse,
    running,
)
from tests.chassis_fixtures import Database, Databases


@pytest.fixture
async def db(database: Databases) -> Database:
    return await database("probe", root=PROBES)


@pytest.fixture
async def probe(db: Database) -> AsyncIterator[Probe]:
    async with running(db) as probe:
        yield probe


async def log_of(probe: Probe, school: SchoolId) -> list[Envelope]:
    page = await probe.ledger.events(school, 0, 10_000)
    return [decode(bytes(raw)) for raw in page.events]


async def test_numbers_have_no_gap_under_concurrency(probe: Probe) -> None:
    """200 at once over three schools and two incidents: pos and seq count 1, 2, 3 …"""
    schools = [OAK, ELM, SchoolId("ash")]
    incidents = [DRILL, IncidentId("drill-2")]
    replies = await asyncio.gather(
        *(
            probe.submit(add_note(incident=incidents[n % 2]), school=schools[n % 3])
            for n in range(200)
        )
    )
    assert {reply.status for reply in replies} == {"accepted"}
    for school in schools:
        events = await log_of(probe, school)
        assert [event.pos for event in events] == list(range(1, len(events) + 1))
        for incident in incidents:
            seqs = [event.seq for event in events if event.incident == incident]
            assert seqs == list(range(1, len(seqs) + 1))
        assert probe.ledger.heads().heads[school] == len(events)
        assert (await probe.ledger.state(school)).total == len(events)
        assert await probe.ledger.verify(school) is None
    assert len(probe.heard.events) == 200


async def test_many_ops_share_one_commit(probe: Probe) -> None:
    """The cost law: commits are counted by batches, not by marks."""
    await probe.submit()
    before = probe.figure("muster_ledger_commits_total")
    await asyncio.gather(*(probe.submit() for _ in range(120)))
    assert probe.figure("muster_ledger_commits_total") - before <= 2
    assert probe.figure("muster_ledger_ops_per_commit_sum") == 121


async def test_a_lone_op_pays_one_commit(probe: Probe) -> None:
    """No timer holds a single op back or commits behind it."""
    for _ in range(5):
        await probe.submit()
    assert probe.figure("muster_ledger_commits_total") == 5


async def test_the_same_op_a_hundred_times_is_one_event(probe: Probe) -> None:
    """A phone that repeats itself is answered the same and counted once, at once or later."""
    same = op(op_id="same-op-1", shown=True)
    replies = await asyncio.gather(*(probe.ledger.submit(same) for _ in range(100)))
    replies.append(await probe.ledger.submit(same))
    assert len({msgspec.json.encode(reply) for reply in replies}) == 1
    assert len(await log_of(probe, OAK)) == 1


async def test_a_stored_answer_survives_a_restart(db: Database) -> None:
    """The answer is repeated by whichever instance is asked next."""
    async with running(db) as first:
        before = await first.submit(op_id="same-op-1", shown=True)
    async with running(db) as second:
        assert await second.submit(op_id="same-op-1", shown=True) == before
        assert len(await log_of(second, OAK)) == 1


async def test_an_op_id_for_something_else_is_refused(probe: Probe) -> None:
    """Another body under a used op_id is a mistake of the client, in the batch or after it."""
    first, second = await asyncio.gather(
        probe.submit(op_id="same-op-1", body=b"{1}"), probe.submit(op_id="same-op-1", body=b"{2}")
    )
    assert (first.status, second.code) == ("accepted", "op_reused")
    assert (await probe.submit(op_id="same-op-1", body=b"{3}")).code == "op_reused"
    assert (await probe.submit(op_id="same-op-1", body=b"{1}")) == first
    assert len(await log_of(probe, OAK)) == 1


async def test_the_same_op_id_of_two_people_is_two_acts(probe: Probe) -> None:
    """The key is school, actor and op_id: nobody can take another's answer."""
    for actor, school in ((ANN, OAK), (PersonId("bob"), OAK), (ANN, ELM)):
        assert (await probe.submit(op_id="same-op-1", actor=actor, school=school)).pos > 0
    assert [len(await log_of(probe, school)) for school in (OAK, ELM)] == [2, 1]


async def test_a_refusal_is_stored_and_repeated(probe: Probe) -> None:
    """A no stays a no for the same op, even when it would be a yes by now."""
    refused = await probe.submit(refuse, op_id="refused-1")
    assert (refused.status, refused.code) == ("refused", "too_late")
    assert await probe.submit(add_note(), op_id="refused-1") == refused
    assert await log_of(probe, OAK) == []


async def test_a_decision_that_raises_fails_alone(probe: Probe) -> None:
    """A bug in one rule must not take the other teachers' marks along."""
    outcomes = await asyncio.gather(
        probe.submit(),
        probe.submit(explode),
        probe.submit(add_note("breaks when applied")),
        probe.submit(add_note("breaks when saved")),
        probe.submit(school=ELM),
        probe.submit(),
        return_exceptions=True,
    )
    failed = [isinstance(outcome, DecisionFailed) for outcome in outcomes]
    assert failed == [False, True, True, True, False, False]
    assert [event.pos for event in await log_of(probe, OAK)] == [1, 2]
    assert (await probe.ledger.state(OAK)).total == 2
    assert (await probe.ledger.verify(OAK)) is None


async def test_a_failed_op_is_not_stored(probe: Probe) -> None:
    """After the bug is mended the same op is decided."""
    with pytest.raises(DecisionFailed):
        await probe.submit(explode, op_id="mended-op")
    assert (await probe.submit(op_id="mended-op")).status == "accepted"


async def test_answers_tell_the_state_after_the_op(probe: Probe) -> None:
    """pos, seq and the answer are of the moment right after this op, not of the batch's end."""
    replies = await asyncio.gather(*(probe.submit(shown=True) for _ in range(3)))
    assert [(reply.pos, reply.seq) for reply in replies] == [(1, 1), (2, 2), (3, 3)]
    assert [bytes(r.answer) for r in replies] == [b'{"total":1}', b'{"total":2}', b'{"total":3}']
    assert [reply.incident for reply in replies] == [DRILL] * 3


async def test_accepted_without_news_appends_nothing(probe: Probe) -> None:
    """Yes, and nothing changed: stored as an answer, no event."""
    reply = await probe.submit(lambda state, stamp: Accepted(incident=DRILL), op_id="nothing-new")
    assert (reply.status, reply.pos, reply.events) == ("accepted", 0, ())
    assert probe.heard.events == []


async def test_one_op_may_cause_several_events(probe: Probe) -> None:
    """A takeover is one transaction: its events have ids, positions and seqs of their own."""

    def both(*_: object) -> Accepted:
        note = NoteAdded(text="x")
        return Accepted((Draft(note, "drill", DRILL), Draft(note, "live", IncidentId("live-1"))))

    reply = await probe.submit(both)
    events = await log_of(probe, OAK)
    assert [(e.pos, e.seq, e.mode) for e in events] == [(1, 1, "drill"), (2, 1, "live")]
    assert reply.events == tuple(event.id for event in events)
    assert len(set(reply.events)) == 2


async def test_the_cursor_moves_with_the_events(probe: Probe) -> None:
    """A follower's position and its effect are one transaction; a repeat moves it as well."""

    async def cursor() -> int | None:
        async with in_school(probe.pool, OAK) as connection:
            found: int | None = await connection.fetchval("SELECT pos FROM cursors")
            return found

    await probe.submit(op_id="effect-1", cursor=("incident", 1))
    assert await cursor() == 1
    with pytest.raises(DecisionFailed):
        await probe.submit(explode, cursor=("incident", 2))
    assert await cursor() == 1
    await probe.submit(op_id="effect-1", cursor=("incident", 5))
    await probe.submit(cursor=("incident", 3))
    assert await cursor() == 5


async def test_events_are_paged_by_position(probe: Probe) -> None:
    """A follower fetches a gap; the head tells how much is left."""
    for _ in range(5):
        await probe.submit()
    page = await probe.ledger.events(OAK, 2, 2)
    assert [decode(bytes(raw)).pos for raw in page.events] == [3, 4]
    assert page.head == 5
    assert (await probe.ledger.events(ELM, 0, 10)).events == []


async def test_state_is_served_with_its_position(probe: Probe) -> None:
    """An in-memory follower starts from a state and the position it is of."""
    await probe.submit()
    shown = await probe.ledger.state_reply(OAK)
    assert (shown.pos, bytes(shown.state)) == (1, b'{"total":1}')
    assert shown.lineage == probe.ledger.heads().lineage != ""


async def test_a_caller_that_left_leaves_its_op_to_be_stored_once(probe: Probe) -> None:
    """A client that hangs up changes nothing for the others in the batch."""
    left = asyncio.create_task(probe.submit(op_id="left-op-1"))
    stays = asyncio.create_task(probe.submit())
    await asyncio.sleep(0)
    left.cancel()
    assert (await stays).status == "accepted"
    await probe.submit(op_id="left-op-1")
    ids = [event.op_id for event in await log_of(probe, OAK)]
    assert ids.count("left-op-1") == 1


TAMPERED = "UPDATE probe.events SET {} WHERE pos = 2"


@pytest.mark.parametrize(
    ("tampering", "named"),
    [
        (TAMPERED.format("wire = wire || ' '::bytea"), 2),
        (TAMPERED.format("hash = sha256('forged')"), 2),
        (TAMPERED.format("prev = sha256('forged')"), 2),
        (TAMPERED.format("seq = 77"), 2),
        ("DELETE FROM probe.events WHERE pos = 2", 2),
        # A forger who mends the row's own hash is betrayed by the next row.
        (TAMPERED.format("wire = wire || ' ', hash = sha256(prev || wire || ' ')"), 3),
    ],
)
async def test_a_tampered_row_is_named(
    db: Database, probe: Probe, tampering: str, named: int
) -> None:
    """Whoever has the database's keys still cannot change what happened without a trace."""
    for _ in range(3):
        await probe.submit()
    assert await probe.ledger.verify(OAK) is None
    admin = await asyncpg.connect(db.admin_url)
    await admin.execute(tampering)
    await admin.close()
    fault = await probe.ledger.verify(OAK)
    assert fault is not None
    assert fault.pos == named


async def test_a_cut_tail_is_noticed(db: Database, probe: Probe) -> None:
    """The head remembers the last row's hash, so that the newest rows cannot vanish silently."""
    for _ in range(3):
        await probe.submit()
    admin = await asyncpg.connect(db.admin_url)
    await admin.execute("DELETE FROM probe.events WHERE pos = 3")
    await admin.close()
    fault = await probe.ledger.verify(OAK)
    assert fault is not None
    assert fault.pos == 3
