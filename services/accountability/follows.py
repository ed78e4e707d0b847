"""What accountability follows: incidents open and end its accounts, imports bring the roster."""

from collections.abc import Sequence

import msgspec

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import SchoolId
from schemas.incident import Closed, Declared, DrillStopped
from schemas.roster import Imported, RosterSnapshot
from schemas.vocabulary import SYSTEM
from services.accountability.domain.decisions import decide_ended, decide_opened
from services.accountability.domain.school import School
from services.accountability.ports import Rosters
from services.accountability.store import SnapshotStore
from services.chassis.commands import ProblemError, ServiceClient, Unavailable
from services.chassis.database import Pool
from services.chassis.follower import Follower, LedgerSink
from services.chassis.follower.ledger_sink import Acts
from services.chassis.ledger import Accepted, Decision, Draft, Op, Stamp

FOLLOWED = frozenset(
    {
        "incident.declared.v1",
        "incident.closed.v1",
        "incident.drill_stopped.v1",
        "roster.imported.v1",
    }
)


ASK_AGAIN = 30.0
"""Seconds between two questions for a roster that does not exist: an import brings it."""

MARK_AGAIN = 5.0


class UnknownRoster(Unavailable):
    """The roster has no such school or version: whom to expect is not known."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("roster_unknown", retry_after)


class FollowedRosters:
    """Snapshots as the roster gave them: from memory, else kept, else asked for.

    unknown: schools that the roster does not have, as it said when it was last asked.
    """

    def __init__(self, *, roster: ServiceClient, kept: SnapshotStore) -> None:
        self._roster = roster
        self._kept = kept
        self._newest: dict[SchoolId, RosterSnapshot] = {}
        self.unknown: set[SchoolId] = set()

    async def snapshot(self, school: SchoolId, version: int) -> RosterSnapshot:
        """That version; when it is 0, the newest. Raises Unavailable, UnknownRoster."""
        known = self._newest.get(school)
        if known is not None and known.version == version:
            return known
        found = await self._kept.read(school, version) if version else None
        return self._remember(found or await self._ask(school, version))

    async def _ask(self, school: SchoolId, version: int) -> RosterSnapshot:
        try:
            found = await self._roster.get(
                "/snapshot", RosterSnapshot, school=school, version=version
            )
        except Unavailable:
            newest = await self._kept.read(school, 0)
            if version or newest is None:
                raise
            return newest
        except ProblemError as error:
            self.unknown.add(school)
            raise UnknownRoster(ASK_AGAIN) from error
        await self._kept.keep(found)
        return found

    def _remember(self, snapshot: RosterSnapshot) -> RosterSnapshot:
        self.unknown.discard(snapshot.school.id)
        known = self._newest.get(snapshot.school.id)
        if known is None or known.version <= snapshot.version:
            self._newest[snapshot.school.id] = snapshot
        return snapshot


class AccountsSink(LedgerSink[School]):
    """An incident's events as acts of accountability's own log.

    The population is fetched before the act is decided: while it cannot be had, the event
    waits, and with it the school's lane.
    """

    def __init__(self, *, ledger: Acts[School], rosters: Rosters, pool: Pool) -> None:
        super().__init__(ledger, self._op, pool=pool)
        self._rosters = rosters
        self._pinned: dict[str, RosterSnapshot] = {}

    async def apply(
        self, owner: str, school: SchoolId, events: Sequence[tuple[Envelope, Event]]
    ) -> None:
        """Fetch what the acts need, then act."""
        pinned = [envelope.id for envelope, data in events if isinstance(data, Declared)]
        try:
            for envelope, data in events:
                match data:
                    case Declared(roster_version=version):
                        self._pinned[envelope.id] = await self._rosters.snapshot(school, version)
                    case Imported(version=version):
                        await self._rosters.snapshot(school, version)
                    case _:
                        pass
            await super().apply(owner, school, events)
        finally:
            # Only our own: other schools' lanes are in the middle of theirs.
            for event in pinned:
                self._pinned.pop(event, None)

    def _op(self, envelope: Envelope, data: Event) -> Op[School] | None:
        incident = envelope.incident
        if incident is None or envelope.mode == "admin":
            return None
        snapshot = self._pinned.get(envelope.id)

        def decide(school: School, _stamp: Stamp) -> Decision:
            account = school.account(incident)
            made: Event | None = None
            if snapshot is not None:
                made = decide_opened(account, snapshot)
            elif isinstance(data, Closed | DrillStopped):
                made = decide_ended(account)
            if made is None:
                return Accepted(incident=incident)
            return Accepted((Draft(made, envelope.mode, incident, envelope.id),), incident=incident)

        return Op(
            school=envelope.school,
            actor=SYSTEM.person,
            device=SYSTEM.device,
            op_id=envelope.id,
            body=msgspec.json.encode(data),
            decide=decide,
        )


class FollowedIncidents:
    """The incident service's log, as followed here."""

    def __init__(self, follower: Follower, rosters: FollowedRosters) -> None:
        self._follower = follower
        self._rosters = rosters

    async def hear(self, school: SchoolId) -> None:
        """Apply everything that the incident service has of the school by now.

        Raises Unavailable; UnknownRoster at once while an incident waits for its population.
        """
        if school in self._rosters.unknown:
            raise UnknownRoster(MARK_AGAIN)
        await self._follower.catch_up("incident", school)
