"""The follower on a fake bus and owner: gaps, poison, restores, silence."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from schemas.envelope import encode
from schemas.identifiers import SchoolId
from schemas.registry import subject
from services.chassis.commands import Unavailable
from services.chassis.follower import Follower
from services.chassis.follower.lane import FIRST_PAUSE, LONGEST_PAUSE, longer
from services.chassis.logs import configure
from tests.conditions import until
from tests.fakes.bus import MemoryBus
from tests.fakes.owner import FakeOwner
from tests.fakes.sink import RecordingSink

S1, S2 = SchoolId("s1"), SchoolId("s2")
KEY = ("identity", S1)
EVERY = 0.02


@asynccontextmanager
async def following(
    owner: FakeOwner,
    sink: RecordingSink,
    *,
    bus: MemoryBus | None = None,
    from_state: bool = False,
    types: frozenset[str] | None = None,
    every: float = EVERY,
    stale: list[frozenset[str]] | None = None,
) -> AsyncIterator[Follower]:
    follower = Follower(
        follows={"identity": owner},
        sink=sink,
        bus=bus,
        types=types,
        from_state=from_state,
        every=every,
        on_stale=stale.append if stale is not None else None,
    )
    await follower.start()
    try:
        yield follower
    finally:
        await follower.stop()


def positions(sink: RecordingSink, school: SchoolId = S1) -> list[int]:
    return [event.pos for event in sink.applied.get(("identity", school), [])]


async def test_heads_alone_are_enough() -> None:
    """Without NATS every event still arrives, in order, from the heads alone."""
    owner, sink = FakeOwner(), RecordingSink()
    for _ in range(3):
        owner.append(S1)
    async with following(owner, sink) as follower:
        await until(lambda: positions(sink) == [1, 2, 3], "the first three")
        await until(lambda: follower.ready, "ready")
        owner.append(S1)
        await until(lambda: positions(sink) == [1, 2, 3, 4], "the fourth")


async def test_the_now_lane_needs_no_request() -> None:
    """An event with the next position is applied at once, without asking the owner."""
    owner, sink, bus = FakeOwner(), RecordingSink(), MemoryBus()
    await bus.connect("")
    owner.append(S1)
    async with following(owner, sink, bus=bus, every=60) as follower:
        await until(lambda: follower.ready, "ready")
        asked = owner.asked
        event = owner.append(S1)
        bus.publish(subject("now", event), encode(event))
        await until(lambda: positions(sink) == [1, 2], "the event told")
        assert owner.asked == asked


async def test_a_gap_is_fetched() -> None:
    """A lost message is noticed at the next one and fetched from the owner."""
    owner, sink, bus = FakeOwner(), RecordingSink(), MemoryBus()
    await bus.connect("")
    async with following(owner, sink, bus=bus, every=60) as follower:
        await until(lambda: follower.ready, "ready")
        owner.append(S1)
        event = owner.append(S1)
        bus.publish(subject("now", event), encode(event))
        await until(lambda: positions(sink) == [1, 2], "the gap")


async def test_a_reconnect_asks_for_heads() -> None:
    """What was told while the connection was away is fetched at once, not at the next look."""
    owner, sink, bus = FakeOwner(), RecordingSink(), MemoryBus()
    async with following(owner, sink, bus=bus, every=60) as follower:
        await until(lambda: follower.ready, "ready")
        owner.append(S1)
        bus.connect_again()
        await until(lambda: positions(sink) == [1], "the missed event")


async def test_poison_is_put_aside() -> None:
    """Unknown types, undecodable data and refused events go to dead letters; the lane goes on."""
    owner, sink = FakeOwner(), RecordingSink()
    owner.append(S1)
    owner.append_raw(S1, "identity.from_the_future.v9", b"{}")
    owner.append_raw(S1, "identity.session_revoked.v1", b'{"sid":7}')
    sink.refuses.add(owner.append(S1).id)
    owner.append(S1)
    async with following(owner, sink):
        await until(lambda: positions(sink) == [1, 5], "the rest")
    assert sink.put_aside[KEY] == [
        (2, "unknown_type"),
        (3, "bad_data"),
        (4, "refused_by_test"),
    ]


async def test_one_refused_event_in_a_batch_takes_no_other_along() -> None:
    """Events around a refused one are applied, each exactly once."""
    owner, sink = FakeOwner(), RecordingSink()
    events = [owner.append(S1) for _ in range(20)]
    sink.refuses.update({events[6].id, events[7].id})
    async with following(owner, sink):
        await until(lambda: len(positions(sink)) == 18, "the others")
    assert positions(sink) == [pos for pos in range(1, 21) if pos not in {7, 8}]


async def test_a_bug_on_one_event_stops_nothing() -> None:
    """A handler that breaks on an event three times in a row loses that event, not the lane."""
    owner, sink = FakeOwner(), RecordingSink()
    events = [owner.append(S1) for _ in range(5)]
    sink.breaks.add(events[2].id)
    async with following(owner, sink):
        await until(lambda: positions(sink) == [1, 2, 4, 5], "the others")
    assert sink.put_aside[KEY] == [(3, "handler_failed")]


async def test_a_school_that_fails_holds_up_no_other() -> None:
    """A transient failure is retried with a growing pause while other schools go on."""
    owner, sink = FakeOwner(), RecordingSink()
    sink.failing.add(S1)
    owner.append(S1)
    owner.append(S2)
    async with following(owner, sink):
        await until(lambda: positions(sink, S2) == [1], "the other school")
        await until(lambda: sink.attempts >= 3, "a retry")
        assert positions(sink) == []
        sink.failing.clear()
        await until(lambda: positions(sink) == [1], "the school that failed")
    assert sink.put_aside == {}


@pytest.mark.parametrize(
    ("error", "longest"), [(ConnectionError(), LONGEST_PAUSE), (Unavailable("unknown", 30.0), 30.0)]
)
def test_pauses_grow_to_what_was_asked_for(error: Exception, longest: float) -> None:
    """A database that returns is used soon; what a person has to mend is not asked for often."""
    pauses = [FIRST_PAUSE]
    for _ in range(12):
        pauses.append(longer(pauses[-1], error))
    assert pauses == sorted(pauses)
    assert pauses[1] == 2 * FIRST_PAUSE
    assert pauses[-1] == longest


async def test_a_lane_that_waits_says_so_once() -> None:
    """A failure that lasts does not fill the log."""
    lines = io.StringIO()
    configure("bell", "debug", lines)
    owner, sink = FakeOwner(), RecordingSink()
    sink.failing.add(S1)
    owner.append(S1)
    async with following(owner, sink):
        await until(lambda: sink.attempts >= 4, "retries")
    assert lines.getvalue().count('"action":"lane_waits"') == 1


async def test_unlisted_types_move_the_position_only() -> None:
    """A sink sees the types it asked for, and its position still reaches the head."""
    owner, sink = FakeOwner(), RecordingSink()
    for _ in range(3):
        owner.append(S1)
    async with following(owner, sink, types=frozenset({"identity.person_revoked.v1"})):
        async with following(owner, RecordingSink()) as other:
            await until(lambda: other.ready, "the other follower")
        await until(lambda: sink._positions.get(KEY) == 3, "the position")
    assert positions(sink) == []


async def test_memory_starts_from_the_state() -> None:
    """An in-memory follower does not replay a school's history: it starts from /state."""
    owner, sink = FakeOwner(), RecordingSink()
    for _ in range(5):
        owner.append(S1)
    async with following(owner, sink, from_state=True) as follower:
        await until(lambda: follower.ready, "ready")
        assert [reply.pos for _, _, reply in sink.rebuilt] == [5]
        owner.append(S1)
        await until(lambda: positions(sink) == [6], "what came after")


