"""Who may look: a ticket is good once, for 30 s, and not for a revoked session or person."""

from datetime import datetime

from schemas.board import TicketClaims
from schemas.identifiers import PersonId
from schemas.identity import Revocations

LIFE = 30
"""Seconds between a ticket's making and its end."""


class Turned(Exception):
    """A screen is turned away. code: for its last frame."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Register:
    """Tickets that were used, and sessions and people that were revoked."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}
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

    def admit(self, claims: TicketClaims, now: datetime) -> TicketClaims:
        """The claims of a ticket used for the first time. Raises Turned."""
        seconds = now.timestamp()
        self._used = {jti: exp for jti, exp in self._used.items() if exp > seconds}
        if claims.jti in self._used:
            raise Turned("ticket_used")
        if claims.exp - seconds > LIFE + 5:
            raise Turned("bad_ticket")
        if self.revoked(claims.sid, claims.person, claims.exp - LIFE):
            raise Turned("revoked")
        self._used[claims.jti] = claims.exp
        return claims
