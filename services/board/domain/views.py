"""Views of a school: what each kind of eyes sees, as a snapshot and as deltas since.

A delta carries whole new values, so that repeating one changes nothing; a snapshot taken in
the middle of a flush is as good as one taken after it.
"""

from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from schemas.accountability import ClassDigest, Row, class_digest
from schemas.board import Delta, Snapshot, TicketClaims, View
from schemas.identifiers import ClassId
from schemas.incident import Incident, Record
from services.board.domain.projection import Changes, SchoolProjection, Tally

ENTRIES = 30
TEXT = 200
"""What of a timeline a frame carries: entries, and characters of each. Pages load the rest."""


@dataclass(frozen=True)
class Eyes:
    """Who looks: one encoded frame serves everyone with the same eyes."""

    view: View
    classes: tuple[ClassId, ...] = ()
    command: bool = False

    def sees(self, row: Row) -> bool:
        """Whether this row belongs to the view."""
        if self.view == "teacher":
            return row.class_id in self.classes
        return self.view == "office"

    def incident(self, incident: Incident | None) -> Incident | None:
        """The incident as far as these eyes read it: what people wrote is for command's own
        screens, and of that a frame carries the newest entries only."""
        if incident is None:
            return None
        if self.command and self.view != "wall":
            return _newest(incident)
        # A phone looks for its own room; who opened it is command's. A wall asks for neither.
        opened = {} if self.view == "wall" else dict.fromkeys(incident.rooms_opened, "")
        return replace(
            incident,
            rooms_opened=opened,
            timeline=(),
            timeline_more=0,
            call=None,
            called_at=None,
            proposal=None,
            evidence="reported",
            record=Record(),
        )


def _newest(incident: Incident) -> Incident:
    kept = incident.timeline[-ENTRIES:]
    return replace(
        incident,
        timeline=tuple(replace(one, text=one.text[:TEXT]) for one in kept),
        timeline_more=incident.timeline_more + len(incident.timeline) - len(kept),
        record=Record(),
    )


def eyes_of(claims: TicketClaims) -> Eyes:
    """The eyes that a ticket is for."""
    classes = tuple(sorted(claims.classes)) if claims.view == "teacher" else ()
    return Eyes(claims.view, classes, claims.command)


@dataclass
class ViewState:
    """One view of one school: its frame counter and what it has not been told yet."""

    eyes: Eyes
    epoch: str
    n: int = 0
    pending: Changes = field(default_factory=Changes)

    def snapshot(
        self, school: SchoolProjection, *, at: datetime, stale: tuple[str, ...]
    ) -> Snapshot:
        """The whole view as of n."""
        tally = school.tally
        return Snapshot(
            epoch=self.epoch,
            n=self.n,
            at=at,
            school=school.school,
            view=self.eyes.view,
            roster_version=tally.roster_version,
            incident=self.eyes.incident(school.incident),
            seq=tally.seq,
            rows=tuple(row for row in tally.rows.values() if self.eyes.sees(row)),
            rooms=tuple(tally.room(one, command=self.eyes.command) for one in tally.rooms),
            counts=tally.totals(command=self.eyes.command),
            digests=self._digests(tally, set(self.eyes.classes)),
            stale=stale,
            moment=tally.moment if school.incident else None,
        )

    def delta(
        self, school: SchoolProjection, *, at: datetime, stale: tuple[str, ...]
    ) -> Delta | None:
        """What changed since the last frame; None when this view shows none of it.

        A new incident is not a delta: the view asks for a snapshot (pending.everything).
        """
        changes, self.pending = self.pending, Changes()
        tally = school.tally
        rows = [tally.rows[one] for one in changes.rows if one in tally.rows]
        seen = tuple(row for row in rows if self.eyes.sees(row))
        if not (seen or changes.incident or changes.rooms or changes.stale):
            return None
        self.n += 1
        return Delta(
            epoch=self.epoch,
            n=self.n,
            at=at,
            seq=tally.seq,
            rows=seen,
            rooms=tuple(tally.room(one, command=self.eyes.command) for one in changes.rooms),
            counts=tally.totals(command=self.eyes.command),
            incident=self.eyes.incident(school.incident) if changes.incident else None,
            digests=self._digests(tally, {row.class_id for row in seen}),
            stale=stale if changes.stale else None,
        )

    def fresh(self, school: SchoolProjection, *, at: datetime, stale: tuple[str, ...]) -> Snapshot:
        """A snapshot as the next frame: everything changed."""
        self.pending = Changes()
        self.n += 1
        return self.snapshot(school, at=at, stale=stale)

    def _digests(self, tally: Tally, classes: set[ClassId | None]) -> tuple[ClassDigest, ...]:
        if self.eyes.view != "teacher":
            return ()
        return tuple(
            class_digest(one, (row for row in tally.rows.values() if row.class_id == one))
            for one in sorted(one for one in classes if one is not None)
        )
