"""Accounts, roles, links, tokens, revocations.

The log decides and remembers the answer; then the directory is written, repeatably: an op that
was cut off in between is completed when it is sent again.
"""

import asyncio
import datetime as dt

import msgspec

from schemas.identifiers import PersonId, SchoolId
from schemas.identity import (
    Account,
    CreateAccount,
    CreateToken,
    GrantRoles,
    IssueLink,
    LinkIssued,
    Revoke,
    SessionReply,
    SetPassword,
)
from schemas.replies import Reply
from services.identity.domain import accounts, sessions
from services.identity.domain.accounts import Link, Person, folded, sign_in_name
from services.identity.domain.granting import grant
from services.identity.domain.hands import making
from services.identity.domain.sessions import Issued
from services.identity.domain.state import INSTALLATION
from services.identity.ports import Directory, IdentityLog, Passwords, Secrets


class Accounts:
    """Answers every command of identity."""

    def __init__(
        self, *, log: IdentityLog, directory: Directory, passwords: Passwords, secrets: Secrets
    ) -> None:
        self._log = log
        self._directory = directory
        self._passwords = passwords
        self._secrets = secrets
        # Who has a login is looked up before the decision: one at a time keeps that true.
        self._logins = asyncio.Lock()

    async def create(self, command: CreateAccount) -> Reply:
        """A person who may sign in; without a password they need a link."""
        login = folded(command.login)
        hashed = await self._passwords.hash(command.password) if command.password else ""
        async with self._logins:
            known = await self._directory.person(command.person)
            roles = await self._log.roles(command.person)
            owner = await self._owner(login)
            hands = await self._making(command, known) if known is None or hashed else ()
            reply = await self._log.submit(
                INSTALLATION,
                command,
                lambda _state, _stamp: accounts.create_account(command, known, roles, owner),
            )
            if reply.status == "accepted":
                await self._directory.add_hands(command.person, hands, reply.at)
                row = Person(
                    person=command.person, name=command.name.strip(), login=login, password=hashed
                )
                await self._directory.add(row, reply.at)
        return reply

    async def set_password(self, command: SetPassword) -> Reply:
        """Ends no session: `revoke` does that."""
        hashed = await self._passwords.hash(command.password)
        async with self._logins:
            known = await self._directory.person(command.person)
            roles = await self._log.roles(command.person)
            login = sign_in_name(known) if known else ""
            owner = await self._owner(login)
            hands = await self._making(command, known)
            reply = await self._log.submit(
                INSTALLATION,
                command,
                lambda _state, _stamp: accounts.set_password(command, known, roles, owner),
            )
            if reply.status == "accepted":
                await self._directory.add_hands(command.person, hands, reply.at)
                await self._directory.set_password(command.person, login, hashed, reply.at)
        return reply

    async def grant(self, command: GrantRoles) -> Reply:
        """In the log of the school itself."""
        known = await self._directory.person(command.person) is not None
        return await self._log.submit(
            command.school,
            command,
            lambda state, stamp: grant(state, command, stamp, known=known),
        )

    async def issue_link(self, command: IssueLink) -> Reply:
        """The code is derived from the op: the same op tells it again, and nothing stores it."""
        known = await self._directory.person(command.person)
        roles = await self._log.roles(command.person)
        hands = await self._making(command, known)
        reply = await self._log.submit(
            INSTALLATION,
            command,
            lambda _state, _stamp: accounts.issue_link(command, known, roles),
        )
        if reply.status != "accepted":
            return reply
        await self._directory.add_hands(command.person, hands, reply.at)
        code = self._secrets.link_code(command)
        expires = reply.at + dt.timedelta(hours=command.hours)
        link = Link(person=command.person, expires=expires)
        await self._directory.add_link(self._secrets.fingerprint(code), link, reply.at)
        return _answering(reply, LinkIssued(code=code, expires=expires))

    async def create_token(self, command: CreateToken) -> Reply:
        """The token is signed anew for the same op, with the same claims."""
        reply = await self._log.submit(
            INSTALLATION, command, lambda _state, _stamp: accounts.create_token(command)
        )
        if reply.status != "accepted":
            return reply
        claims = sessions.token(
            self._secrets.derived_sid(command),
            command.actor,
            command.role,
            command.school,
            now=reply.at,
            days=command.days,
        )
        expires = dt.datetime.fromtimestamp(claims.exp, dt.UTC)
        issued = Issued(sid=claims.sid, person=claims.person, expires=expires)
        await self._directory.issue(issued, reply.at)
        return _answering(reply, SessionReply(token=self._secrets.sign(claims), session=claims))

    async def revoke(self, command: Revoke) -> Reply:
        """Void from the commit on; session checks hear of it as followers."""
        issued = await self._directory.issued(command.sid) if command.sid else None
        person = issued.person if issued is not None else command.person
        roles = await self._log.roles(person) if person is not None else {}
        return await self._log.submit(
            INSTALLATION,
            command,
            lambda _state, stamp: sessions.revoke(command, issued, roles, stamp),
        )

    async def accounts(self, school: SchoolId | None) -> list[Account]:
        """Everyone who holds a role at the school; None: everyone."""
        found = []
        for row in await self._directory.people():
            held = await self._log.held(row.person)
            if school is not None:
                held = {at: one for at, one in held.items() if at == school}
            roles = {at: one.roles for at, one in held.items() if one.roles}
            if roles or school is None:
                claimed = {at: one.claimed for at, one in held.items() if one.claimed}
                found.append(
                    Account(
                        person=row.person,
                        name=row.name,
                        login=sign_in_name(row),
                        roles=roles,
                        claimed=claimed,
                    )
                )
        return found

    async def _making(
        self, command: CreateAccount | SetPassword | IssueLink, known: Person | None
    ) -> tuple[PersonId, ...]:
        used = await self._directory.used(command.person)
        return making(command.actor, command.person, known, used=used)

    async def _owner(self, login: str) -> PersonId | None:
        row = await self._directory.by_login(login) if login else None
        return row.person if row is not None else None


def _answering(reply: Reply, answer: msgspec.Struct) -> Reply:
    return msgspec.structs.replace(reply, answer=msgspec.Raw(msgspec.json.encode(answer)))
