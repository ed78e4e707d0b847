"""What an incident is after its events: one fold, for its owner and for every screen."""

from msgspec.structs import replace

from schemas import incident as language
from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import ActionId, IncidentId, PersonId
from schemas.incident import Action, Incident, SchoolIncidents, TimelineEntry, Zone

RECENT = 20
"""Closed incidents at hand: those that can still hear of a room being opened."""

TIMELINE = 200
"""Entries at hand; older ones are in the log."""


class CannotFold(Exception):
    """An event that no decision of the incident service could have made."""


def find(school: SchoolIncidents, identifier: IncidentId) -> Incident | None:
    """The open or a recent incident."""
    known = (school.open, *school.recent)
    return next((one for one in known if one is not None and one.id == identifier), None)


def fold(school: SchoolIncidents, event: Envelope, data: Event) -> SchoolIncidents:
    """The school's incidents after one more event. Raises CannotFold."""
    if event.incident is None:
        raise CannotFold(f"{event.type} without an incident")
    if isinstance(data, language.Declared):
        declared = _entered(_declared(event, event.incident, data), event, data)
        return replace(school, open=declared)
    before = find(school, event.incident)
    if before is None:
        raise CannotFold(f"{event.type} of an unknown incident")
    return _put(school, _entered(_folded(before, event, data), event, data))


def _put(school: SchoolIncidents, after: Incident) -> SchoolIncidents:
    if school.open is not None and school.open.id == after.id:
        if after.closed is None:
            return replace(school, open=after)
        return replace(school, open=None, recent=(after, *school.recent)[:RECENT])
    recent = tuple(after if one.id == after.id else one for one in school.recent)
    return replace(school, recent=recent)


def _entered(after: Incident, event: Envelope, data: Event) -> Incident:
    line = TimelineEntry(
        seq=event.seq,
        at=event.time,
        type=event.type,
        actor=event.actor,
        text=_text(data),
        again=data.again if isinstance(data, language.NoteAdded) else "",
    )
    timeline = (*after.timeline, line)
    more = after.timeline_more + max(0, len(timeline) - TIMELINE)
    return replace(after, seq=event.seq, timeline=timeline[-TIMELINE:], timeline_more=more)


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
        case language.Joined(by=by):
            return _joined(before, by)
        case language.ActionAdded(action=action):
            return _started(before, action)
        case language.ActionChanged(ended=ended, action=action):
            return _started(_ended(before, event, ended), action)
        case language.NoteAdded(report=report):
            return _written(before, event.actor, report=report)
        case language.CallRecorded(caller=caller):
            called = replace(before, call=caller, called_at=event.time)
            return _written(called, event.actor)
        case language.EvidenceSet(evidence=evidence):
            return replace(before, evidence=evidence)
        case language.RoomOpened(room=room, opened_by=by):
            return replace(before, rooms_opened={**before.rooms_opened, room: by})
    return _concluded(before, event, data)


def _concluded(before: Incident, event: Envelope, data: Event) -> Incident:
    match data:
        case language.Proposed():
            record = replace(before.record, proposals=data.version)
            return replace(before, proposal=_proposal(data), record=record)
        case language.Corrected():
            return replace(before, corrected=event.time, proposal=None)
        case language.Closed():
            return replace(_ended(before, event), closed=event.time, proposal=None)
        case language.DrillStopped(superseded_by=live):
            after = replace(_ended(before, event), closed=event.time, proposal=None)
            return replace(after, superseded_by=live)
    raise CannotFold(f"{event.type} is not folded here")


def _written(before: Incident, by: PersonId, *, report: bool = False) -> Incident:
    record = before.record
    written = {**record.written, by: record.written.get(by, 0) + 1}
    record = replace(record, written=written, reports=record.reports + report)
    return replace(before, record=record)


def _joined(before: Incident, by: PersonId) -> Incident:
    """Who asks for it again says that it is real: nobody approves its end unawares."""
    if by in (before.started_by, *before.joined):
        return replace(before, proposal=None)
    return replace(before, joined=(*before.joined, by), proposal=None)


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
        id=data.proposal,
        version=data.version,
        what=data.what,
        by=data.by,
        expires=data.expires,
        made_by=data.made_by,
    )
