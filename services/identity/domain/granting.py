"""Roles at a school, granted by hand."""

from schemas.events import Event
from schemas.identity import GrantRoles, PersonRevoked, RolesChanged
from schemas.vocabulary import Role
from services.identity.domain.authority import ORDINARY, is_installation, may_grant
from services.identity.domain.decision import Accepted, Decision, Refusal, Stamp
from services.identity.domain.defaults import in_order
from services.identity.domain.hands import hands_of
from services.identity.domain.sessions import void_before
from services.identity.domain.state import Held, State

NOT_FOR_ONESELF = Refusal(
    "not_for_oneself",
    "Nobody gives a role to themselves. Ask another keeper of accounts, or the operator of the"
    " server (muster user grant).",
)
OTHER_KEEPER_NEEDED = Refusal(
    "other_keeper_needed",
    "You imported the roster that says so: another keeper of accounts confirms it, or the"
    " operator of the server (muster user grant).",
)


def grant(state: State, command: GrantRoles, stamp: Stamp, *, known: bool) -> Decision:
    """All of the person's roles at the school. known: whether they have an account."""
    after = in_order(set(command.roles))
    before = state.roles_of(command.person)
    if refusal := may_grant(command.actor, before, after):
        return refusal
    if not known:
        return Refusal("unknown_person", "No one with this id has an account here.")
    held = state.roles.get(command.person, Held((), by_hand=False))
    raised = {role for role in after if role not in before} - ORDINARY
    if refusal := _oneself(command, held, raised):
        return refusal
    if held.by_hand and held.roles == after:
        return Accepted()
    # What the roster claimed and its importer did not confirm has two people's word already.
    by = hands_of(command.actor, command.person) if raised - {*held.claimed} else ()
    return Accepted(changed(state, RolesChanged(person=command.person, roles=after, by=by), stamp))


def _oneself(command: GrantRoles, held: Held, raised: set[Role]) -> Refusal | None:
    """Nobody rises by their own word, nor confirms what they wrote into the roster."""
    if is_installation(command.actor) or not raised:
        return None
    hands = {command.actor.person, *command.actor.makers}
    if command.person in hands:
        return NOT_FOR_ONESELF
    if raised.intersection(held.claimed) and not hands.isdisjoint(held.claimed_by):
        return OTHER_KEEPER_NEEDED
    return None


def changed(state: State, event: RolesChanged, stamp: Stamp) -> tuple[Event, ...]:
    """Sessions carry roles: whoever loses one that matters has to sign in again.

    A teacher who becomes an aide does not: a phone that is signed out cannot warn anyone.
    """
    before = state.roles_of(event.person)
    lost = set(before) - set(event.roles)
    if before and (not event.roles or lost - ORDINARY):
        return (event, PersonRevoked(person=event.person, before=void_before(stamp.now)))
    return (event,)
