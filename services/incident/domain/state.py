"""A school's incidents as folded from its log."""

from typing import assert_never

import msgspec
from msgspec.structs import replace

from schemas import incident as language
from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import ActionId, IncidentId, PersonId, SchoolId
from schemas.incident import Action, Incident, SchoolIncidents, TimelineEntry, Zone

RECENT = 20
"""Closed incidents kept in memory: those that can still hear of a room being opened."""


class State(msgspec.Struct, kw_only=True):
    """number: of the newest incident. recent: newest first."""

    school: SchoolId
    number: int = 0
    open: Incident | None = None
    recent: tuple[Incident, ...] = ()

    def find(self, identifier: IncidentId) -> Incident | None:
        """The open or a recent incident."""
        known = (self.open, *self.recent)
        return next((one for one in known if one is not None and one.id == identifier), None)

    def published(self) -> SchoolIncidents:
        """What followers and pages start from."""
        return SchoolIncidents(school=self.school, open=self.open, recent=self.recent)


class CannotFold(Exception):
    """The log holds an event that no decision of this service could have made."""


def apply(state: State, event: Envelope, data: Event) -> None:
    """Fold one event into the state. Raises CannotFold."""
    if event.incident is None:
        raise CannotFold(f"{event.type} without an incident")
    if isinstance(data, language.Declared):
        state.open = _entered(_declared(event, event.incident, data), event, data)
        state.number = data.number
        return
    before = state.find(event.incident)
    if before is None:
        raise CannotFold(f"{event.type} of an unknown incident")
    _put(state, _entered(_folded(before, event, data), event, data))


def _put(state: State, after: Incident) -> None:
    if state.open is not None and state.open.id == after.id:
        state.open = after if after.closed is None else None
        if after.closed is not None:
            state.recent = (after, *state.recent)[:RECENT]
        return
    state.recent = tuple(after if one.id == after.id else one for one in state.recent)


def _entered(after: Incident, event: Envelope, data: Event) -> Incident:
    line = TimelineEntry(
        seq=event.seq, at=event.time, type=event.type, actor=event.actor, text=_text(data)
    )
    return replace(after, seq=event.seq, timeline=(*after.timeline, line))


def _text(data: Event) -> str:
    match data:
        case language.NoteAdded(text=text):
            return text
        case language.CallRecorded(caller=caller):
            return caller
        case language.RoomOpened(room=room, opened_by=opened_by):
            return f"{room}: {opened_by}"
    return ""


def _declared(event: Envelope, identifier: IncidentId, data: language.Declared) -> Incident:
    return Incident(
        id=identifier,
        school=event.school,
        mode=data.mode,
        number=data.number,
        declaration=data.declaration,
        cause=data.cause,
        actions=(data.action,),
        started=event.time,
        started_by=event.actor,
        roster_version=data.roster_version,
        supersedes=data.supersedes,
    )


def _folded(before: Incident, event: Envelope, data: Event) -> Incident:
    match data:
        case language.Joined() | language.ActionAdded() | language.ActionChanged():
            return _acted(before, event, data)
        case language.NoteAdded():
            return before
        case language.CallRecorded(caller=caller):
            return replace(before, call=caller, called_at=event.time)
        case language.EvidenceSet(evidence=evidence):
            return replace(before, evidence=evidence)
        case language.RoomOpened(room=room, opened_by=by):
            return replace(before, rooms_opened={**before.rooms_opened, room: by})
    return _concluded(before, event, data)


def _acted(
    before: Incident,
    event: Envelope,
    data: language.Joined | language.ActionAdded | language.ActionChanged,
) -> Incident:
    match data:
        case language.Joined(by=by):
            return _joined(before, by)
        case language.ActionAdded(action=action):
            return _started(before, action)
        case language.ActionChanged(ended=ended, action=action):
            return _started(_ended(before, event, ended), action)
        case _:
            assert_never(data)


def _concluded(before: Incident, event: Envelope, data: Event) -> Incident:
    match data:
        case language.Proposed():
            return replace(before, proposal=_proposal(data))
        case language.Corrected():
            return replace(before, corrected=event.time, proposal=None)
        case language.Closed():
            return replace(_ended(before, event), closed=event.time, proposal=None)
        case language.DrillStopped(superseded_by=live):
            after = replace(_ended(before, event), closed=event.time, proposal=None)
            return replace(after, superseded_by=live)
    raise CannotFold(f"{event.type} is not folded here")


def _joined(before: Incident, by: PersonId) -> Incident:
    if by in (before.started_by, *before.joined):
        return before
    return replace(before, joined=(*before.joined, by))


def within(room: str, zone: Zone) -> bool:
    """Whether the room lies in the zone."""
    return not zone.rooms or room in zone.rooms


def _started(before: Incident, action: Action) -> Incident:
    """A new action is real whatever was said before: no correction and no proposal outlives it."""
    opened = before.rooms_opened
    if action.call.kind == "lockdown":
        opened = {room: by for room, by in opened.items() if not within(room, action.call.zone)}
    return replace(
        before,
        actions=(*before.actions, action),
        rooms_opened=opened,
        proposal=None,
        corrected=None,
    )


def _ended(before: Incident, event: Envelope, identifier: ActionId | None = None) -> Incident:
    """One action ended; without an identifier every one that still held."""
    actions = tuple(
        replace(action, ended=event.time)
        if action.ended is None and identifier in (None, action.id)
        else action
        for action in before.actions
    )
    return replace(before, actions=actions)


def _proposal(data: language.Proposed) -> language.Proposal:
    return language.Proposal(
        id=data.proposal, version=data.version, what=data.what, by=data.by, expires=data.expires
    )
