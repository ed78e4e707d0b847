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

    def start(self, revocations: Revocations) -> None:
        """Identity's state, whole."""
        self.sessions = dict(revocations.sessions)
        self.people = dict(revocations.people)

    def admit(self, claims: TicketClaims, now: datetime) -> TicketClaims:
        """The claims of a ticket used for the first time. Raises Turned."""
        seconds = now.timestamp()
        self._used = {jti: exp for jti, exp in self._used.items() if exp > seconds}
        if claims.jti in self._used:
            raise Turned("ticket_used")
        if claims.exp - seconds > LIFE + 5:
            raise Turned("bad_ticket")
        made = claims.exp - LIFE
        if claims.sid in self.sessions or made < self.people.get(PersonId(claims.person), 0):
            raise Turned("revoked")
        self._used[claims.jti] = claims.exp
        return claims
