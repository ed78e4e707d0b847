"""What an event of an incident means for messages: the occasion, and the action it is about."""

from typing import Literal, get_args

import msgspec

from schemas.actions import ActionKind
from schemas.events import Event
from schemas.incident import (
    ActionAdded,
    ActionCall,
    ActionChanged,
    Closed,
    Corrected,
    Declared,
)
from schemas.notifier import AudienceKind

Occasion = Literal["declared", "added", "changed", "led", "corrected", "closed"]
"""led: police lead people out of a Lockdown room by room."""

STARTS: frozenset[Occasion] = frozenset({"declared", "added", "changed", "led"})


class Template(msgspec.Struct, frozen=True):
    """Names the approved words: "<audience>.<occasion>.<kind>"."""

    audience: AudienceKind
    occasion: Occasion
    kind: ActionKind

    @property
    def name(self) -> str:
        return f"{self.audience}.{self.occasion}.{self.kind}"


def template_named(name: str) -> Template:
    """The template of a stored name. Raises ValueError when there is none."""
    audience, occasion, kind = name.split(".")
    for value, known in ((audience, AudienceKind), (occasion, Occasion), (kind, ActionKind)):
        if value not in get_args(known):
            raise ValueError(name)
    return Template(audience, occasion, kind)  # type: ignore[arg-type]


def occasion_of(data: Event) -> Occasion | None:
    """Which occasion an event is; None: nobody is told.

    A drill that a live incident stops is none: the live alert is the one message, and a second
    one that says DRILL would come into a room that is dark by now.
    """
    match data:
        case Declared():
            return "declared"
        case ActionAdded():
            return "added"
        case ActionChanged():
            return "changed"
        case Corrected():
            return "corrected"
        case Closed():
            return "closed"
        case _:
            return None


def call_of(data: Event) -> ActionCall | None:
    """The action an event announces; None when it ends something."""
    match data:
        case Declared(action=action) | ActionAdded(action=action) | ActionChanged(action=action):
            return action.call
        case _:
            return None
