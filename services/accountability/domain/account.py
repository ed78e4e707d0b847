"""The accounting of one incident: who is expected where, and every observation kept.

Mutable on purpose: the ledger decides each batch on a copy and swaps it in after the commit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from msgspec.structs import replace as replaced

from schemas.accountability import (
    HOMEROOMS,
    Accounting,
    ClassDigest,
    ClassOpened,
    Contradiction,
    Observation,
    Observed,
    Opened,
    Row,
    Why,
    class_digest,
)
from schemas.identifiers import ClassId, IncidentId, PersonId, RoomKey
from schemas.roster_day import DayMoment
from schemas.vocabulary import SYSTEM, IncidentMode
from services.accountability.domain.fold import outcome, standing

Withdrawn = tuple[PersonId, str, int]
"""(observer, device, n) of observations that were taken back, or will be when they arrive."""


@dataclass
class Account:
    """rows: what shows. observations: everything said, taken back or not.

    moment: which part of the school day it was when the population became known.
    """

    incident: IncidentId
    mode: IncidentMode
    roster_version: int = 0
    seq: int = 0
    open: bool = True
    rows: dict[PersonId, Row] = field(default_factory=dict)
    observations: dict[PersonId, tuple[Observation, ...]] = field(default_factory=dict)
    withdrawn: set[Withdrawn] = field(default_factory=set)
    last_word: dict[RoomKey, datetime] = field(default_factory=dict)
    moment: DayMoment = HOMEROOMS

    def copy(self) -> "Account":
        """A working copy; rows and observations themselves are never changed in place."""
        return replace(
            self,
            rows=self.rows.copy(),
            observations=self.observations.copy(),
            withdrawn=self.withdrawn.copy(),
            last_word=self.last_word.copy(),
        )

    def view(self) -> Accounting:
        """What screens start from."""
        return Accounting(
            incident=self.incident,
            mode=self.mode,
            roster_version=self.roster_version,
            seq=self.seq,
            open=self.open,
            rows=tuple(self.rows.values()),
            last_word=self.last_word,
            moment=self.moment,
        )

    def digest(self, class_id: ClassId) -> ClassDigest:
        """The class's seq and hash over the rows expected in it."""
        return class_digest(
            class_id, (row for row in self.rows.values() if row.class_id == class_id)
        )

    def counted(self, student: PersonId, extra: Iterable[Observation] = ()) -> list[Observation]:
        """A student's observations that were not taken back."""
        said = (*self.observations.get(student, ()), *extra)
        return [one for one in said if _counter_of(one) not in self.withdrawn]

    def inferred(self, student: PersonId) -> list[Observation]:
        """What the day's facts say of a student and was not withdrawn, oldest first."""
        return [one for one in self.counted(student) if one.observer == SYSTEM.person]

    def next_inferred(self) -> int:
        """The next free counter of the system: each of its observations has one of its own."""
        drawn = (
            one.n
            for said in self.observations.values()
            for one in said
            if one.observer == SYSTEM.person
        )
        return max(drawn, default=0) + 1

    def contradictions(self) -> list[Contradiction]:
        """Students whose standing observations disagree, with those observations."""
        return [
            Contradiction(student=row.student, observations=standing(self.counted(row.student)))
            for row in self.rows.values()
            if row.contradicted
        ]

    def open_with(self, event: Opened, at: datetime, seq: int) -> None:
        """The population is known: everybody in it is unknown, or what the day's facts infer."""
        self.roster_version, self.moment, self.seq = event.roster_version, event.moment, seq
        for n, one in enumerate(event.expected, 1):
            self.rows[one.student] = Row(
                one.student, one.standing, seq, one.class_id, False, one.why
            )
            if one.standing != "unknown":
                since = one.why.since if one.why else None
                self.observations[one.student] = (
                    Observation(
                        state=one.standing,
                        observer=SYSTEM.person,
                        device=SYSTEM.device,
                        n=n,
                        seen=0,
                        seq=seq,
                        at=since or at,
                        method="inferred",
                    ),
                )

    def open_class(self, event: ClassOpened, at: datetime, seq: int) -> None:
        """A teacher opened a class."""
        self.seq = seq
        self.last_word[RoomKey(event.class_id)] = at
        self.rows.update((row.student, row) for row in event.rows)

    def observe(
        self, event: Observed, *, observer: PersonId, device: str, at: datetime, seq: int
    ) -> None:
        """Keep what was said, and show what it was decided to fold to."""
        self.seq = seq
        self.withdrawn.update((observer, device, n) for n in event.take_back)
        for student, one in said(event, observer=observer, device=device, at=at, seq=seq):
            self.observations[student] = (*self.observations.get(student, ()), one)
        for row in event.rows:
            self.rows[row.student] = row
            # What a log says is no word from the room.
            if row.room is not None and observer != SYSTEM.person:
                self.last_word[row.room] = at


def _counter_of(one: Observation) -> Withdrawn:
    return (one.observer, one.device, one.n)


def said(
    event: Observed, *, observer: PersonId, device: str, at: datetime, seq: int
) -> Sequence[tuple[PersonId, Observation]]:
    """The observations that an op makes, student by student.

    No screen has seen what comes after it: a higher `seen` would silence whoever speaks later.
    What the system infers began when the school says so.
    """
    inferred = observer == SYSTEM.person
    explicit = [
        (
            mark.student,
            Observation(
                state=mark.state,
                observer=observer,
                device=device,
                n=mark.n,
                seen=min(mark.seen, seq - 1),
                seq=seq,
                at=(mark.at or at) if inferred else at,
                method=mark.method,
                with_adult=mark.with_adult,
                told_by=mark.told_by,
            ),
        )
        for mark in event.marks
    ]
    rest = event.rest
    if rest is None:
        return explicit
    bulk = Observation(
        state="with",
        observer=observer,
        device=device,
        n=rest.n,
        seen=min(rest.seen, seq - 1),
        seq=seq,
        at=at,
        bulk=True,
        with_adult=observer,
    )
    return [*explicit, *((student, bulk) for student in rest.students)]


def rows_after(
    account: Account, event: Observed, *, observer: PersonId, device: str, at: datetime
) -> tuple[Row, ...]:
    """What the touched students fold to once the op is stored under the next seq."""
    seq = account.seq + 1
    new: dict[PersonId, list[Observation]] = {}
    for student, one in said(event, observer=observer, device=device, at=at, seq=seq):
        new.setdefault(student, []).append(one)
    withdrawn = {(observer, device, n) for n in event.take_back}
    taken_from = [
        student
        for student, known in account.observations.items()
        if withdrawn and any(_counter_of(one) in withdrawn for one in known)
    ]
    rows = []
    for student in dict.fromkeys([*new, *taken_from]):
        counted = [
            one
            for one in account.counted(student, new.get(student, ()))
            if _counter_of(one) not in withdrawn
        ]
        state, contradicted = outcome(counted)
        known = account.rows.get(student) or Row(student, "unknown", seq, None, why=Why("extra"))
        rows.append(replaced(known, state=state, seq=seq, contradicted=contradicted))
    return tuple(rows)
