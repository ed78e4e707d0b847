"""By whose hands someone can sign in: two accounts that one person made are one person.

A live Lockdown is ended by two. Whoever keeps accounts could make a second one for themselves
and be both; so a session says whose hands were in it, and whoever decides about two people asks
whether they share any. It is said for 30 days: somebody else would have missed the second
account by then. A first sign-in of someone whom the roster knows is no such hand: at a small
school the principal hands the office its phone, and these two must be able to end a Lockdown.
"""

import datetime as dt
from collections.abc import Iterable, Mapping

from schemas.identifiers import PersonId
from schemas.vocabulary import Actor
from services.identity.domain.accounts import Person
from services.identity.domain.authority import is_installation

COUNTS_FOR = dt.timedelta(days=30)

Hands = Mapping[PersonId, dt.datetime | None]
"""Whose hands were in a person's sign-in or role → when last."""


def hands_of(actor: Actor, person: PersonId) -> tuple[PersonId, ...]:
    """Whoever acts through this session on the person's account; nobody for the operator.

    What is done through a second account is done by who made that account.
    """
    if is_installation(actor):
        return ()
    return tuple(dict.fromkeys(one for one in (actor.person, *actor.makers) if one != person))


def making(
    actor: Actor, person: PersonId, known: Person | None, *, used: bool
) -> tuple[PersonId, ...]:
    """The hands that a new account or a new way to sign in leaves.

    known: the person's row before. used: whether they ever signed in, or could.
    """
    if actor.person == person or known is None or known.password or used:
        return hands_of(actor, person)
    return ()


def made_by(hands: Iterable[Hands], now: dt.datetime) -> dict[PersonId, int]:
    """A session's claim: whose hands still count → until when, Unix seconds."""
    counted: dict[PersonId, int] = {}
    for one in hands:
        for person, at in one.items():
            until = at + COUNTS_FOR if at is not None else now
            if until > now:
                counted[person] = max(counted.get(person, 0), int(until.timestamp()))
    return counted
