"""What this service follows, in memory: versions of rosters, and students who came to harm."""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from schemas.accountability import Ended, Observed, Row, SchoolAccounting
from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import IncidentId, PersonId, SchoolId
from schemas.registry import event_type
from schemas.replies import StateReply
from schemas.roster import Imported
from services.chassis.follower import MemoryPositions
from services.incident.domain.facts import Harm

ROSTER_EVENTS = frozenset({event_type(Imported)})
STUDENT_EVENTS = frozenset({event_type(Observed), event_type(Ended)})


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


class HarmedStudents(MemoryPositions):
    """Students of open incidents who show as injured or missing; the rest is not kept.

    What accountability shows decides: a report that was taken back, or that its own phone
    replaced, no longer stands. heard: whether accountability answers and was read up to now.
    """

    def __init__(self, heard: Callable[[], bool]) -> None:
        super().__init__()
        self._heard = heard
        self._schools: dict[SchoolId, dict[IncidentId, dict[PersonId, Harm]]] = {}

    def harmed(self, school: SchoolId, incident: IncidentId) -> frozenset[Harm] | None:
        """See ports.Students."""
        if not self._heard():
            return None
        return frozenset(self._schools.get(school, {}).get(incident, {}).values())

    async def apply(
        self, owner: str, school: SchoolId, events: Sequence[tuple[Envelope, Event]]
    ) -> None:
        """Rows say what students fold to, and replace what was shown of them."""
        known = self._schools.setdefault(school, {})
        for envelope, data in events:
            match data:
                case Observed(late=False, rows=rows) if envelope.incident is not None:
                    _put(known.setdefault(envelope.incident, {}), rows)
                case Ended() if envelope.incident is not None:
                    known.pop(envelope.incident, None)
                case _:
                    pass
            self.moved(owner, school, envelope.pos)

    async def rebuild(self, owner: str, school: SchoolId, reply: StateReply) -> None:
        """Start from accountability's state."""
        state = msgspec.json.decode(reply.state, type=SchoolAccounting)
        known: dict[IncidentId, dict[PersonId, Harm]] = {}
        for one in state.incidents:
            if one.open:
                _put(known.setdefault(one.incident, {}), one.rows)
        self._schools[school] = known
        self.moved(owner, school, reply.pos)


def _put(students: dict[PersonId, Harm], rows: Iterable[Row]) -> None:
    for row in rows:
        match row.state:
            case "injured" | "missing" as harm:
                students[row.student] = harm
            case _:
                students.pop(row.student, None)
