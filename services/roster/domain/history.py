"""What is remembered of an import, and whether it may be taken back. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Literal

import msgspec

from schemas.identifiers import PersonId, SchoolId
from schemas.roster import SchoolDifference, StagedImport
from schemas.roster_import import ImportEntry, ImportProgress, ImportState
from services.roster.domain.imports import Refused

KeptState = Literal["checking", "staged", "waiting", "applied", "undone", "refused", "expired"]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What an import's row holds besides what was shown.

    reached: schools that the package was compared with. touched: those of which a row changed.
    versions: of those that have a new one. day: on which it was applied. next_end: the first day
    after it on which an enrollment ends, "" never. same_as: the import that held the same file.
    undone_number: the undo's place in the order of imports.
    """

    by: PersonId = PersonId("")
    source: str = ""
    applied_at: dt.datetime | None = None
    applied_by: PersonId | None = None
    undone_at: dt.datetime | None = None
    undone_by: PersonId | None = None
    undone_number: int | None = None
    code: str = ""
    reason: str = ""
    reached: tuple[SchoolId, ...] = ()
    touched: tuple[SchoolId, ...] = ()
    versions: dict[SchoolId, int] = {}
    day: str = ""
    next_end: str = ""
    same_as: str = ""


class KeptImport(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the history. number: order of applying, 0 before. staged: None while checking."""

    id: str
    state: KeptState
    at: dt.datetime
    number: int
    facts: Facts
    staged: StagedImport | None


def still_the_same(facts: Facts, today: dt.date) -> bool:
    """Whether the same file means the same roster today as when it was applied."""
    return not facts.next_end or today.isoformat() < facts.next_end


def changes_nothing(difference: SchoolDifference) -> bool:
    """A school that a delta touches only in passing, such as a sibling's."""
    plain = SchoolDifference(
        school=difference.school,
        name=difference.name,
        students_before=difference.students_before,
        staff_before=difference.staff_before,
        links_before=difference.links_before,
        classes_before=difference.classes_before,
    )
    return difference == plain


def decide_undo(
    kept: KeptImport,
    *,
    newer: bool,
    reach: Collection[SchoolId] | None,
    names: dict[SchoolId, str],
    in_incident: Sequence[SchoolId],
) -> Refused | None:
    """None: undo. names: of the schools that the import touched."""
    if kept.state != "applied":
        return Refused("not_applied", "Only an applied import can be undone.")
    others = [names[school] for school in names if reach is not None and school not in reach]
    if others:
        where = ", ".join(others)
        return Refused(
            "other_school",
            f"This import changed {where}, where you have no role. Whoever keeps the accounts there"
            " gives you one, or the operator of the server undoes it (muster import --undo).",
            {"schools": where, "undo": "muster import --undo"},
        )
    if in_incident:
        where = ", ".join(names[school] for school in in_incident)
        return Refused(
            "incident_open",
            f"An incident is open at {where}. Undo the import when it is closed.",
            {"schools": where},
        )
    if newer:
        return Refused(
            "newer_import", "A newer import of the same school was applied: undo that one first."
        )
    if not kept.facts.touched:
        return Refused("nothing_to_undo", "This import changed nothing.")
    return None


def entry_of(
    kept: KeptImport,
    *,
    progress: ImportProgress | None,
    newer: bool,
    open_at: Sequence[str] = (),
    rows: bool = True,
) -> ImportEntry:
    """A row of the history as pages read it. rows: with every finding."""
    staged, facts = kept.staged, kept.facts
    findings = len(staged.dry_run.warnings) + len(staged.dry_run.errors) if staged else 0
    if staged and not rows:
        brief = msgspec.structs.replace(staged.dry_run, warnings=())
        staged = msgspec.structs.replace(staged, dry_run=brief)
    return ImportEntry(
        id=kept.id,
        state=state_of(kept, progress, open_at),
        at=kept.at,
        by=facts.by,
        source=facts.source,
        staged=staged,
        findings=findings,
        progress=progress,
        applied_at=facts.applied_at,
        applied_by=facts.applied_by,
        undone_at=facts.undone_at,
        undone_by=facts.undone_by,
        code=facts.code,
        reason=facts.reason,
        open_at=tuple(open_at),
        can_undo=kept.state == "applied" and bool(facts.touched) and not newer,
    )


def state_of(
    kept: KeptImport, progress: ImportProgress | None, open_at: Sequence[str]
) -> ImportState:
    if progress is not None:
        steps: dict[str, ImportState] = {"applying": "applying", "undoing": "undoing"}
        return steps.get(progress.step, "checking")
    if kept.state == "checking":
        return "interrupted"
    if kept.state in ("staged", "waiting"):
        return "waiting" if open_at else "staged"
    return kept.state
