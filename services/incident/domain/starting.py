"""Starting: a declaration opens, joins or extends the school's one incident."""

from msgspec.structs import replace

from schemas.actions import ACTIONS
from schemas.identifiers import action_id, incident_id
from schemas.incident import (
    Action,
    ActionAdded,
    ActionCall,
    AddAction,
    Declare,
    Declared,
    DrillStopped,
    Incident,
    Joined,
    NoteAdded,
    Zone,
)
from schemas.incident_fold import within
from services.incident.domain.announce import announced, complete, directive
from services.incident.domain.authority import article, start_refused
from services.incident.domain.decision import Accepted, Decision, Draft, Refusal, Stamp
from services.incident.domain.finding import draft, found_open
from services.incident.domain.state import State


def declare(state: State, command: Declare, stamp: Stamp, roster_version: int) -> Decision:
    """One open incident a school: a second declaration never makes a second one.

    A live declaration stops an open drill in the same op. Another action of the same mode is
    added to the open incident, so that nobody's alert is lost to somebody else's.
    """
    if refusal := start_refused(command.actor, command.action.kind, command.mode):
        return refusal
    call = complete(command.action)
    if isinstance(call, Refusal):
        return call
    if state.open is None:
        return _opened(state, command, call, stamp, roster_version)
    if state.open.mode == command.mode:
        return _extended(state.open, call, stamp)
    if command.mode == "live":
        return _taken_over(state, state.open, command, call, stamp, roster_version)
    return _other_mode(state.open, command)


def add_action(state: State, command: AddAction, stamp: Stamp) -> Decision:
    """Another action of the open incident; joins one that already holds there."""
    incident = found_open(state, command.incident)
    if isinstance(incident, Refusal):
        return incident
    if refusal := start_refused(command.actor, command.action.kind, incident.mode):
        return refusal
    call = complete(command.action)
    return call if isinstance(call, Refusal) else _extended(incident, call, stamp)


def _opened(
    state: State, command: Declare, call: ActionCall, stamp: Stamp, roster_version: int
) -> Accepted:
    identifier = incident_id(stamp.school, stamp.actor, stamp.op_id)
    declared = Declared(
        mode=command.mode,
        number=state.number + 1,
        action=_action(call, stamp),
        cause=command.cause,
        declaration=command.declaration or identifier,
        roster_version=roster_version,
    )
    return Accepted(identifier, (Draft(declared, command.mode, identifier),))


def _taken_over(
    state: State,
    drill: Incident,
    command: Declare,
    call: ActionCall,
    stamp: Stamp,
    roster_version: int,
) -> Accepted:
    opened = _opened(state, command, call, stamp, roster_version)
    declared = opened.drafts[0].data
    assert isinstance(declared, Declared)
    live = Draft(replace(declared, supersedes=drill.id), "live", opened.incident)
    return Accepted(
        opened.incident, (draft(drill, DrillStopped(superseded_by=live.incident)), live)
    )


def _other_mode(incident: Incident, command: Declare) -> Refusal:
    if incident.mode == "live":
        return Refusal(
            "live_incident_open",
            f"A live incident is open: {article(command.mode)} cannot start until it is closed.",
            {"mode": command.mode},
        )
    return Refusal(
        "incident_open",
        f"{article(incident.mode).capitalize()} is open: close it before starting another.",
        {"mode": incident.mode},
    )


def _extended(incident: Incident, call: ActionCall, stamp: Stamp) -> Accepted:
    """Join what already holds, and start whatever the call asks for beyond it."""
    same = _same(incident, call)
    if same is None:
        return Accepted(incident.id, (draft(incident, ActionAdded(action=_action(call, stamp))),))
    drafts = [draft(incident, Joined(action_id=same.id, by=stamp.actor))]
    if same.call.location != call.location:
        # Two places announced at once would split a school: the second is put on record.
        note = f"{ACTIONS[call.kind].term} was started again with: {directive(call)}"
        drafts.append(draft(incident, NoteAdded(text=note, again=call.location or "")))
    rest = _not_yet_told(incident, call)
    if rest is not None:
        beyond = replace(call, zone=rest, location=same.call.location)
        drafts.append(draft(incident, ActionAdded(action=_action(beyond, stamp))))
    return Accepted(incident.id, tuple(drafts))


def _same(incident: Incident, call: ActionCall) -> Action | None:
    """The action that this call joins. Shelters from different hazards are different actions.

    After a correction nothing can be joined: everyone was told that it was an error.
    """
    if incident.corrected is not None:
        return None
    return next((one for one in _alike(incident, call) if one.call.zone.overlaps(call.zone)), None)


def _alike(incident: Incident, call: ActionCall) -> tuple[Action, ...]:
    return tuple(
        one
        for one in incident.current
        if (one.call.kind, one.call.hazard, one.call.strategy)
        == (call.kind, call.hazard, call.strategy)
    )


def _not_yet_told(incident: Incident, call: ActionCall) -> Zone | None:
    """The part of the call's zone where its action does not hold, or holds no more.

    A whole school beyond a part of it cannot be listed, so it stays the whole school.
    """
    zones = [one.call.zone for one in _alike(incident, call)]
    reopened = incident.rooms_opened if call.kind == "lockdown" else {}
    if not call.zone.rooms and all(zone.rooms for zone in zones):
        return call.zone
    rooms = call.zone.rooms or tuple(reopened)
    rest = tuple(
        room for room in rooms if room in reopened or not any(within(room, zone) for zone in zones)
    )
    return Zone(name=call.zone.name, rooms=rest) if rest else None


def _action(call: ActionCall, stamp: Stamp) -> Action:
    identifier = action_id(stamp.school, stamp.actor, stamp.op_id)
    return announced(identifier, call, stamp.now, stamp.actor)
