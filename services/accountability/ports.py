"""What accountability needs from the outside, in its own words."""

from collections.abc import Callable
from typing import Protocol

import msgspec

from schemas.accountability import Account as AccountCommand
from schemas.accountability import OpenClass
from schemas.envelope import Instant
from schemas.events import Event
from schemas.identifiers import SchoolId
from schemas.replies import Reply
from schemas.roster import RosterSnapshot
from schemas.roster_day import ExpectedList
from services.accountability.domain.decisions import Refused
from services.accountability.domain.school import School

Decide = Callable[[School, Instant], Event | Refused]
Finish = Callable[[School], msgspec.Struct]


class Accounts(Protocol):
    """The schools' accounts, decided one command at a time and kept in a log."""

    async def school(self, school: SchoolId) -> School:
        """The school as of the last commit."""
        ...

    async def append(
        self, command: AccountCommand | OpenClass, decide: Decide, finish: Finish
    ) -> Reply:
        """Decide on the newest state and answer after the commit; the same op answers again."""
        ...


class Rosters(Protocol):
    """Who belongs to a school, by version."""

    async def snapshot(self, school: SchoolId, version: int) -> RosterSnapshot:
        """That version, or the newest when it is 0. Raises when the roster cannot be asked."""
        ...

    async def expected(self, school: SchoolId, version: int, at: Instant) -> ExpectedList | None:
        """Who should be where at that moment; None when the roster does not say it soon."""
        ...

    async def at_hand(self, school: SchoolId) -> RosterSnapshot | None:
        """The newest snapshot that was kept, without asking anybody."""
        ...


class Incidents(Protocol):
    """The incident service's log, as followed here."""

    async def hear(self, school: SchoolId) -> None:
        """Ask for what was declared since: a mark may arrive before its declaration."""
        ...
