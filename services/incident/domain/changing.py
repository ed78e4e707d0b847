"""An action becomes another one, along the protocol's transitions."""

from schemas.actions import ACTIONS, TRANSITIONS
from schemas.identifiers import ActionId, action_id
from schemas.incident import Action, ActionChanged, ChangeAction, Incident
from services.incident.domain.announce import announced, complete
from services.incident.domain.authority import closers, refused, start_refused
from services.incident.domain.decision import Accepted, Decision, Refusal, Stamp
from services.incident.domain.finding import draft, found_open
from services.incident.domain.state import State


def change_action(state: State, command: ChangeAction, stamp: Stamp) -> Decision:
    """Refused when the action is not held any more or may not become the other one."""
    incident = found_open(state, command.incident)
    if isinstance(incident, Refusal):
        return incident
    before = _current(incident, command.action_id)
    if isinstance(before, Refusal):
        return before
    if refusal := _not_allowed(incident, before, command):
        return refusal
    call = complete(command.to)
    if isinstance(call, Refusal):
        return call
    action = announced(
        action_id(stamp.school, stamp.actor, stamp.op_id), call, stamp.now, stamp.actor
    )
    changed = ActionChanged(ended=before.id, action=action)
    return Accepted(incident.id, (draft(incident, changed),))


def _not_allowed(incident: Incident, before: Action, command: ChangeAction) -> Refusal | None:
    kind, to = before.call.kind, command.to.kind
    if refusal := start_refused(command.actor, to, incident.mode):
        return refusal
    if kind == "lockdown":
        # Ending a Lockdown is never less than closing it: not for everyone who may start one.
        ending = refused(command.actor, closers(incident.mode), "end a Lockdown")
        if ending is not None:
            return ending
    if to in TRANSITIONS[kind]:
        return None
    legal = tuple(term for kind_, term in _terms() if kind_ in TRANSITIONS[kind])
    action, other = ACTIONS[kind].term, ACTIONS[to].term
    return Refusal(
        "illegal_transition",
        f"{action} cannot become {other}. It can become {' or '.join(legal)}.",
        {"action": action, "other": other, "legal": legal},
    )


def _terms() -> list[tuple[str, str]]:
    return [(kind, terms.term) for kind, terms in ACTIONS.items()]


def _current(incident: Incident, identifier: ActionId) -> Action | Refusal:
    for action in incident.actions:
        if action.id == identifier:
            if action.ended is None:
                return action
            return Refusal("action_ended", "This action has already ended or become another one.")
    return Refusal("unknown_action", "This incident has no such action.")
