"""Roles at a school: granted by hand, or kept as the roster says."""

from collections.abc import Mapping

from schemas.events import Event
from schemas.identifiers import PersonId
from schemas.identity import GrantRoles, PersonRevoked, RolesChanged
from schemas.vocabulary import Role
from services.identity.domain.authority import ORDINARY, may_grant
from services.identity.domain.decision import Accepted, Decision, Refusal, Stamp
from services.identity.domain.defaults import in_order
from services.identity.domain.sessions import void_before
from services.identity.domain.state import State


def grant(state: State, command: GrantRoles, stamp: Stamp, *, known: bool) -> Decision:
    """All of the person's roles at the school. known: whether they have an account."""
    after = in_order(set(command.roles))
    if refusal := may_grant(command.actor, state.roles_of(command.person), after):
        return refusal
    if not known:
        return Refusal("unknown_person", "No one with this id has an account here.")
    held = state.roles.get(command.person)
    if held is not None and held.by_hand and held.roles == after:
        return Accepted()
    return Accepted(_changed(state, command.person, after, stamp))


def keep_roster(state: State, staff: Mapping[PersonId, tuple[Role, ...]], stamp: Stamp) -> Accepted:
    """The school's staff as imported. What was granted by hand stays; who is gone loses the rest.

    staff: everyone of the roster with their default roles.
    """
    events: list[Event] = []
    for person, roles in sorted(staff.items()):
        held = state.roles.get(person)
        if held is None or (not held.by_hand and held.roles != roles):
            events += _changed(state, person, roles, stamp)
    for person, held in sorted(state.roles.items()):
        if person not in staff and not held.by_hand and held.roles:
            events += _changed(state, person, (), stamp)
    return Accepted(tuple(events))


def _changed(
    state: State, person: PersonId, after: tuple[Role, ...], stamp: Stamp
) -> tuple[Event, ...]:
    """Sessions carry roles: whoever loses one that matters has to sign in again.

    A teacher who becomes an aide does not: a phone that is signed out cannot warn anyone.
    """
    before = state.roles_of(person)
    changed = RolesChanged(person=person, roles=after)
    lost = set(before) - set(after)
    if before and (not after or lost - ORDINARY):
        return (changed, PersonRevoked(person=person, before=void_before(stamp.now)))
    return (changed,)
