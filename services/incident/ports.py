"""What the handlers need from outside."""

from collections.abc import Callable
from typing import Protocol

from schemas.commands import Command
from schemas.identifiers import IncidentId, SchoolId
from schemas.replies import Reply
from services.incident.domain.decision import Decision, Stamp
from services.incident.domain.facts import Harm
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


class Students(Protocol):
    """What accountability shows of a school's students."""

    def harmed(self, school: SchoolId, incident: IncidentId) -> frozenset[Harm] | None:
        """Who was reported as hurt or gone and still is; None while accountability is unheard."""
        ...
