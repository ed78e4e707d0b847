"""The ports over the chassis: owners over HTTP, keys, and what this process last heard."""

import datetime as dt
from collections.abc import AsyncIterable
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from schemas.board import TicketClaims
from schemas.commands import Command
from schemas.identifiers import SchoolId
from schemas.identity import Session
from schemas.incident import SchoolIncidents
from schemas.replies import Reply, StateReply
from schemas.roster import RosterSnapshot
from services.chassis.commands import BadToken, ProblemError, ServiceClient, Tokens, Unavailable
from services.web.domain.forms import FormClaims
from services.web.domain.kiosk import KioskClaims
from services.web.ports import BadSignature, NoAnswer, Owner, Refused

T = TypeVar("T")

QUERY_TIMEOUT = 2.0
UNANSWERED = (Unavailable, ProblemError, msgspec.DecodeError)


class RemoteOwner:
    """One owner over HTTP; fulfils ports.Owner."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def send(self, command: Command, patience: float) -> Reply:
        try:
            return await self._client.send(command, timeout=patience)
        except UNANSWERED as error:
            raise _told(error) from error

    async def get(self, path: str, type: type[T], **params: str | int) -> T:
        try:
            return await self._client.get(path, type, timeout=QUERY_TIMEOUT, **params)
        except UNANSWERED as error:
            raise _told(error) from error

    async def post(
        self, path: str, body: msgspec.Struct | AsyncIterable[bytes], type: type[T]
    ) -> T:
        try:
            return await self._client.post(path, body, type)
        except UNANSWERED as error:
            raise _told(error) from error

    async def state(self, school: SchoolId) -> StateReply:
        return await self.get("/state", StateReply, school=school)


def _told(error: Unavailable | ProblemError | msgspec.DecodeError) -> NoAnswer | Refused:
    match error:
        case Unavailable(code=code):
            return NoAnswer(code)
        case ProblemError():
            return Refused(error.status, error.code, error.detail)
        case _:
            # Words that we cannot read are no answer: pages do without, as when it is away.
            return NoAnswer("unreadable_answer")


@dataclass(frozen=True, kw_only=True)
class OwnerServices:
    """Fulfils ports.Owners."""

    incident: Owner
    accountability: Owner
    roster: Owner
    notifier: Owner
    identity: Owner


class Keys:
    """Fulfils ports.Signatures with the installation's key."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def session(self, token: str, now: dt.datetime) -> Session:
        try:
            return self._tokens.verify("session", token, Session, now)
        except BadToken as bad:
            raise BadSignature(bad.code) from bad

    def ticket(self, claims: TicketClaims) -> str:
        return self._tokens.sign("ticket", claims)

    def kiosk(self, claims: KioskClaims) -> str:
        return self._tokens.sign("kiosk", claims)

    def kiosk_claims(self, token: str, now: dt.datetime) -> KioskClaims:
        try:
            return self._tokens.verify("kiosk", token, KioskClaims, now)
        except BadToken as bad:
            raise BadSignature(bad.code) from bad

    def form(self, claims: FormClaims) -> str:
        return self._tokens.sign("form", claims)

    def form_claims(self, token: str, now: dt.datetime) -> FormClaims:
        try:
            return self._tokens.verify("form", token, FormClaims, now)
        except BadToken as bad:
            raise BadSignature(bad.code) from bad


class LastHeard:
    """Fulfils ports.Known: one roster and one list of incidents for each school."""

    def __init__(self) -> None:
        self._rosters: dict[SchoolId, RosterSnapshot] = {}
        self._incidents: dict[SchoolId, SchoolIncidents] = {}

    def roster(self, school: SchoolId) -> RosterSnapshot | None:
        return self._rosters.get(school)

    def keep_roster(self, snapshot: RosterSnapshot) -> None:
        known = self._rosters.get(snapshot.school.id)
        if known is None or snapshot.version >= known.version:
            self._rosters[snapshot.school.id] = snapshot

    def incidents(self, school: SchoolId) -> SchoolIncidents | None:
        return self._incidents.get(school)

    def keep_incidents(self, incidents: SchoolIncidents) -> None:
        self._incidents[incidents.school] = incidents
