"""What this service follows: which version of its roster each school has."""

from collections.abc import Sequence

import msgspec

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import SchoolId
from schemas.registry import event_type
from schemas.replies import StateReply
from schemas.roster import Imported
from services.chassis.follower import MemoryPositions

ROSTER_EVENTS = frozenset({event_type(Imported)})


class _Versioned(msgspec.Struct):
    """Of the roster's state only what this service needs."""

    version: int = 0


class ImportedRosters(MemoryPositions):
    """Versions by school, in memory: read back from the roster's log at each start.

    A declaration that comes before that pins version 0, and whoever counts the population then
    takes the newest snapshot.
    """

    def __init__(self) -> None:
        super().__init__()
        self._versions: dict[SchoolId, int] = {}

    def version(self, school: SchoolId) -> int:
        """See ports.RosterVersions."""
        return self._versions.get(school, 0)

    async def apply(
        self, owner: str, school: SchoolId, events: Sequence[tuple[Envelope, Event]]
    ) -> None:
        """The last import counts."""
        for envelope, data in events:
            if isinstance(data, Imported):
                self._versions[school] = data.version
            self.moved(owner, school, envelope.pos)

    async def rebuild(self, owner: str, school: SchoolId, reply: StateReply) -> None:
        """The roster was restored: its versions start over."""
        self._versions[school] = msgspec.json.decode(reply.state, type=_Versioned).version
        self.moved(owner, school, reply.pos)