@pytest.mark.parametrize("kept", [1, 3])
async def test_a_restored_log_rebuilds(kept: int) -> None:
    """A head below ours, or another lineage at the same head, means that history changed."""
    owner, sink = FakeOwner(), RecordingSink()
    for _ in range(3):
        owner.append(S1)
    async with following(owner, sink):
        await until(lambda: positions(sink) == [1, 2, 3], "the first history")
        owner.restore(S1, kept, lineage="l2")
        await until(lambda: len(sink.rebuilt) == 1, "the rebuild")
        assert sink.rebuilt[0][2].pos == kept
        owner.append(S1)
        await until(lambda: positions(sink) == [kept + 1], "the second history")
    assert len(sink.rebuilt) == 1


async def test_a_head_below_ours_alone_rebuilds() -> None:
    """A restore that kept its lineage is noticed by its length."""
    owner, sink = FakeOwner(), RecordingSink()
    for _ in range(3):
        owner.append(S1)
    async with following(owner, sink):
        await until(lambda: positions(sink) == [1, 2, 3], "the first history")
        owner.restore(S1, 1, lineage="l1")
        await until(lambda: len(sink.rebuilt) == 1, "the rebuild")


async def test_an_old_answer_is_no_restore() -> None:
    """Heads read before an event that overtook the answer must not throw the state away."""

    class SlowHeads(FakeOwner):
        async def heads(self):  # type: ignore[no-untyped-def]
            heads = self.heads_now()
            if self.asked:
                event = self.append(S1)
                bus.deliver(subject("now", event), encode(event))
                await until(lambda: len(positions(sink)) == event.pos, "it to overtake")
            self.asked += 1
            return heads

    owner, sink, bus = SlowHeads(), RecordingSink(), MemoryBus()
    owner.append(S1)
    async with following(owner, sink, bus=bus):
        await until(lambda: len(positions(sink)) >= 5, "several looks")
    assert sink.rebuilt == []


