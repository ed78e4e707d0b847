"""Who may change the school's own facts, and how much of a person each role sees."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, Literal

from schemas.identifiers import PersonId
from schemas.vocabulary import SYSTEM, Actor, Role
from services.roster.domain.imports import Refused

MAY_CHANGE: Final[frozenset[Role]] = frozenset({"office", "principal", "administrator"})
SEES_ALL: Final[frozenset[Role]] = MAY_CHANGE | {"sro"}

Sight = Literal["office", "helper", "outline", "none"]

NOT_ALLOWED: Final = Refused(
    "not_allowed", "Only the office, the principal or an administrator changes this."
)
OWN_FAMILY: Final = Refused(
    "own_family",
    "Nobody changes this for their own family. Ask someone else of the office to do it.",
)


def decide_changer(actor: Actor) -> Refused | None:
    """The office and those above it, and the command line on the server itself; not IT."""
    if actor == SYSTEM or not MAY_CHANGE.isdisjoint(actor.roles):
        return None
    return NOT_ALLOWED


def sight_of(reader: PersonId, roles: Iterable[str], helpers: Collection[str]) -> Sight:
    """helpers: helper and backup of the person's plan."""
    held = set(roles)
    if held & SEES_ALL:
        return "office"
    if reader in helpers and held & {"teacher", "staff"}:
        return "helper"
    return "outline" if "it" in held else "none"


def may_export(roles: Iterable[str]) -> bool:
    return not MAY_CHANGE.isdisjoint(roles)
