"""Load, decide, append: the same three steps for every command."""

from schemas.replies import Reply
from services.incident.domain.decide import IncidentCommand, decide
from services.incident.domain.decision import Decision, Stamp
from services.incident.domain.state import State
from services.incident.ports import IncidentLog, RosterVersions


class Incidents:
    """Answers every command of the incident service."""

    def __init__(self, *, log: IncidentLog, rosters: RosterVersions) -> None:
        self._log = log
        self._rosters = rosters

    async def handle(self, command: IncidentCommand) -> Reply:
        """Returns after the commit."""
        version = self._rosters.version(command.school)

        def decided(state: State, stamp: Stamp) -> Decision:
            return decide(state, command, stamp, version)

        return await self._log.submit(command, decided)
