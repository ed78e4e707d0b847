"""Sessions that no longer hold, folded from identity's events; known to each web process."""

import datetime as dt
from collections.abc import Callable

from schemas.identifiers import PersonId, SchoolId
from schemas.identity import (
    PersonRevoked,
    Revocations,
    RolesChanged,
    Session,
    SessionRevoked,
)
from schemas.vocabulary import Role
from services.web.domain.access import INSTALLATION

IdentityEvent = SessionRevoked | PersonRevoked | RolesChanged


class RevocationBook:
    """loaded: says whether identity's whole log was read once; before that no name is shown."""

    def __init__(self, loaded: Callable[[], bool]) -> None:
        self._loaded = loaded
        self._sessions: dict[str, int] = {}
        self._people: dict[PersonId, int] = {}
        self._roles: dict[tuple[PersonId, SchoolId], tuple[float, tuple[Role, ...]]] = {}

    def start_from(self, state: Revocations) -> None:
        """Take identity's folded state; what was heard meanwhile stays."""
        self._sessions.update(state.sessions)
        for person, before in state.people.items():
            self._people[person] = max(before, self._people.get(person, 0))

    @property
    def loaded(self) -> bool:
        return self._loaded()

    def apply(self, school: SchoolId, at: dt.datetime, event: IdentityEvent) -> None:
        """at: when identity decided the event."""
        match event:
            case SessionRevoked():
                self._sessions[event.sid] = int(event.until.timestamp())
            case PersonRevoked():
                before = int(event.before.timestamp())
                self._people[event.person] = max(before, self._people.get(event.person, 0))
            case RolesChanged():
                self._roles[event.person, school] = (at.timestamp(), event.roles)

    def holds(self, session: Session) -> bool:
        """Whether the session was neither revoked itself nor with its person."""
        if session.sid in self._sessions:
            return False
        return session.iat >= self._people.get(session.person, 0)

    def roles(self, session: Session, school: SchoolId) -> tuple[Role, ...]:
        """Roles held at the school, its own and those of the whole installation."""
        here, everywhere = (self._kept(session, scope) for scope in (school, INSTALLATION))
        return tuple(dict.fromkeys((*here, *everywhere)))

    def _kept(self, session: Session, school: SchoolId) -> tuple[Role, ...]:
        """What the session was given there and what was not taken since."""
        given = session.roles.get(school, ())
        changed = self._roles.get((session.person, school))
        if changed is None or changed[0] <= session.iat:
            return given
        return tuple(role for role in given if role in changed[1])

    def forget(self, now: dt.datetime) -> None:
        """Drop the sessions that would have ended by themselves."""
        passed = now.timestamp()
        self._sessions = {sid: until for sid, until in self._sessions.items() if until > passed}
