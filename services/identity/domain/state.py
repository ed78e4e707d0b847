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
from services.identity.domain.authority import ORDINARY

INSTALLATION = SchoolId("installation")
"""The scope of accounts, sessions and links, where a school's id stands; no school has this id."""

LONGEST = dt.timedelta(days=400)
"""No session or token lives longer: an older revocation can be forgotten."""


class Held(msgspec.Struct, frozen=True):
    """A person's roles at a school. by_hand: granted by a person, so the roster leaves it alone.

    claimed: what the roster of claimed_by says beyond them. confirmed: more than ordinary roles
    that were held here before. given_by, given_at: by whose hands the last such role came.
    """

    roles: tuple[Role, ...]
    by_hand: bool
    claimed: tuple[Role, ...] = ()
    claimed_by: tuple[PersonId, ...] = ()
    confirmed: frozenset[Role] = frozenset()
    given_by: tuple[PersonId, ...] = ()
    given_at: Instant | None = None

    @property
    def known(self) -> set[Role]:
        """Roles that nobody has to confirm any more."""
        return {*self.roles, *self.confirmed}


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
        case RolesChanged(person=person):
            state.roles[person] = _held(state.roles.get(person), event, data)
        case SessionRevoked(sid=sid, until=until):
            state.sessions[sid] = until
        case PersonRevoked(person=person, before=before):
            state.people[person] = before
        case _:
            raise CannotFold(f"{event.type} is not folded here")
    forget(state, event.time)


def _held(before: Held | None, event: Envelope, data: RolesChanged) -> Held:
    before = before or Held((), by_hand=False)
    raised = set(data.roles) - ORDINARY - {*before.roles}
    hands = bool(raised and data.by)
    return Held(
        data.roles,
        by_hand=not _by_roster(event),
        claimed=data.claimed,
        claimed_by=data.by if data.claimed else (),
        confirmed=frozenset({*before.known, *data.roles} - ORDINARY),
        given_by=data.by if hands else before.given_by,
        given_at=event.time if hands else before.given_at,
    )


def _by_roster(event: Envelope) -> bool:
    """The operator at the command line is the installation too, on a device of their own."""
    return (event.actor, event.device) == (SYSTEM.person, SYSTEM.device)


def forget(state: State, now: dt.datetime) -> None:
    """Drop revocations of sessions that have ended by themselves."""
    for sid in [sid for sid, until in state.sessions.items() if until <= now]:
        del state.sessions[sid]
    for person in [who for who, before in state.people.items() if before + LONGEST <= now]:
        del state.people[person]
