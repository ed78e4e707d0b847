"""Who may change accounts, and whose."""

from collections.abc import Mapping

from schemas.identifiers import PersonId, SchoolId
from schemas.vocabulary import SYSTEM, Actor, Role
from services.identity.domain.decision import Refusal

KEEPERS: tuple[Role, ...] = ("administrator", "principal", "it")
"""Who keeps accounts at their school."""

RESERVED: frozenset[Role] = frozenset({"administrator", "it"})
"""Given, taken and reset by an administrator alone: no one can promote themselves."""

ORDINARY: frozenset[Role] = frozenset({"teacher", "staff", "screen"})

NOT_ALLOWED = Refusal(
    "not_allowed",
    "Ask an administrator, the principal or IT of this school to do this.",
    {"roles": ("administrator", "principal", "it")},
)
ADMINISTRATOR_NEEDED = Refusal(
    "not_allowed", "Only an administrator may do this.", {"roles": ("administrator",)}
)
OTHER_SCHOOL = Refusal(
    "keeps_elsewhere", "This person answers for another school as well: ask there."
)

Roles = Mapping[SchoolId, tuple[Role, ...]]


def is_installation(actor: Actor) -> bool:
    """Who holds the installation's key on its own machine; no session is signed for this id."""
    return actor.person == SYSTEM.person


def keeps(actor: Actor, school: SchoolId) -> Refusal | None:
    """None: the actor may keep accounts at the school (or is this installation itself)."""
    if is_installation(actor) or any(role in KEEPERS for role in actor.roles):
        return None
    return NOT_ALLOWED


def keeps_person(actor: Actor, school: SchoolId, target: Roles) -> Refusal | None:
    """None: the actor may act on the sign-in of someone with these roles.

    Whoever can reset a sign-in can use it: that must never be a way to more than one has.
    """
    if is_installation(actor):
        return None
    if refusal := keeps(actor, school):
        return refusal
    if "administrator" not in actor.roles and RESERVED.intersection(target.get(school, ())):
        return ADMINISTRATOR_NEEDED
    elsewhere = {role for at, roles in target.items() if at != school for role in roles}
    return OTHER_SCHOOL if elsewhere - ORDINARY else None


def may_grant(actor: Actor, before: tuple[Role, ...], after: tuple[Role, ...]) -> Refusal | None:
    """None: the actor may turn these roles at their school into those."""
    if is_installation(actor):
        return None
    if refusal := keeps(actor, SchoolId("")):
        return refusal
    touched = RESERVED.intersection({*before} ^ {*after})
    return ADMINISTRATOR_NEEDED if touched and "administrator" not in actor.roles else None


def is_self(actor: Actor, person: PersonId) -> bool:
    """Everyone may end their own sessions and choose their own password."""
    return actor.person == person
