"""Commands and incident events → accountability's events, or a refusal with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from schemas.accountability import (
    Account as AccountCommand,
)
from schemas.accountability import (
    AccountAnswer,
    ClassOpened,
    Ended,
    Observed,
    OpenClass,
    Rest,
    Row,
)
from schemas.events import Event
from schemas.identifiers import ClassId, IncidentId, PersonId
from schemas.roster import RosterSnapshot
from schemas.vocabulary import Actor, Role
from services.accountability.domain.account import Account, rows_after

MAY_ACCOUNT: frozenset[Role] = frozenset(
    {"teacher", "staff", "office", "principal", "administrator", "sro"}
)


@dataclass(frozen=True)
class Refused:
    """code: stable snake_case. reason: a sentence that a person can act on."""

    code: str
    reason: str


def members_of(snapshot: RosterSnapshot) -> dict[ClassId, tuple[PersonId, ...]]:
    """Students of each class, homerooms included."""
    members: dict[ClassId, list[PersonId]] = {one.id: [] for one in snapshot.classes}
    for student in snapshot.students:
        homeroom = () if student.homeroom is None else (student.homeroom,)
        for class_id in dict.fromkeys((*homeroom, *student.classes)):
            members.setdefault(class_id, []).append(student.id)
    return {class_id: tuple(students) for class_id, students in members.items()}


def decide_ended(account: Account | None) -> Ended | None:
    """The incident ended; None when that is known already."""
    return Ended() if account is not None and account.open else None


NOT_OF_THIS_CLASS = Refused(
    "not_of_this_class",
    "A student of this list is not expected in this class: mark them one by one.",
)


def _may(actor: Actor) -> Refused | None:
    if MAY_ACCOUNT.isdisjoint(actor.roles):
        return Refused("not_allowed", "Only staff of this school can account for students.")
    return None


def _heard_of(account: Account | None, incident: IncidentId) -> Refused | None:
    if account is None:
        return Refused("unknown_incident", f"This school has no incident {incident}.")
    return None


def decide_account(
    account: Account | None,
    command: AccountCommand,
    *,
    roster: RosterSnapshot | None,
    now: datetime,
) -> Event | Refused:
    """All marks of an op or none. roster: the pinned one; None: of an unknown incident.

    A student of it whom nobody expected is an extra, and of the population from now on.
    """
    refused = _may(command.actor) or _heard_of(account, command.incident)
    if refused is not None or account is None:
        return refused or Refused("unknown_incident", "")
    rest = command.rest
    named = [mark.student for mark in command.marks]
    if rest is not None:
        if roster is None or all(rest.class_id != one.id for one in roster.classes):
            return Refused("unknown_class", "This class is not one of this school's.")
        named.extend(rest.students)
    if any(mark.state == "unknown" for mark in command.marks):
        return Refused("unknown_is_no_mark", "To say unknown again, take the mark back.")
    strangers = {student for student in named if student not in account.rows}
    if strangers and not strangers <= _enrolled(roster):
        return Refused("unknown_student", "A student of this list is not one of this school's.")
    if rest is not None and roster is not None and not _of_class(account, rest, roster):
        return NOT_OF_THIS_CLASS
    if not (named or command.take_back):
        return Refused("nothing_said", "The list of marks is empty.")
    event = Observed(
        marks=command.marks, rest=rest, take_back=command.take_back, late=not account.open
    )
    rows = rows_after(
        account, event, observer=command.actor.person, device=command.actor.device, at=now
    )
    return Observed(
        marks=event.marks, rest=rest, take_back=event.take_back, rows=rows, late=event.late
    )


def _enrolled(roster: RosterSnapshot | None) -> set[PersonId]:
    return {student.id for student in roster.students} if roster else set()


def _of_class(account: Account, rest: Rest, roster: RosterSnapshot) -> bool:
    """Whether everybody listed is expected in the class now, or belongs to it."""
    known = {
        student.id
        for student in roster.students
        if rest.class_id == student.homeroom or rest.class_id in student.classes
    }
    return all(
        student in known
        or (student in account.rows and account.rows[student].class_id == rest.class_id)
        for student in rest.students
    )


def decide_open_class(
    account: Account | None,
    command: OpenClass,
    *,
    members: Mapping[ClassId, Sequence[PersonId]],
) -> Event | Refused:
    """The class's students who are expected nowhere yet are expected here: each counts once."""
    refused = _may(command.actor) or _heard_of(account, command.incident)
    if refused is not None or account is None:
        return refused or Refused("unknown_incident", "")
    if command.class_id not in members:
        return Refused("unknown_class", "This class is not one of this school's.")
    seq = account.seq + 1
    free = [
        account.rows[student]
        for student in members[command.class_id]
        if student in account.rows and _is_free(account.rows[student])
    ]
    rows = tuple(replace(row, seq=seq, class_id=command.class_id) for row in free)
    return ClassOpened(class_id=command.class_id, by=command.actor.person, rows=rows)


def _is_free(row: Row) -> bool:
    return row.class_id is None and (row.why is None or row.why.reason != "extra")


def answer(account: Account, touched: Sequence[PersonId], opened: ClassId | None) -> AccountAnswer:
    """The touched rows as they stand, and the digests of their classes."""
    rows = tuple(account.rows[student] for student in dict.fromkeys(touched))
    classes = dict.fromkeys(
        [*([opened] if opened else []), *(row.class_id for row in rows if row.class_id)]
    )
    return AccountAnswer(rows=rows, digests=tuple(account.digest(one) for one in classes))
