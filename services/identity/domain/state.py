"""What identity's log of one school says: roles there, and sessions that hold no more.

Revocations live in the log of INSTALLATION, except those that follow from a role that was
withdrawn at a school: these are in the school's own log, in the same commit.
"""

import datetime as dt
import math

import msgspec

from schemas.envelope import Envelope, Instant
from schemas.events import Event
from schemas.identifiers import PersonId, SchoolId
from schemas.identity import PersonRevoked, Revocations, RolesChanged, SessionRevoked
from schemas.vocabulary import SYSTEM, Role

INSTALLATION = SchoolId("installation")
"""The scope of accounts, sessions and links, where a school's id stands; no school has this id."""

LONGEST = dt.timedelta(days=400)
"""No session or token lives longer: an older revocation can be forgotten."""


class Held(msgspec.Struct, frozen=True):
    """A person's roles at a school. by_hand: granted by a person, so the roster leaves it alone."""

    roles: tuple[Role, ...]
    by_hand: bool


class State(msgspec.Struct, kw_only=True):
    """sessions: sid → when it would have ended. people: person → sessions before it are void."""

    school: SchoolId
    roles: dict[PersonId, Held] = {}
    sessions: dict[str, Instant] = {}
    people: dict[PersonId, Instant] = {}

    def copy(self) -> "State":
        """Independent of this one."""
        return State(
            school=self.school,
            roles=dict(self.roles),
            sessions=dict(self.sessions),
            people=dict(self.people),
        )

    def roles_of(self, person: PersonId) -> tuple[Role, ...]:
        """Those held now; () for someone who holds none."""
        held = self.roles.get(person)
        return held.roles if held is not None else ()

    def revocations(self) -> Revocations:
        """As session checks read it: whole seconds, rounded so that nothing void passes."""
        return Revocations(
            sessions={sid: math.ceil(until.timestamp()) for sid, until in self.sessions.items()},
            people={who: math.ceil(before.timestamp()) for who, before in self.people.items()},
        )


class CannotFold(Exception):
    """The log holds an event that no decision of this service could have made."""


def apply(state: State, event: Envelope, data: Event) -> None:
    """Fold one event into the state. Raises CannotFold."""
    match data:
        case RolesChanged(person=person, roles=roles):
            state.roles[person] = Held(roles, by_hand=not _by_roster(event))
        case SessionRevoked(sid=sid, until=until):
            state.sessions[sid] = until
        case PersonRevoked(person=person, before=before):
            state.people[person] = before
        case _:
            raise CannotFold(f"{event.type} is not folded here")
    forget(state, event.time)


def _by_roster(event: Envelope) -> bool:
    """The operator at the command line is the installation too, on a device of their own."""
    return (event.actor, event.device) == (SYSTEM.person, SYSTEM.device)


def forget(state: State, now: dt.datetime) -> None:
    """Drop revocations of sessions that have ended by themselves."""
    for sid in [sid for sid, until in state.sessions.items() if until <= now]:
        del state.sessions[sid]
    for person in [who for who, before in state.people.items() if before + LONGEST <= now]:
        del state.people[person]
