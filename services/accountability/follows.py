"""What accountability follows: incidents open and end its accounts, imports bring the roster,
and what changes in the school day changes what is inferred."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import SchoolId
from schemas.incident import Closed, Declared, DrillStopped
from schemas.roster import Imported, RosterSnapshot
from schemas.roster_day import DayChanged, ExpectedList
from schemas.vocabulary import SYSTEM
from services.accountability.domain.day import decide_day_changed, is_today
from services.accountability.domain.decisions import decide_ended
from services.accountability.domain.population import decide_opened
from services.accountability.domain.school import School
from services.accountability.ports import Rosters
from services.accountability.store import SnapshotStore
from services.chassis.commands import ProblemError, ServiceClient, Unavailable
from services.chassis.commands.client import QUERY_TIMEOUT
from services.chassis.database import Pool
from services.chassis.follower import Follower, LedgerSink
from services.chassis.follower.ledger_sink import Acts
from services.chassis.ledger import Accepted, Decision, Draft, Op, Stamp
from services.chassis.logs import log

FOLLOWED = frozenset(
    {
        "incident.declared.v1",
        "incident.closed.v1",
        "incident.drill_stopped.v1",
        "roster.imported.v1",
        "roster.day_changed.v1",
    }
)


ASK_AGAIN = 30.0
"""Seconds between two questions for a roster that does not exist: an import brings it."""

MARK_AGAIN = 5.0

PATIENCE = 1.0
"""Seconds for each of the two questions of a declaration that an answer at hand can replace."""


Decide = Callable[[School, Stamp], Decision]


@dataclass(frozen=True)
class Population:
    """What a declaration's population is made of. day None: the roster did not say it."""

    snapshot: RosterSnapshot
    day: ExpectedList | None


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
        newest = None if version else await self._kept.read(school, 0)
        timeout = QUERY_TIMEOUT if newest is None else PATIENCE
        try:
            found = await self._roster.get(
                "/snapshot", RosterSnapshot, timeout=timeout, school=school, version=version
            )
        except Unavailable:
            if newest is None:
                raise
            return newest
        except ProblemError as error:
            self.unknown.add(school)
            raise UnknownRoster(ASK_AGAIN) from error
        await self._kept.keep(found)
        return found

    async def expected(self, school: SchoolId, version: int, at: datetime) -> ExpectedList | None:
        """Who should be where at that moment, of that very version; None when the roster does
        not say it soon: an incident does not wait for a bell schedule."""
        asked: dict[str, str | int] = {
            "school": school,
            "version": version,
            "at": at.astimezone(UTC).isoformat(),
        }
        try:
            found = await self._roster.get("/expected", ExpectedList, timeout=PATIENCE, **asked)
        except (Unavailable, ProblemError, msgspec.DecodeError) as error:
            log.warning("expected_list_unknown", error_type=type(error).__name__)
            return None
        return found if (found.school, found.version) == (school, version) else None

    async def at_hand(self, school: SchoolId) -> RosterSnapshot | None:
        """The newest snapshot from memory, else kept; the roster is not asked."""
        return self._newest.get(school) or await self._kept.read(school, 0)

    def _remember(self, snapshot: RosterSnapshot) -> RosterSnapshot:
        self.unknown.discard(snapshot.school.id)
        known = self._newest.get(snapshot.school.id)
        if known is None or known.version <= snapshot.version:
            self._newest[snapshot.school.id] = snapshot
        return snapshot


class AccountsSink(LedgerSink[School]):
    """Others' events as acts of accountability's own log.

    Who is expected is fetched before the act is decided: while no snapshot can be had, the event
    waits, and with it the school's lane. A change of the day waits for a population that is being
    fetched: the list may have been read before the change, and its act may come after.
    """

    def __init__(self, *, ledger: Acts[School], rosters: Rosters, pool: Pool) -> None:
        super().__init__(ledger, self._op, pool=pool)
        self._rosters = rosters
        self._pinned: dict[str, Population] = {}
        self._at_hand: dict[SchoolId, RosterSnapshot | None] = {}
        self._turns: defaultdict[SchoolId, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def apply(
        self, owner: str, school: SchoolId, events: Sequence[tuple[Envelope, Event]]
    ) -> None:
        """Fetch what the acts need, then act."""
        pinned = [envelope.id for envelope, data in events if isinstance(data, Declared)]
        try:
            async with self._turns[school]:
                for envelope, data in events:
                    await self._fetch(school, envelope, data)
                await super().apply(owner, school, events)
        finally:
            # Only our own: other schools' lanes are in the middle of theirs.
            for event in pinned:
                self._pinned.pop(event, None)

    async def _fetch(self, school: SchoolId, envelope: Envelope, data: Event) -> None:
        match data:
            case Declared(roster_version=version):
                snapshot = await self._rosters.snapshot(school, version)
                day = await self._rosters.expected(school, snapshot.version, envelope.time)
                self._pinned[envelope.id] = Population(snapshot, day)
            case Imported(version=version):
                await self._rosters.snapshot(school, version)
            case DayChanged():
                self._at_hand[school] = await self._rosters.at_hand(school)
            case _:
                pass

    def _op(self, envelope: Envelope, data: Event) -> Op[School] | None:
        if isinstance(data, DayChanged):
            return self._acted(envelope, data, self._day_changed(envelope, data))
        if envelope.incident is None or envelope.mode == "admin":
            return None
        return self._acted(envelope, data, self._incident_changed(envelope, data))

    def _incident_changed(self, envelope: Envelope, data: Event) -> Decide:
        incident = envelope.incident
        assert incident is not None
        population = self._pinned.get(envelope.id)

        def decide(school: School, _stamp: Stamp) -> Decision:
            account = school.account(incident)
            made: Event | None = None
            if population is not None:
                made = decide_opened(account, population.snapshot, population.day)
            elif isinstance(data, Closed | DrillStopped):
                made = decide_ended(account)
            if made is None:
                return Accepted(incident=incident)
            return Accepted((Draft(made, envelope.mode, incident, envelope.id),), incident=incident)

        return decide

    def _day_changed(self, envelope: Envelope, data: DayChanged) -> Decide:
        roster = self._at_hand.get(envelope.school)

        def decide(school: School, stamp: Stamp) -> Decision:
            if not is_today(data.date, stamp.now, roster):
                return Accepted()
            made = (
                (account, decide_day_changed(account, data.facts, roster=roster, now=stamp.now))
                for account in school.accounts.values()
                if account.open
            )
            drafts = (
                Draft(event, account.mode, account.incident, envelope.id)
                for account, event in made
                if event is not None
            )
            return Accepted(tuple(drafts))

        return decide

    def _acted(self, envelope: Envelope, data: Event, decide: Decide) -> Op[School]:
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
