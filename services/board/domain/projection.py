"""One school as its screens see it: the open incident and the rows of its accounting.

Fed by the owners' events in pos order; says which rows and rooms each event changed. It
displays decisions and never decides again.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from schemas.accountability import (
    Accounting,
    ClassOpened,
    Ended,
    Observed,
    Opened,
    Row,
    SchoolAccounting,
)
from schemas.board import COUNTED, RoomCount
from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import IncidentId, PersonId, RoomKey, SchoolId
from schemas.incident import DrillStopped, Incident, SchoolIncidents
from schemas.incident_fold import fold
from schemas.roster_day import DayMoment
from schemas.vocabulary import ACCOUNTED, SYSTEM, PersonState

PLAIN_AWAY: tuple[PersonState, ...] = ("absent", "off_site")
"""Of those accounted for, how many were never expected in a room; no room's count says it."""

KEPT = 4
"""Tallies beside the open incident's. Accountability may be heard before the incident itself."""


@dataclass
class Changes:
    """What screens have to be told. stale: owners fell silent or spoke again.

    everything: a delta would not do. urgent: at once, whatever the pace. more: the next event
    of the same op is on its way, and only both together are true.
    """

    incident: bool = False
    rows: set[PersonId] = field(default_factory=set)
    rooms: set[RoomKey | None] = field(default_factory=set)
    everything: bool = False
    stale: bool = False
    urgent: bool = False
    more: bool = False

    def __bool__(self) -> bool:
        return bool(self.incident or self.rows or self.rooms or self.everything or self.stale)

    def add(self, other: "Changes") -> None:
        """These and the other's."""
        self.incident |= other.incident
        self.everything |= other.everything
        self.stale |= other.stale
        self.urgent |= other.urgent
        self.rows |= other.rows
        self.rooms |= other.rooms


@dataclass
class Tally:
    """The accounting of one incident, by student and by room.

    rooms: room → state → students, kept as rows change so that a frame costs what changed.
    moment: None while the population is not known.
    """

    seq: int = 0
    roster_version: int = 0
    rows: dict[PersonId, Row] = field(default_factory=dict)
    rooms: dict[RoomKey | None, Counter[str]] = field(default_factory=dict)
    last_word: dict[RoomKey, datetime] = field(default_factory=dict)
    moment: DayMoment | None = None

    def put(self, row: Row) -> None:
        """The row as it stands now."""
        before = self.rows.get(row.student)
        if before is not None and before.counts:
            self.rooms[before.room][before.state] -= 1
        if row.counts:
            self.rooms.setdefault(row.room, Counter())[row.state] += 1
        self.rows[row.student] = row

    def room(self, key: RoomKey | None, *, command: bool) -> RoomCount:
        """One room's count, in the detail that the eyes allow."""
        counts = self.rooms.get(key, Counter())
        last = None if key is None else self.last_word.get(key)
        return RoomCount(key, counts.total(), _detail(counts, command=command), last)

    def totals(self, *, command: bool) -> dict[str, int]:
        """The whole school's counts; empty while the population is not known."""
        if self.moment is None:
            return {}
        counts = sum(self.rooms.values(), Counter[str]())
        detail = _detail(counts, command=command)
        if not command:
            detail |= {state: counts[state] for state in PLAIN_AWAY if counts[state]}
        return detail


def _detail(counts: Counter[str], *, command: bool) -> dict[str, int]:
    if command:
        return {state: counts[state] for state in COUNTED if counts[state]}
    accounted, left = sum(counts[state] for state in ACCOUNTED), counts["left"]
    plain = {"accounted": accounted, "not_yet": counts.total() - accounted - left}
    return plain | ({"left": left} if left else {})


def tally_of(accounting: Accounting) -> Tally:
    """The tally that an accounting amounts to."""
    tally = Tally(
        accounting.seq,
        accounting.roster_version,
        last_word=dict(accounting.last_word),
        moment=accounting.moment,
    )
    for row in accounting.rows:
        tally.put(row)
    return tally


class SchoolProjection:
    """incidents: as their owner folds them. tallies: by incident."""

    def __init__(self, school: SchoolId) -> None:
        self.school = school
        self.incidents = SchoolIncidents(school=school)
        self.tallies: dict[IncidentId, Tally] = {}

    @property
    def incident(self) -> Incident | None:
        """The open incident."""
        return self.incidents.open

    @property
    def tally(self) -> Tally:
        """The accounting of the open incident; empty when nothing was heard of it yet."""
        incident = self.incidents.open
        return self.tallies.get(incident.id, Tally()) if incident else Tally()

    def start_incidents(self, state: SchoolIncidents) -> Changes:
        """The incident service's state, whole."""
        self.incidents = state
        return Changes(incident=True, everything=True, urgent=True)

    def start_accounting(self, state: SchoolAccounting) -> Changes:
        """Accountability's state, whole."""
        self.tallies = {one.incident: tally_of(one) for one in state.incidents}
        self._forget()
        return Changes(everything=True, urgent=True)

    def incident_event(self, event: Envelope, data: Event) -> Changes:
        """One event of the incident service. Raises CannotFold."""
        before = self.incidents.open
        self.incidents = fold(self.incidents, event, data)
        self._forget()
        after = self.incidents.open
        same = before is not None and after is not None and before.id == after.id
        # A drill that a live incident stops: no screen may show "nothing is open" in between.
        more = isinstance(data, DrillStopped)
        return Changes(incident=True, everything=not same, urgent=True, more=more)

    def accounting_event(self, event: Envelope, data: Event) -> Changes:
        """One event of accountability; of an incident that is over, nothing shows."""
        if event.incident is None:
            return Changes()
        tally = self.tallies.setdefault(event.incident, Tally())
        self._forget()
        tally.seq = event.seq
        changes = self._accounted(tally, event, data)
        open_ = self.incidents.open
        return changes if open_ is not None and open_.id == event.incident else Changes()

    def _forget(self) -> None:
        """Old tallies: what nobody will be shown again."""
        open_ = self.incidents.open
        others = [one for one in self.tallies if open_ is None or one != open_.id]
        for old in others[:-KEPT]:
            del self.tallies[old]

    def _accounted(self, tally: Tally, event: Envelope, data: Event) -> Changes:
        match data:
            case Opened():
                tally.roster_version, tally.moment = data.roster_version, data.moment
                for one in data.expected:
                    tally.put(
                        Row(one.student, one.standing, event.seq, one.class_id, False, one.why)
                    )
                return Changes(everything=True)
            case ClassOpened():
                room = RoomKey(data.class_id)
                tally.last_word[room] = event.time
                changes = _put_all(tally, data.rows)
                changes.rooms.add(room)
                return changes
            case Observed():
                # What a log says is no word from the room.
                rows = data.rows if event.actor != SYSTEM.person else ()
                tally.last_word.update((row.room, event.time) for row in rows if row.room)
                return _put_all(tally, data.rows)
            case Ended():
                return Changes()
        return Changes()


def _put_all(tally: Tally, rows: tuple[Row, ...]) -> Changes:
    changes = Changes()
    for row in rows:
        before = tally.rows.get(row.student)
        if before is not None:
            changes.rooms.add(before.room)
        tally.put(row)
        changes.rows.add(row.student)
        changes.rooms.add(row.room)
    return changes
