"""Who may look: a ticket is good once, for 30 s, and not for a revoked session or person."""

from datetime import datetime

from schemas.board import TicketClaims
from schemas.identifiers import PersonId, SchoolId
from schemas.identity import Revocations

LIFE = 30
"""Seconds between a ticket's making and its end."""

INSTALLATION = SchoolId("installation")
"""Identity's scope of roles that hold at every school."""


class Turned(Exception):
    """A screen is turned away. code: for its last frame."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Register:
    """Tickets that were used, sessions and people that were revoked, roles that changed.

    since: when this board began, Unix seconds. Which older tickets were used nobody remembers.
    """

    def __init__(self, since: float = 0.0) -> None:
        self._since = since
        self._used: dict[str, int] = {}
        self._roles: dict[tuple[PersonId, SchoolId], int] = {}
        self._swept = 0
        self.sessions: dict[str, int] = {}
        self.people: dict[PersonId, int] = {}

    def learn(self, revocations: Revocations) -> None:
        """Identity's state of one scope: what other scopes say still holds."""
        self.sessions |= revocations.sessions
        for person, before in revocations.people.items():
            self.people[person] = max(before, self.people.get(person, 0))

    def revoked(self, sid: str, person: str, made: int) -> bool:
        """Whether who joined with a ticket made then may look no longer. made: Unix seconds."""
        return sid in self.sessions or made < self.people.get(PersonId(person), 0)

    def roles_changed(self, person: PersonId, school: SchoolId, at: int) -> None:
        """What tickets from before `at` (Unix seconds) say of the person's rights is old."""
        self._roles[person, school] = at

    def outdated(self, person: str, school: SchoolId, made: int) -> bool:
        """Whether the rights of who joined with a ticket made then have changed since."""
        known = ((PersonId(person), scope) for scope in (school, INSTALLATION))
        return any(made < self._roles.get(one, 0) for one in known)

    def admit(self, claims: TicketClaims, now: datetime) -> TicketClaims:
        """The claims of a ticket used for the first time. Raises Turned."""
        seconds = now.timestamp()
        self._forget(seconds)
        if claims.jti in self._used:
            raise Turned("ticket_used")
        if claims.exp - seconds > LIFE + 5:
            raise Turned("bad_ticket")
        if (claims.made or claims.exp - LIFE) < self._since:
            raise Turned("ticket_old")
        if self.revoked(claims.sid, claims.person, claims.exp - LIFE):
            raise Turned("revoked")
        if self.outdated(claims.person, claims.school, claims.exp - LIFE):
            raise Turned("roles_changed")
        self._used[claims.jti] = claims.exp
        return claims

    def used(self, jti: str, exp: int) -> None:
        """Another board admitted the ticket. exp: when it ends by itself, Unix seconds."""
        self._used[jti] = exp

    def _forget(self, seconds: float) -> None:
        """Drop what no ticket can ask about any more; once a second is often enough."""
        if seconds < self._swept + 1:
            return
        self._swept = int(seconds)
        self._used = {jti: exp for jti, exp in self._used.items() if exp > seconds}
        self.sessions = {sid: until for sid, until in self.sessions.items() if until > seconds}
