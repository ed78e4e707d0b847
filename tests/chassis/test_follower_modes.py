"""A drill is never mistaken for the real thing on its way to a follower."""

from msgspec.structs import replace

from schemas.envelope import encode
from schemas.identifiers import SchoolId
from schemas.registry import subject
from services.chassis.follower import Follower
from tests.conditions import until
from tests.fakes.bus import MemoryBus
from tests.fakes.owner import FakeOwner
from tests.fakes.sink import RecordingSink

S1 = SchoolId("s1")
KEY = ("identity", S1)


async def test_an_event_under_another_modes_subject_is_not_believed() -> None:
    """What claims to be live on a drill's subject is dropped; the owner's log says what it is."""
    owner, sink, bus = FakeOwner(), RecordingSink(), MemoryBus()
    await bus.connect("")
    follower = Follower(
        follows={"identity": owner}, sink=sink, bus=bus, from_state=False, every=0.05
    )
    await follower.start()
    try:
        await until(lambda: follower.ready, "ready")
        event = owner.append(S1)
        told = replace(event, mode="live")
        bus.deliver(subject("now", replace(told, mode="drill")), encode(told))
        await until(lambda: len(sink.applied.get(KEY, [])) == 1, "the owner's own")
        assert [each.mode for each in sink.applied[KEY]] == ["admin"]
        another = owner.append(S1)
        bus.deliver(subject("now", another), encode(another))
        await until(lambda: len(sink.applied[KEY]) == 2, "the next one")
    finally:
        await follower.stop()
