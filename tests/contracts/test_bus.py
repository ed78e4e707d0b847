"""The bus in memory behaves as the one on NATS does."""

from collections.abc import AsyncIterator

import pytest

from services.chassis.lanes import Bus
from tests.conditions import until
from tests.fakes.bus import BusLike, MemoryBus
from tests.servers import RunningNats


@pytest.fixture(params=["memory", "nats"])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[BusLike]:
    made: BusLike
    if request.param == "memory":
        made, url = MemoryBus(), ""
    else:
        server: RunningNats = request.getfixturevalue("nats_server")
        made, url = Bus("contract"), server.url
    await made.connect(url)
    await until(lambda: made.connected, "connected")
    yield made
    await made.close()


async def test_a_message_reaches_who_listens(bus: BusLike) -> None:
    """Wildcards of subjects decide who hears; nobody else does."""
    one, rest, other = list[bytes](), list[bytes](), list[bytes]()
    await bus.subscribe("now.*.*.contract.>", one.append)
    await bus.subscribe("now.drill.s1.contract.rung", rest.append)
    await bus.subscribe("now.*.*.contract", other.append)
    assert bus.publish("now.drill.s1.contract.rung", b"1")
    assert bus.publish("now.live.s1.contract.rung", b"2")
    await until(lambda: one == [b"1", b"2"], "both")
    assert rest == [b"1"]
    assert other == []


async def test_messages_keep_their_order(bus: BusLike) -> None:
    """One publisher's messages arrive as they were sent."""
    heard = list[bytes]()
    await bus.subscribe("now.order", heard.append)
    for number in range(100):
        bus.publish("now.order", b"%d" % number)
    await until(lambda: len(heard) == 100, "all")
    assert heard == [b"%d" % number for number in range(100)]


async def test_a_closed_bus_says_so(bus: BusLike) -> None:
    """Publishing after the end is refused, not buffered."""
    await bus.close()
    assert not bus.connected
    assert not bus.publish("now.x", b"1")


@pytest.fixture(params=["memory", "nats"])
def fresh(request: pytest.FixtureRequest) -> tuple[BusLike, str]:
    if request.param == "memory":
        return MemoryBus(), ""
    server: RunningNats = request.getfixturevalue("nats_server")
    return Bus("contract"), server.url


async def test_the_first_connection_wakes(fresh: tuple[BusLike, str]) -> None:
    """A subscription made before the connection holds after it, and listeners are told."""
    bus, url = fresh
    woken, heard = list[int](), list[bytes]()
    bus.on_reconnect(lambda: woken.append(1))
    await bus.subscribe("now.early", heard.append)
    assert not bus.publish("now.early", b"lost")
    await bus.connect(url)
    await until(lambda: bool(woken), "woken")
    assert bus.publish("now.early", b"heard")
    await until(lambda: heard == [b"heard"], "the message")
    await bus.close()
