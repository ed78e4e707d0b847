"""A sink in memory that writes down what it was given, and fails on demand."""

from collections.abc import Sequence

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import SchoolId
from schemas.replies import StateReply
from services.chassis.follower import CannotHandle, MemoryPositions

Key = tuple[str, SchoolId]


class RecordingSink(MemoryPositions):
    """Fulfils Sink. refuses: event ids it can never handle. breaks: ids on which it has a
    bug. failing: schools that fail for now."""

    def __init__(self) -> None:
        super().__init__()
        self.applied: dict[Key, list[Envelope]] = {}
        self.put_aside: dict[Key, list[tuple[int, str]]] = {}
        self.rebuilt: list[tuple[str, SchoolId, StateReply]] = []
        self.refuses: set[str] = set()
        self.breaks: set[str] = set()
        self.failing: set[SchoolId] = set()
        self.attempts = 0

    async def apply(
        self, owner: str, school: SchoolId, events: Sequence[tuple[Envelope, Event]]
    ) -> None:
        self.attempts += 1
        if school in self.failing:
            raise ConnectionError
        if any(envelope.id in self.refuses for envelope, _ in events):
            raise CannotHandle("refused_by_test")
        if any(envelope.id in self.breaks for envelope, _ in events):
            raise KeyError
        position = await self.position(owner, school)
        assert [each.pos for each, _ in events] == list(
            range(position + 1, position + len(events) + 1)
        )
        self.applied.setdefault((owner, school), []).extend(each for each, _ in events)
        self.moved(owner, school, events[-1][0].pos)

    async def rebuild(self, owner: str, school: SchoolId, reply: StateReply) -> None:
        self.rebuilt.append((owner, school, reply))
        self.applied.pop((owner, school), None)
        self.moved(owner, school, reply.pos)

    async def dead_letter(
        self, owner: str, school: SchoolId, wire: bytes, pos: int, reason: str
    ) -> None:
        self.put_aside.setdefault((owner, school), []).append((pos, reason))
        self.moved(owner, school, pos)
