"""A school's incidents as folded from its log: the language's fold, and the school's count."""

import msgspec

from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import IncidentId, SchoolId
from schemas.incident import Declared, Incident, SchoolIncidents
from schemas.incident_fold import find, fold


class State(msgspec.Struct, kw_only=True):
    """number: of the newest incident. recent: newest first."""

    school: SchoolId
    number: int = 0
    open: Incident | None = None
    recent: tuple[Incident, ...] = ()

    def find(self, identifier: IncidentId) -> Incident | None:
        """The open or a recent incident."""
        return find(self.published(), identifier)

    def published(self) -> SchoolIncidents:
        """What followers and pages start from."""
        return SchoolIncidents(school=self.school, open=self.open, recent=self.recent)


def apply(state: State, event: Envelope, data: Event) -> None:
    """Fold one event into the state. Raises CannotFold."""
    after = fold(state.published(), event, data)
    state.open, state.recent = after.open, after.recent
    if isinstance(data, Declared):
        state.number = data.number
