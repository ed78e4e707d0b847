"""A row of a file of own facts becomes the command that says the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec

from schemas.commands import Command
from schemas.identifiers import PersonId
from schemas.roster_rights import (
    RecordConsent,
    SetApart,
    SetGuardian,
    SetPlan,
    SetRights,
)
from services.roster.domain.custody.facts import Rights
from services.roster.domain.custody.files import Row
from services.roster.domain.custody.words import Findings

C = TypeVar("C", bound=Command)

YES: Final = frozenset({"true", "yes", "y", "1", "t", "x", "sí", "si"})
NO: Final = frozenset({"false", "no", "n", "0", "f"})


class BadCell(Exception):
    """A value that no row may have. column: whose."""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


def truth(row: Row, column: str) -> bool | None:
    """None: the cell is blank and what holds stays. Raises BadCell."""
    said = row.said(column).lower()
    if not said:
        return None
    if said in YES:
        return True
    if said in NO:
        return False
    raise BadCell(column)


def day(row: Row, column: str) -> dt.date | None:
    """YYYY-MM-DD. Raises BadCell."""
    said = row.said(column)
    if not said:
        return None
    try:
        return dt.date.fromisoformat(said)
    except ValueError as error:
        raise BadCell(column) from error


def made(kind: type[C], asked: Command, fields: Mapping[str, Any]) -> C:
    """The command, checked as one from the wire is. Raises BadCell with the field's name."""
    whole = {"op_id": asked.op_id, "school": asked.school, "actor": asked.actor, **fields}
    whole["kind"] = kind.__struct_config__.tag
    try:
        return msgspec.convert(msgspec.to_builtins(whole), kind)
    except msgspec.ValidationError as error:
        raise BadCell(str(error).rpartition("$.")[2].strip("`")) from error


def rights_command(
    row: Row, asked: Command, guardian: PersonId, student: PersonId, held: Rights, found: Findings
) -> SetRights:
    """Blank cells keep what holds. A file takes the right to pick up away and never gives it."""

    def kept(column: str, holds: bool) -> bool:
        said = truth(row, column)
        return holds if said is None else said

    pick_up = kept("pickUp", held.pick_up)
    if pick_up and not held.pick_up:
        found.warn("pick_up_not_by_import", file=row.file, line=row.line, column="pickUp")
        pick_up = False
    priority = row.said("priority")
    if priority and not (priority.isascii() and priority.isdigit() and len(priority) < 3):
        raise BadCell("priority")
    return made(
        SetRights,
        asked,
        {
            "guardian": guardian,
            "student": student,
            "message": kept("message", held.message),
            "information": kept("information", held.information),
            "pick_up": pick_up,
            "priority": int(priority) if priority else held.priority,
            "relationship": row.said("relationship") or held.relationship,
        },
    )


def apart_command(
    row: Row, asked: Command, guardian: PersonId, student: PersonId, *, holds: bool, found: Findings
) -> SetApart | None:
    """None: the row says nothing of an order, or asks to lift one, which no file does."""
    said = truth(row, "apart")
    if said is False and holds:
        found.warn("apart_not_lifted", file=row.file, line=row.line, column="apart")
    if not said:
        return None
    if not row.said("apartReference"):
        raise BadCell("apartReference")
    return made(
        SetApart,
        asked,
        {
            "guardian": guardian,
            "student": student,
            "reference": row.said("apartReference"),
            "begins": day(row, "apartFrom"),
            "ends": day(row, "apartUntil"),
        },
    )


def consent_command(
    row: Row, asked: Command, guardian: PersonId, student: PersonId
) -> RecordConsent:
    given = truth(row, "consent")
    if given is None:
        raise BadCell("consent")
    fields = {"guardian": guardian, "student": student, "given": given, "how": row.said("how")}
    return made(RecordConsent, asked, fields)


def guardian_command(
    row: Row, asked: Command, guardian: PersonId | None, students: tuple[PersonId, ...]
) -> SetGuardian:
    return made(
        SetGuardian,
        asked,
        {
            "guardian": guardian,
            "type": row.said("type"),
            "name": row.said("name"),
            "caseworker": row.said("caseworker"),
            "badge": row.said("badge"),
            "call_back": row.said("callBack"),
            "students": students,
        },
    )


def plan_command(
    row: Row,
    asked: Command,
    student: PersonId,
    helper: PersonId | None,
    backup: PersonId | None,
) -> SetPlan:
    return made(
        SetPlan,
        asked,
        {
            "student": student,
            "helper": helper,
            "backup": backup,
            "equipment": row.said("equipment"),
            "medication_place": row.said("medicationPlace"),
            "refuge_area": row.said("refugeArea"),
            "communication": row.said("communication"),
        },
    )
