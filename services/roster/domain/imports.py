"""May this import be applied? Pure decisions over what is known inside the transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import msgspec

from schemas.identifiers import SchoolId
from schemas.replies import Values
from schemas.roster import ApplyImport, SchoolDifference
from schemas.roster_import import UndoImport
from schemas.vocabulary import SYSTEM, Actor, Role

MAY_IMPORT: Final[frozenset[Role]] = frozenset({"office", "principal", "administrator", "it"})
REMOVAL_SHARE: Final = 0.10
HOW_TO_GO_ON: Final = (
    "Whoever keeps the accounts there gives you one. At a school that nobody keeps yet, the"
    " operator of the server does (muster user grant), or imports the package (muster import)."
)
# A share of a handful of adults says nothing.
FEW: Final = 3


class Refused(msgspec.Struct, frozen=True):
    """code: stable snake_case. reason: a sentence that a person can act on. values: in it."""

    code: str
    reason: str
    values: Values = {}


class Losses(msgspec.Struct, frozen=True, kw_only=True):
    """What a school had and how much of it the package no longer has."""

    students: int
    students_gone: int
    staff: int
    staff_gone: int
    links: int
    links_gone: int


def too_many_removals(losses: Losses) -> bool:
    """More than 10 % of the students, or of the staff or guardian links when over three.

    A half-exported file looks exactly so, and would empty the school.
    """
    return (
        losses.students_gone > REMOVAL_SHARE * losses.students
        or losses.staff_gone > max(FEW, REMOVAL_SHARE * losses.staff)
        or losses.links_gone > max(FEW, REMOVAL_SHARE * losses.links)
    )


def may_change_roster(actor: Actor) -> bool:
    """The office and those above it, and the command line on the server itself."""
    return actor == SYSTEM or not MAY_IMPORT.isdisjoint(actor.roles)


def decide_actor(actor: Actor) -> Refused | None:
    if may_change_roster(actor):
        return None
    return Refused(
        "not_allowed",
        "Only the office or an administrator changes the roster.",
        {"roles": ("office", "administrator")},
    )


def reach_of(command: ApplyImport | UndoImport) -> frozenset[SchoolId] | None:
    """Schools whose people the actor may change. None: all of the installation."""
    if not command.school or command.actor.person == SYSTEM.person:
        return None
    return frozenset({command.school, *command.also})


def decide_reach(
    differences: Sequence[SchoolDifference], reach: Collection[SchoolId] | None
) -> Refused | None:
    """A package may bring a new school; from then on a role there is needed, even by its importer.

    Who brought people in does not thereby hold their school: the accounts that came with them may
    keep it already, and another's telephone numbers there would take messages from a family.
    """
    if reach is None:
        return None
    others = [one for one in differences if one.students_before and one.school not in reach]
    if not others:
        return None
    names = ", ".join(one.name for one in others)
    return Refused(
        "other_school",
        f"This package changes {names}, where you have no role. {HOW_TO_GO_ON}",
        {"schools": names},
    )


def decide_apply(
    differences: Sequence[SchoolDifference],
    *,
    in_incident: Sequence[SchoolId],
    allow_removals: bool,
) -> Refused | None:
    """None: apply. Nothing is ever imported under people who are being accounted for."""
    if in_incident:
        names = ", ".join(one.name for one in differences if one.school in in_incident)
        return Refused(
            "incident_open",
            f"An incident is open at {names}. The import is kept: apply it when that is closed.",
            {"schools": names},
        )
    lost = [one for one in differences if one.too_many_removals]
    if lost and not allow_removals:
        words = "; ".join(
            f"{one.name}: {one.gone_students} of {one.students_before} students would disappear"
            for one in lost
        )
        return Refused(
            "removals_need_confirmation",
            f"{words}. Confirm if this is right.",
            {"losses": tuple(_lost(one) for one in lost)},
        )
    return None


def _lost(one: SchoolDifference) -> str:
    return f"{one.name}: {one.gone_students} / {one.students_before}"
