"""What a roster gives by itself: never more than someone with a right to confirmed.

Whoever may import can write any role into the file, also beside their own name. So above the
ordinary roles an import gives only what its importer could give by hand; `principal` takes a
second person even then, unless the operator of the server imports. What is not given is kept as
a claim, which a keeper of accounts who did not import it confirms by granting it.
"""

from collections.abc import Mapping

import msgspec

from schemas.events import Event
from schemas.identifiers import PersonId
from schemas.identity import RolesChanged
from schemas.vocabulary import SYSTEM, Role
from services.identity.domain.authority import KEEPERS, ORDINARY
from services.identity.domain.decision import Accepted, Stamp
from services.identity.domain.defaults import ORDER, in_order
from services.identity.domain.granting import changed
from services.identity.domain.state import Held, State

BY_A_KEEPER: frozenset[Role] = frozenset({"office"})
"""What a keeper of accounts may bring in by an import alone."""

NOBODY = PersonId("")


class Importer(msgspec.Struct, frozen=True, kw_only=True):
    """Who applied the roster that is taken over. person: NOBODY when that is not known.

    operator: the command line or the demo's first start on the server itself. missed: the
    roster told of it later than it was, after a crash, and no more knows who it was.
    """

    person: PersonId = NOBODY
    operator: bool = False
    missed: bool = False


OPERATOR = Importer(person=SYSTEM.person, operator=True)
MISSED = Importer(missed=True)
UNKNOWN = Importer()


def keep_roster(
    state: State, staff: Mapping[PersonId, tuple[Role, ...]], stamp: Stamp, importer: Importer
) -> Accepted:
    """The school's staff as imported. What was granted by hand stays; who is gone loses the rest.

    staff: everyone of the roster with their default roles.
    """
    events: list[Event] = []
    for person, wanted in sorted(staff.items()):
        held = state.roles.get(person)
        if held is not None and held.by_hand:
            continue
        roles, claimed = given(state, person, wanted, importer)
        if held is None or (held.roles, held.claimed) != (roles, claimed):
            events += changed(state, _said(person, held, roles, claimed, importer), stamp)
    for person, held in sorted(state.roles.items()):
        if person not in staff and not held.by_hand and (held.roles or held.claimed):
            events += changed(state, RolesChanged(person=person, roles=()), stamp)
    return Accepted(tuple(events))


def given(
    state: State, person: PersonId, wanted: tuple[Role, ...], importer: Importer
) -> tuple[tuple[Role, ...], tuple[Role, ...]]:
    """(roles, claimed) of what a roster says of the person."""
    may = _may_have(state, person, importer)
    claimed = set(wanted) - may
    # Nobody loses what they held while a claim waits; and at least staff: any adult may start a
    # Lockdown.
    roles = (set(wanted) & may) | (set(state.roles_of(person)) if claimed else set())
    return in_order(roles or ({"staff"} if wanted else set())), in_order(claimed)


def _may_have(state: State, person: PersonId, importer: Importer) -> set[Role]:
    held = state.roles.get(person, Held((), by_hand=False))
    if importer.operator or (importer.missed and not state.roles):
        return set(ORDER)
    if importer.person == person:
        return {*ORDINARY, *held.roles}
    keeper = not set(KEEPERS).isdisjoint(state.roles_of(importer.person))
    return {*ORDINARY, *held.roles, *held.confirmed, *(BY_A_KEEPER if keeper else ())}


def _said(
    person: PersonId,
    held: Held | None,
    roles: tuple[Role, ...],
    claimed: tuple[Role, ...],
    importer: Importer,
) -> RolesChanged:
    confirmed = held.known if held is not None else set()
    raised = set(roles) - ORDINARY - confirmed
    by = (importer.person,) if (raised or claimed) and not importer.operator else ()
    return RolesChanged(
        person=person, roles=roles, claimed=claimed, by=tuple(one for one in by if one)
    )
