"""Who may do what. A table to read aloud; the defaults of a school that has set nothing else."""

from collections.abc import Sequence

from schemas.actions import ACTIONS, ActionKind
from schemas.vocabulary import Actor, IncidentMode, Role
from services.incident.domain.decision import Refusal

ANY_STAFF: tuple[Role, ...] = ("teacher", "staff", "office", "principal", "administrator", "sro")
COMMAND: tuple[Role, ...] = ("office", "principal", "administrator", "sro")
DRILLS: tuple[Role, ...] = ("office", "principal", "administrator")
KEYS: tuple[Role, ...] = ("staff", *COMMAND)
"""Who records that a room was opened: a teacher in a locked room waits for one of them."""

WORDS: dict[Role, str] = {
    "teacher": "a teacher",
    "staff": "a member of staff",
    "office": "the office",
    "principal": "the principal",
    "administrator": "an administrator",
    "sro": "the school resource officer",
    "responder": "a responder",
    "it": "IT",
    "screen": "a wall screen",
}


def starters(kind: ActionKind, mode: IncidentMode) -> tuple[Role, ...]:
    """The roles that may start the action. Nobody has to ask before a live Lockdown."""
    if mode != "live":
        return DRILLS
    return ANY_STAFF if kind == "lockdown" else COMMAND


def closers(mode: IncidentMode) -> tuple[Role, ...]:
    """The roles that may close, correct and approve."""
    return COMMAND if mode == "live" else DRILLS


def start_refused(actor: Actor, kind: ActionKind, mode: IncidentMode) -> Refusal | None:
    """None: the actor may start it."""
    return refused(actor, starters(kind, mode), f"start {article(mode)} {ACTIONS[kind].term}")


def refused(actor: Actor, roles: Sequence[Role], what: str) -> Refusal | None:
    """None: the actor holds one of the roles. Otherwise the sentence says who may."""
    if any(role in roles for role in actor.roles):
        return None
    return Refusal("not_allowed", f"To {what}, ask {spoken(roles)}.", {"roles": tuple(roles)})


def spoken(roles: Sequence[Role]) -> str:
    """ "the office, the principal or an administrator" """
    words = [WORDS[role] for role in roles]
    return f"{', '.join(words[:-1])} or {words[-1]}"


def article(mode: IncidentMode) -> str:
    """The mode before an action's name: "a live", "a drill", "an exercise"."""
    return f"an {mode}" if mode == "exercise" else f"a {mode}"