async def test_two_missed_heads_are_stale() -> None:
    """Screens must say so until the owner is heard, and again within two looks of its silence."""
    owner, sink, said = FakeOwner(), RecordingSink(), list[frozenset[str]]()
    async with following(owner, sink, stale=said) as follower:
        await until(lambda: follower.ready, "ready")
        owner.down = True
        await until(lambda: follower.stale == {"identity"}, "stale")
        owner.down = False
        await until(lambda: not follower.stale, "fresh again")
    assert said == [frozenset(), frozenset({"identity"}), frozenset()]


async def test_an_owner_never_heard_is_not_ready() -> None:
    """A service that has not seen its owners' facts must not be given requests."""
    owner, sink = FakeOwner(), RecordingSink()
    owner.append(S1)
    owner.down = True
    async with following(owner, sink) as follower:
        await until(lambda: bool(follower.stale), "stale")
        assert not follower.ready
        owner.down = False
        await until(lambda: follower.ready, "ready")
        assert positions(sink) == [1]


async def test_catch_up_fetches_now() -> None:
    """A command that names something unknown waits for the owner's head, not for the next look."""
    owner, sink = FakeOwner(), RecordingSink()
    async with following(owner, sink, every=60) as follower:
        await until(lambda: follower.ready, "ready")
        owner.append(S1)
        await follower.catch_up("identity", S1)
        assert positions(sink) == [1]
        owner.down = True
        with pytest.raises(Unavailable):
            await follower.catch_up("identity", S1)


async def test_noise_on_the_now_lane_changes_nothing() -> None:
    """Bytes that are no event, or claim a position that the owner does not know, pass by."""
    owner, sink, bus = FakeOwner(), RecordingSink(), MemoryBus()
    await bus.connect("")
    async with following(owner, sink, bus=bus) as follower:
        await until(lambda: follower.ready, "ready")
        owner.append(S1)
        liar = FakeOwner()
        for _ in range(9):
            claimed = liar.append(S1)
        bus.deliver("now.admin.s1.identity.x", b"noise")
        bus.deliver(subject("now", claimed), encode(claimed))
        await until(lambda: positions(sink) == [1], "the true event")
        owner.append(S1)
        await until(lambda: positions(sink) == [1, 2], "the next")
    assert sink.rebuilt == []
