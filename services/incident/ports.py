"""What the handlers need from outside."""

from collections.abc import Callable
from typing import Protocol

from schemas.commands import Command
from schemas.identifiers import SchoolId
from schemas.replies import Reply
from services.incident.domain.decision import Decision, Stamp
from services.incident.domain.state import State

Decide = Callable[[State, Stamp], Decision]


class IncidentLog(Protocol):
    """The schools' logs of incidents, and the answers given."""

    async def submit(self, command: Command, decide: Decide) -> Reply:
        """Decide on the school's newest state, append, and answer after the commit.

        The same op again: the same answer, without deciding. Its id with another body: refused
        op_reused.
        """
        ...


class RosterVersions(Protocol):
    """Which version of its roster a school has."""

    def version(self, school: SchoolId) -> int:
        """0 when none is known (yet): a declaration never waits for the roster."""
        ...
