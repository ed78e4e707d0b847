"""What the handlers need from outside."""

import datetime as dt
from collections.abc import AsyncIterable
from typing import Protocol, TypeVar

import msgspec

from schemas.board import TicketClaims
from schemas.commands import Command
from schemas.identifiers import SchoolId
from schemas.identity import Session
from schemas.incident import SchoolIncidents
from schemas.replies import Reply, StateReply
from schemas.roster import RosterSnapshot
from services.web.domain.forms import FormClaims
from services.web.domain.kiosk import KioskClaims

T = TypeVar("T")


class NoAnswer(Exception):
    """An owner did not answer: it may or may not have happened."""


class Refused(Exception):
    """An owner could not take the request as asked. status: 4xx. code: stable."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail


class BadSignature(Exception):
    """A token that is not ours, not for this purpose, or over. code: stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Owner(Protocol):
    """A service that owns facts. Every call raises NoAnswer or Refused."""

    async def send(self, command: Command, patience: float) -> Reply:
        """patience: seconds that an answer may take."""
        ...

    async def get(self, path: str, type: type[T], **params: str | int) -> T: ...

    async def post(
        self, path: str, body: msgspec.Struct | AsyncIterable[bytes], type: type[T]
    ) -> T: ...

    async def state(self, school: SchoolId) -> StateReply: ...


class Owners(Protocol):
    """Every owner that web asks."""

    @property
    def incident(self) -> Owner: ...
    @property
    def accountability(self) -> Owner: ...
    @property
    def roster(self) -> Owner: ...
    @property
    def notifier(self) -> Owner: ...
    @property
    def identity(self) -> Owner: ...


class Signatures(Protocol):
    """Signed things: identity's sessions are read here, tickets and forms are made here."""

    def session(self, token: str, now: dt.datetime) -> Session: ...
    def ticket(self, claims: TicketClaims) -> str: ...
    def form(self, claims: FormClaims) -> str: ...
    def kiosk(self, claims: KioskClaims) -> str: ...
    def kiosk_claims(self, token: str, now: dt.datetime) -> KioskClaims: ...
    def form_claims(self, token: str, now: dt.datetime) -> FormClaims: ...


class Known(Protocol):
    """What this process last heard of a school; None when it never did."""

    def roster(self, school: SchoolId) -> RosterSnapshot | None: ...
    def keep_roster(self, snapshot: RosterSnapshot) -> None: ...
    def incidents(self, school: SchoolId) -> SchoolIncidents | None: ...
    def keep_incidents(self, incidents: SchoolIncidents) -> None: ...
