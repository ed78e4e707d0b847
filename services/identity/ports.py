"""What the handlers need from outside."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Protocol

from schemas.commands import Command
from schemas.identifiers import PersonId, SchoolId
from schemas.identity import Session
from schemas.replies import Reply
from schemas.vocabulary import Role
from services.identity.domain.accounts import Link, Person
from services.identity.domain.decision import Decision, Stamp
from services.identity.domain.sessions import Issued
from services.identity.domain.state import Held, State

Decide = Callable[[State, Stamp], Decision]


class Busy(Exception):
    """More passwords wait to be checked than is good for anyone."""


class IdentityLog(Protocol):
    """What others must know: roles per school, and sessions that hold no more."""

    async def submit(self, scope: SchoolId, command: Command, decide: Decide) -> Reply:
        """Decide on the scope's newest state, append, and answer after the commit.

        The same op again: the same answer, without deciding. Its id with another body: refused
        op_reused.
        """
        ...

    async def state(self, school: SchoolId) -> State:
        """What is known to be stored."""
        ...

    def knows(self, school: SchoolId) -> bool:
        """Whether anything was ever decided there."""
        ...

    async def roles(self, person: PersonId) -> dict[SchoolId, tuple[Role, ...]]:
        """The person's roles wherever they hold any."""
        ...

    async def held(self, person: PersonId) -> dict[SchoolId, Held]:
        """What is known of the person's roles, wherever anything is."""
        ...


class Directory(Protocol):
    """People, issued sessions and links: private, never in events. All writes are repeatable."""

    async def person(self, person: PersonId) -> Person | None: ...

    async def by_login(self, login: str) -> Person | None:
        """login: folded."""
        ...

    async def people(self) -> Sequence[Person]: ...

    async def add(self, row: Person, at: dt.datetime) -> None:
        """A new person, or what a known one still lacks (login, password)."""
        ...

    async def set_password(
        self, person: PersonId, login: str, password: str, at: dt.datetime
    ) -> None:
        """Nothing when a later op has set one already. login: given to who has none."""
        ...

    async def keep_staff(self, staff: Sequence[Person]) -> None:
        """Names and addresses as a roster says; logins and passwords stay."""
        ...

    async def issue(self, issued: Issued, at: dt.datetime) -> None: ...

    async def issued(self, sid: str) -> Issued | None: ...

    async def add_link(self, fingerprint: bytes, link: Link, at: dt.datetime) -> None: ...

    async def link(self, fingerprint: bytes) -> Link | None: ...

    async def redeem(self, fingerprint: bytes, issued: Issued, at: dt.datetime) -> bool:
        """Use the link and issue the session, both or neither. False: it was used meanwhile."""
        ...

    async def used(self, person: PersonId) -> bool:
        """Whether a session that has not ended by itself was ever issued to the person."""
        ...

    async def add_hands(
        self, person: PersonId, by: Sequence[PersonId], at: dt.datetime
    ) -> None: ...

    async def hands(self, person: PersonId) -> dict[PersonId, dt.datetime]:
        """Whose hands were in the person's account → when last."""
        ...


class Passwords(Protocol):
    """Slow hashes, computed aside so that nothing else waits. Raises Busy."""

    async def hash(self, password: str) -> str: ...

    async def matches(self, hash: str, password: str) -> bool:
        """hash "": takes as long as any other and does not match."""
        ...


class Secrets(Protocol):
    """What is drawn, derived and signed with the installation's key."""

    def sid(self) -> str:
        """A fresh session id."""
        ...

    def derived_sid(self, command: Command) -> str:
        """The same for the same op."""
        ...

    def link_code(self, command: Command) -> str:
        """192 bits, the same for the same op: it need not be kept to be told again."""
        ...

    def fingerprint(self, code: str) -> bytes:
        """What is stored of a code."""
        ...

    def sign(self, session: Session) -> str: ...


class Clock(Protocol):
    def now(self) -> dt.datetime: ...
