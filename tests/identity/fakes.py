"""Fakes of identity's ports; the directory passes the same cases as the real one."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from schemas.commands import Command
from schemas.identifiers import PersonId, SchoolId
from schemas.identity import Session
from schemas.replies import Reply
from schemas.vocabulary import Role
from services.identity.domain.accounts import Link, Person
from services.identity.domain.decision import Refusal
from services.identity.domain.sessions import Issued
from services.identity.domain.state import Held, State
from services.identity.ports import Busy, Decide
from tests.identity.scenes import START, PaperLog


@dataclass
class PaperDirectory:
    """Fulfils ports.Directory in memory."""

    rows: dict[PersonId, Person] = field(default_factory=dict)
    password_at: dict[PersonId, dt.datetime] = field(default_factory=dict)
    sessions: dict[str, Issued] = field(default_factory=dict)
    links: dict[bytes, Link] = field(default_factory=dict)
    touched: dict[PersonId, dict[PersonId, dt.datetime]] = field(default_factory=dict)

    async def person(self, person: PersonId) -> Person | None:
        return self.rows.get(person)

    async def by_login(self, login: str) -> Person | None:
        return next((row for row in self.rows.values() if row.login and row.login == login), None)

    async def people(self) -> list[Person]:
        return sorted(self.rows.values(), key=lambda row: (row.name, row.person))

    async def add(self, row: Person, at: dt.datetime) -> None:
        known = self.rows.get(row.person)
        if known is None:
            self.rows[row.person] = replace(row, password="")
        elif not known.login:
            self.rows[row.person] = replace(known, login=row.login)
        if row.password:
            await self.set_password(row.person, row.login, row.password, at)

    async def set_password(
        self, person: PersonId, login: str, password: str, at: dt.datetime
    ) -> None:
        known, before = self.rows.get(person), self.password_at.get(person)
        if known is not None and (before is None or before < at):
            self.rows[person] = replace(known, password=password, login=known.login or login)
            self.password_at[person] = at

    async def keep_staff(self, staff: Sequence[Person]) -> None:
        for row in staff:
            known = self.rows.get(row.person, row)
            self.rows[row.person] = replace(known, name=row.name, email=row.email)

    async def issue(self, issued: Issued, at: dt.datetime) -> None:
        self.sessions = {sid: one for sid, one in self.sessions.items() if one.expires > at}
        self.sessions.setdefault(issued.sid, issued)

    async def issued(self, sid: str) -> Issued | None:
        return self.sessions.get(sid)

    async def add_link(self, fingerprint: bytes, link: Link, at: dt.datetime) -> None:
        self.links = {known: one for known, one in self.links.items() if one.expires > at}
        self.links.setdefault(fingerprint, link)

    async def link(self, fingerprint: bytes) -> Link | None:
        return self.links.get(fingerprint)

    async def redeem(self, fingerprint: bytes, issued: Issued, at: dt.datetime) -> bool:
        link = self.links.get(fingerprint)
        if link is None or link.used or link.expires <= at:
            return False
        self.links[fingerprint] = replace(link, used=True)
        await self.issue(issued, at)
        return True

    async def used(self, person: PersonId) -> bool:
        return any(one.person == person for one in self.sessions.values())

    async def add_hands(self, person: PersonId, by: Sequence[PersonId], at: dt.datetime) -> None:
        known = self.touched.setdefault(person, {})
        known.update({one: max(at, known.get(one, at)) for one in by})

    async def hands(self, person: PersonId) -> dict[PersonId, dt.datetime]:
        return dict(self.touched.get(person, {}))


@dataclass
class PaperIdentityLog:
    """Fulfils ports.IdentityLog: the schools' states as a test sets them, decisions kept."""

    states: dict[SchoolId, State] = field(default_factory=dict)
    submitted: list[tuple[SchoolId, Command]] = field(default_factory=list)

    async def submit(self, scope: SchoolId, command: Command, decide: Decide) -> Reply:
        self.submitted.append((scope, command))
        paper = PaperLog(state=self.states.setdefault(scope, State(school=scope)))
        decision = paper.submit(command.actor, decide)
        if isinstance(decision, Refusal):
            return Reply(status="refused", code=decision.code, reason=decision.reason, at=START)
        return Reply(status="accepted", at=START)

    async def state(self, school: SchoolId) -> State:
        return self.states.get(school, State(school=school))

    def knows(self, school: SchoolId) -> bool:
        return school in self.states

    async def roles(self, person: PersonId) -> dict[SchoolId, tuple[Role, ...]]:
        held = {school: state.roles_of(person) for school, state in self.states.items()}
        return {school: roles for school, roles in held.items() if roles}

    async def held(self, person: PersonId) -> dict[SchoolId, Held]:
        return {
            school: state.roles[person]
            for school, state in self.states.items()
            if person in state.roles
        }


@dataclass
class PlainPasswords:
    """Fulfils ports.Passwords without the cost. asked: every hash that was compared."""

    busy: bool = False
    asked: list[str] = field(default_factory=list)

    async def hash(self, password: str) -> str:
        if self.busy:
            raise Busy
        return f"hash of {password}"

    async def matches(self, hash: str, password: str) -> bool:
        if self.busy:
            raise Busy
        self.asked.append(hash)
        return hash == f"hash of {password}"


@dataclass
class CountedSecrets:
    """Fulfils ports.Secrets with ids that can be foretold."""

    drawn: int = 0

    def sid(self) -> str:
        self.drawn += 1
        return f"sid-{self.drawn}"

    def derived_sid(self, command: Command) -> str:
        return f"sid-of-{command.op_id}"

    def link_code(self, command: Command) -> str:
        return f"code-of-{command.op_id}"

    def fingerprint(self, code: str) -> bytes:
        return f"print of {code}".encode()

    def sign(self, session: Session) -> str:
        return msgspec.json.encode(session).decode()
