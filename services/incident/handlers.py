"""Load, decide, append: the same three steps for every command."""

from schemas.incident import Approve, Correct
from schemas.replies import Reply
from services.incident.domain.decide import IncidentCommand, decide
from services.incident.domain.decision import Decision, Stamp
from services.incident.domain.facts import Facts
from services.incident.domain.state import State
from services.incident.ports import IncidentLog, RosterVersions, Students


class Incidents:
    """Answers every command of the incident service."""

    def __init__(self, *, log: IncidentLog, rosters: RosterVersions, students: Students) -> None:
        self._log = log
        self._rosters = rosters
        self._students = students

    async def handle(self, command: IncidentCommand) -> Reply:
        """Returns after the commit."""

        def decided(state: State, stamp: Stamp) -> Decision:
            return decide(state, command, stamp, self._facts(command))

        return await self._log.submit(command, decided)

    def _facts(self, command: IncidentCommand) -> Facts:
        """As known at the moment of deciding: from memory, never asked for."""
        version = self._rosters.version(command.school)
        if not isinstance(command, Correct | Approve):
            return Facts(roster_version=version)
        harmed = self._students.harmed(command.school, command.incident)
        return Facts(roster_version=version, harmed=harmed)
