"""Random histories: whatever the now lane does, the log is applied exactly once, in order."""

import asyncio
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.envelope import Envelope, encode
from schemas.identifiers import SchoolId
from schemas.registry import subject
from services.chassis.follower import Follower
from tests.conditions import until
from tests.fakes.bus import MemoryBus
from tests.fakes.owner import FakeOwner
from tests.fakes.sink import RecordingSink

SCHOOLS = (SchoolId("s1"), SchoolId("s2"))


@dataclass(frozen=True)
class Step:
    """One event and what the lane does with its message, in turns of the loop."""

    school: SchoolId
    poison: bool
    deliveries: tuple[int, ...]
    owner_down: bool


STEPS = st.lists(
    st.builds(
        Step,
        school=st.sampled_from(SCHOOLS),
        poison=st.integers(0, 5).map(lambda n: n == 0),
        deliveries=st.lists(st.integers(0, 6), max_size=3).map(tuple),
        owner_down=st.integers(0, 9).map(lambda n: n == 0),
    ),
    max_size=30,
)


async def play(steps: list[Step], from_state: bool) -> tuple[FakeOwner, RecordingSink]:
    owner, sink, bus = FakeOwner(), RecordingSink(), MemoryBus()
    follower = Follower(
        follows={"identity": owner},
        sink=sink,
        bus=bus,
        from_state=from_state,
        every=0.005,
    )
    await follower.start()
    late: list[tuple[int, Envelope]] = []
    for turn, step in enumerate(steps):
        event = append(owner, step)
        owner.down = step.owner_down
        late += [(turn + delay, event) for delay in step.deliveries]
        for due, told in late:
            if due == turn:
                bus.deliver(subject("now", told), encode(told))
        await asyncio.sleep(0)
    for _, told in late:
        bus.deliver(subject("now", told), encode(told))
    owner.down = False
    await until(lambda: all(done(owner, sink, school) for school in SCHOOLS), "the heads")
    await follower.stop()
    return owner, sink


def append(owner: FakeOwner, step: Step) -> Envelope:
    if step.poison:
        return owner.append_raw(step.school, "identity.from_the_future.v9", b"{}")
    return owner.append(step.school)


def done(owner: FakeOwner, sink: RecordingSink, school: SchoolId) -> bool:
    return sink._positions.get(("identity", school), 0) == len(owner.truth(school))


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, from_state=st.booleans())
def test_every_event_once_in_order(steps: list[Step], from_state: bool) -> None:
    """Drops, repeats, reorderings, delays and an absent owner lose nothing, repeat nothing and
    end at the head; what nobody understands is put aside and holds up nothing."""
    owner, sink = asyncio.run(play(steps, from_state))
    for school in SCHOOLS:
        key = ("identity", school)
        started = [reply.pos for _, rebuilt, reply in sink.rebuilt if rebuilt == school]
        assert len(started) <= (1 if from_state else 0)
        truth = owner.truth(school)[started[0] if started else 0 :]
        seen = [(event.pos, encode(event)) for event in sink.applied.get(key, [])]
        aside = [pos for pos, _ in sink.put_aside.get(key, [])]
        assert seen == sorted(seen)
        assert len(set(aside)) == len(aside)
        poison = {wire for wire in truth if b"from_the_future" in wire}
        assert [wire for _, wire in seen] == [wire for wire in truth if wire not in poison]
        assert len(aside) == len(poison)
