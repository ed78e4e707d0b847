"""What a session may see of a school. The owning services decide what it may do."""

from collections.abc import Iterable
from typing import Literal

from schemas.identifiers import SchoolId
from schemas.identity import Session
from schemas.vocabulary import Role

Access = Literal[
    "open",
    "person",
    "school",
    "staff",
    "office",
    "desk",
    "roster",
    "district",
    "keepers",
    "kiosk",
]
"""open: anyone. person: a session. school: any role there. staff: an adult of the school.
office: those who see every name in an incident. desk: who keeps the visitors' book and the flagged
list. roster: who reads and keeps the roster. district: who may import. keepers: who keeps accounts.
kiosk: an enrolled kiosk, by a cookie of its own; no session opens such a row."""

OFFICE: frozenset[Role] = frozenset({"office", "principal", "administrator", "sro"})
STAFF: frozenset[Role] = OFFICE | {"teacher", "staff"}
DESK: frozenset[Role] = frozenset({"office", "principal", "administrator"})
ROSTER_READERS: frozenset[Role] = OFFICE | {"it"}
DISTRICT: frozenset[Role] = frozenset({"office", "principal", "administrator", "it"})
KEEPERS: frozenset[Role] = frozenset({"principal", "administrator", "it"})
INSTALLATION = SchoolId("")


def schools_of(session: Session) -> list[SchoolId]:
    """Schools that the session names; holders of an installation role may see others too."""
    return [school for school, roles in session.roles.items() if school and roles]


def allows(access: Access, roles: Iterable[Role]) -> bool:
    """Whether someone with these roles at the school may open a route of this access."""
    held = set(roles)
    match access:
        case "open" | "person":
            return True
        case "school":
            return bool(held)
        case "staff":
            return not held.isdisjoint(STAFF)
        case "office":
            return not held.isdisjoint(OFFICE)
        case "desk":
            return not held.isdisjoint(DESK)
        case "kiosk":
            return False
        case "roster":
            return not held.isdisjoint(ROSTER_READERS)
        case "district":
            return not held.isdisjoint(DISTRICT)
        case "keepers":
            return not held.isdisjoint(KEEPERS)


def home_of(roles: Iterable[Role]) -> str:
    """Where someone with these roles begins."""
    held = set(roles)
    if held & OFFICE:
        return "/office"
    if "it" in held:
        return "/accounts"
    if "screen" in held:
        return "/wall"
    return "/phone"


def may_start_any(roles: Iterable[Role]) -> bool:
    """Whether to offer other live actions than Lockdown, which any adult may start alone."""
    return not OFFICE.isdisjoint(roles)
