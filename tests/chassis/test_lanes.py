"""Both lanes on a real nats-server that is killed, restarted and away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import nats
import pytest
from nats.js.api import StreamConfig

from schemas.envelope import Envelope
from schemas.identifiers import SchoolId
from services.chassis.follower import Follower
from services.chassis.lanes import Bus, Lanes
from services.chassis.lanes.relay import STREAM
from tests.conditions import until
from tests.fakes.owner import FakeOwner, LedgerView
from tests.fakes.relay import MemoryRelay
from tests.fakes.sink import RecordingSink
from tests.servers import RunningNats

S1 = SchoolId("s1")
KEY = ("identity", S1)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Bus]:
    bus = Bus("test")
    await bus.connect(url)
    try:
        yield bus
    finally:
        await bus.close()


@asynccontextmanager
async def relaying(bus: Bus, view: LedgerView, relay: MemoryRelay) -> AsyncIterator[Lanes]:
    lanes = Lanes(owner="identity", bus=bus, relay=relay)
    await lanes.start(view)
    try:
        yield lanes
    finally:
        await lanes.stop()


async def stream_wires(url: str) -> list[bytes]:
    """Everything on stream LOG, in its order; read over a connection of its own."""
    client = await nats.connect(url)
    try:
        stream = client.jetstream()
        last = (await stream.stream_info(STREAM)).state.last_seq
        messages = [await stream.get_msg(STREAM, seq) for seq in range(1, last + 1)]
        return [message.data or b"" for message in messages]
    finally:
        await client.close()


async def make_stream(url: str, *, duplicate_window: float) -> None:
    """Stream LOG with a window of duplicates that a test can wait out."""
    client = await nats.connect(url)
    await client.jetstream().add_stream(
        StreamConfig(name=STREAM, subjects=["log.>"], duplicate_window=duplicate_window)
    )
    await client.close()


async def test_connect_returns_at_once_and_publish_never_waits() -> None:
    """A service starts and commits as fast without NATS as with it, and keeps nothing for it."""
    bus = Bus("test")
    # One step runs it to its end: it waits for nothing at all.
    with pytest.raises(StopIteration):
        bus.connect("nats://127.0.0.1:9").send(None)
    lanes = Lanes(owner="identity", bus=bus, relay=MemoryRelay())
    owner = FakeOwner()
    events = [owner.append(S1) for _ in range(1000)]
    lanes.tell(events)
    assert not bus.publish("now.x", b"1")
    assert not bus._outgoing
    await bus.close()


async def test_events_are_told_and_relayed(nats_server: RunningNats) -> None:
    """One event goes out on the now lane at once and then on the log lane."""
    owner, relay, heard = FakeOwner(owner="identity"), MemoryRelay(), list[bytes]()
    school = SchoolId("told")
    async with connected(nats_server.url) as bus, relaying(bus, LedgerView(owner), relay) as lanes:
        await bus.subscribe("now.*.told.identity.>", heard.append)
        await until(lambda: bus.connected, "connected")
        lanes.tell([owner.append(school)])
        await until(lambda: heard == owner.truth(school), "the now lane")
        await until(lambda: relay.positions.get(school) == 1, "the log lane")


async def test_nats_killed_and_restarted(private_nats: RunningNats) -> None:
    """Followers keep current through heads while NATS is dead, the now lane comes back by
    itself, and the log lane catches up in pos order without a duplicate."""
    owner, relay, sink = FakeOwner(), MemoryRelay(), RecordingSink()
    async with (
        connected(private_nats.url) as bus,
        connected(private_nats.url) as other,
        relaying(bus, LedgerView(owner), relay) as lanes,
    ):
        follower = Follower(
            follows={"identity": owner}, sink=sink, bus=other, from_state=False, every=0.2
        )
        await follower.start()
        await until(lambda: bus.connected and other.connected, "connected")

        async def decide(count: int) -> None:
            for _ in range(count):
                lanes.tell([owner.append(S1)])
                await asyncio.sleep(0)

        def current() -> bool:
            return sink._positions.get(KEY, 0) == len(owner.truth(S1))

        await decide(50)
        await until(current, "current with NATS")
        # In the middle of the drain, so that an acknowledgement is lost with the server.
        await until(lambda: len(owner.truth(S1)) == 50, "decided")
        await asyncio.to_thread(private_nats.kill)
        await until(lambda: not bus.connected, "the loss noticed")
        await decide(50)
        assert await until(current, "current through heads") < 1.0
        await asyncio.to_thread(private_nats.start)
        await until(lambda: bus.connected and other.connected, "reconnected")
        await decide(50)
        await until(current, "current again")
        await until(lambda: relay.positions.get(S1) == 150, "the log lane")
        await follower.stop()
    assert await stream_wires(private_nats.url) == owner.truth(S1)
    assert [event.pos for event in sink.applied[KEY]] == list(range(1, 151))


async def test_the_now_lane_resumes(private_nats: RunningNats) -> None:
    """After a restart of the server a subscription hears again without being made anew."""
    heard, woken = list[bytes](), list[int]()
    async with connected(private_nats.url) as bus:
        bus.on_reconnect(lambda: woken.append(1))
        await bus.subscribe("now.x", heard.append)
        await until(lambda: len(woken) == 1, "connected")
        await asyncio.to_thread(private_nats.restart)
        await until(lambda: len(woken) == 2, "reconnected")
        await until(lambda: bus.publish("now.x", b"1") and bool(heard), "the message")


async def test_a_late_server_is_found(private_nats: RunningNats) -> None:
    """A server that starts after the service is used as soon as it is there."""
    private_nats.stop()
    heard, woken = list[bytes](), list[int]()
    async with connected(private_nats.url) as bus:
        bus.on_reconnect(lambda: woken.append(1))
        await bus.subscribe("now.x", heard.append)
        await asyncio.sleep(0.3)
        assert not bus.connected
        await asyncio.to_thread(private_nats.start)
        await until(lambda: bool(woken), "connected")
        bus.publish("now.x", b"1")
        await until(lambda: heard == [b"1"], "the message")


async def test_the_relay_goes_on_where_it_stopped(private_nats: RunningNats) -> None:
    """A restart of the service repeats nothing, even if its last positions were not written and
    the server has forgotten which messages it saw."""
    owner, relay = FakeOwner(), MemoryRelay()
    view = LedgerView(owner)
    for _ in range(20):
        owner.append(S1)
    await make_stream(private_nats.url, duplicate_window=0.1)
    async with connected(private_nats.url) as bus:
        async with relaying(bus, view, relay):
            await until(lambda: relay.positions.get(S1) == 20, "the first twenty")
        relay.positions[S1] = 5
        await asyncio.sleep(0.2)
        for _ in range(20):
            owner.append(S1)
        async with relaying(bus, view, relay):
            await until(lambda: relay.positions.get(S1) == 40, "the rest")
    assert await stream_wires(private_nats.url) == owner.truth(S1)


async def test_a_lost_stream_is_filled_again(private_nats: RunningNats) -> None:
    """When the second copy is gone it is made again from the event tables, from the first."""
    owner, relay = FakeOwner(), MemoryRelay()
    view = LedgerView(owner)
    for _ in range(5):
        owner.append(S1)
    async with connected(private_nats.url) as bus:
        async with relaying(bus, view, relay):
            await until(lambda: relay.positions.get(S1) == 5, "the first copy")
            stream = bus.jetstream(1.0)
            assert stream is not None
            await stream.delete_stream(STREAM)
        async with relaying(bus, view, relay) as lanes:
            lanes.tell([owner.append(S1)])
            await until(lambda: relay.positions.get(S1) == 6, "the second copy")
    assert await stream_wires(private_nats.url) == owner.truth(S1)


async def test_a_restored_log_goes_on(private_nats: RunningNats) -> None:
    """After a restore the new history is relayed though the stream is further on; the old one
    stays for comparison."""
    owner, relay = FakeOwner(), MemoryRelay()
    view = LedgerView(owner)
    for _ in range(8):
        owner.append(S1)
    async with connected(private_nats.url) as bus:
        async with relaying(bus, view, relay):
            await until(lambda: relay.positions.get(S1) == 8, "the first history")
        owner.restore(S1, 3, lineage="l2")
        relay.positions[S1] = 3
        for _ in range(2):
            owner.append(S1)
        async with relaying(bus, view, relay):
            await until(lambda: relay.positions.get(S1) == 5, "the second history")
    assert (await stream_wires(private_nats.url))[8:] == owner.truth(S1)[3:]


async def test_a_stand_by_relays_nothing(private_nats: RunningNats) -> None:
    """Only the active instance writes the second copy; it begins when it becomes active."""
    owner, relay = FakeOwner(), MemoryRelay()
    view = LedgerView(owner)
    view.active = False
    async with connected(private_nats.url) as bus, relaying(bus, view, relay) as lanes:
        await until(lambda: bus.connected, "connected")
        event: Envelope = owner.append(S1)
        lanes.tell([event])
        await asyncio.sleep(0.3)
        assert relay.positions == {}
        view.active = True
        await until(lambda: relay.positions.get(S1) == 1, "relayed")
