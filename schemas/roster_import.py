"""The language of imports: what became of each package, how far one is, and taking one back."""

from typing import Literal

import msgspec

from schemas.commands import Command
from schemas.envelope import Instant
from schemas.identifiers import PersonId, SchoolId
from schemas.roster import StagedImport

ImportState = Literal[
    "checking", "staged", "waiting", "applying", "applied", "undoing", "undone", "refused",
    "expired", "interrupted",
]  # fmt: skip
"""checking, applying, undoing: at work now. waiting: for an incident to close. refused: cannot be
read. expired: nobody applied it in a day. interrupted: the service stopped while checking."""


class ImportProgress(msgspec.Struct, frozen=True, kw_only=True):
    """done of total: parts of a hundred of the file, or schools."""

    step: Literal["reading", "comparing", "applying", "undoing"]
    done: int = 0
    total: int = 0


class ImportEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One package in the history. staged: None while it is being checked.

    by: who uploaded it. source: the name of the file, or "pulled". code, reason: why the last
    try to apply or undo it was refused. open_at: names of its schools with an open incident.
    can_undo: it is the last import of all its schools. findings: warnings and errors, of which
    a list of entries leaves out the rows.
    """

    id: str
    state: ImportState
    at: Instant
    by: PersonId
    source: str = ""
    staged: StagedImport | None = None
    findings: int = 0
    progress: ImportProgress | None = None
    applied_at: Instant | None = None
    applied_by: PersonId | None = None
    undone_at: Instant | None = None
    undone_by: PersonId | None = None
    code: str = ""
    reason: str = ""
    open_at: tuple[str, ...] = ()
    can_undo: bool = False


class UndoImport(Command, frozen=True, kw_only=True, tag="roster.undo_import"):
    """Take back an applied import: the roster before it becomes each school's next version.

    school, also: where the actor has their role, as in roster.apply_import. Refused:
    unknown_import, not_applied, newer_import when one of its schools has a later import,
    nothing_to_undo, incident_open, other_school.
    """

    import_id: str
    also: tuple[SchoolId, ...] = ()
