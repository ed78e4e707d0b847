"""Facts of the school day that become known during an incident → inferred observations.

Nobody saw the student: an inferred observation never supersedes what a person said. Where the
two differ both stand, the graver shows, and the office is told.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec.structs import replace

from schemas.accountability import Mark, Observed, Row, Why
from schemas.identifiers import ClassId, PersonId
from schemas.roster import RosterSnapshot
from schemas.roster_day import DayFact
from schemas.vocabulary import SYSTEM, PersonState
from services.accountability.domain.account import Account, rows_after
from services.accountability.domain.fold import standing
from services.accountability.domain.population import PLAIN

TO_CLASS = PLAIN | {"late_arrival"}
"""Reasons for which a student who is expected again goes to class."""

AWAY: frozenset[PersonState] = frozenset({"absent", "off_site", "left"})


def decide_day_changed(
    account: Account, facts: Iterable[DayFact], *, roster: RosterSnapshot | None, now: datetime
) -> Observed | None:
    """What the facts change in an open incident's account; None: nothing.

    Of several facts of a student the last holds. "unknown" withdraws what was inferred before;
    who arrives late and is on no list is expected from now on. roster: the pinned one, if it is
    at hand, to know the late one's class.
    """
    inferred = _Inferred(account, roster, account.next_inferred())
    for fact in {fact.student: fact for fact in facts}.values():
        row = account.rows.get(fact.student)
        if row is not None and row.counts:
            inferred.take(fact, row)
        elif fact.standing == "unknown":
            inferred.add(fact)
    return inferred.event(now)


def is_today(date: str, now: datetime, roster: RosterSnapshot | None) -> bool:
    """Whether a change is one of the running day: a correction of yesterday's moves nobody now.

    Without a known time zone it is taken for one: a fact is not lost over it.
    """
    try:
        zone = ZoneInfo(roster.school.zone) if roster else None
    except (ZoneInfoNotFoundError, ValueError):
        zone = None
    return zone is None or now.astimezone(zone).date().isoformat() == date


@dataclass
class _Inferred:
    """What one change of the day amounts to. n: the system's next counter."""

    account: Account
    roster: RosterSnapshot | None
    n: int
    marks: list[Mark] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    places: dict[PersonId, tuple[ClassId | None, Why | None]] = field(default_factory=dict)
    added: list[Row] = field(default_factory=list)

    def take(self, fact: DayFact, row: Row) -> None:
        """A fact of a student of the population."""
        known = self.account.inferred(fact.student)
        latest = known[-1].state if known else None
        class_id = row.class_id or self._class_now(fact)
        why = _why(fact, class_id)
        if fact.standing == "unknown":
            # Whoever called the student absent did not know of the arrival.
            differs = self._said_away(fact.student)
            if latest == "unknown" or not (known or differs):
                return
            self.withdrawn += [one.n for one in known]
            if differs:
                self._mark(fact)
        elif latest == fact.standing and _same(row.why, why):
            return
        else:
            self._mark(fact)
        self.places[fact.student] = class_id, why

    def add(self, fact: DayFact) -> None:
        """A student whom nobody expected is expected from now on."""
        class_id = self._class_now(fact)
        row = Row(fact.student, "unknown", self.account.seq + 1, class_id)
        self.added.append(replace(row, why=_why(fact, class_id)))

    def event(self, now: datetime) -> Observed | None:
        """All of it as the system's one op; None when nothing changes."""
        if not (self.marks or self.withdrawn or self.added):
            return None
        event = Observed(marks=tuple(self.marks), take_back=tuple(self.withdrawn))
        rows = rows_after(self.account, event, observer=SYSTEM.person, device=SYSTEM.device, at=now)
        return replace(event, rows=(*(self._placed(row) for row in rows), *self.added))

    def _placed(self, row: Row) -> Row:
        class_id, why = self.places.get(row.student, (row.class_id, row.why))
        return replace(row, class_id=class_id, why=why)

    def _class_now(self, fact: DayFact) -> ClassId | None:
        """The one class of the student that meets now; None when that is not plain, or when it
        is lunch or an activity that the student is expected at."""
        if fact.standing != "unknown" or fact.reason not in TO_CLASS:
            return None
        everyone = self.roster.students if self.roster else ()
        student = next((one for one in everyone if one.id == fact.student), None)
        if student is None:
            return None
        meeting = {row.class_id for row in self.account.rows.values()}
        own = {student.homeroom, *student.classes} & meeting - {None}
        return next(iter(own)) if len(own) == 1 else None

    def _mark(self, fact: DayFact) -> None:
        self.marks.append(
            Mark(
                student=fact.student,
                state=fact.standing,
                n=self.n,
                seen=0,
                method="inferred",
                at=fact.at,
            )
        )
        self.n += 1

    def _said_away(self, student: PersonId) -> bool:
        said = [one for one in self.account.counted(student) if one.observer != SYSTEM.person]
        return any(one.state in AWAY for one in standing(said))


def _why(fact: DayFact, class_id: ClassId | None) -> Why | None:
    """None where the class says it all."""
    if fact.standing == "unknown" and fact.reason in PLAIN and class_id is not None:
        return None
    return Why(fact.reason, fact.place, fact.at)


def _same(known: Why | None, new: Why | None) -> bool:
    if known is None or new is None:
        return known is new
    return (known.reason, known.place, known.since) == (new.reason, new.place, new.since)
