"""The five actions of the Standard Response Protocol: terms, directives, transitions.

Terms and directives are fixed by the protocol; everything else is local policy. Uses the terms
of the Standard Response Protocol; no endorsement is claimed.
"""

from typing import Literal

import msgspec

ActionKind = Literal["hold", "secure", "lockdown", "evacuate", "shelter"]

Hazard = Literal[
    "tornado", "severe_weather", "wildfire", "flooding", "hazmat", "earthquake", "tsunami"
]
Strategy = Literal["shelter_area", "seal_room", "drop_cover_hold", "high_ground"]

Cause = Literal[
    "intruder",
    "weapon",
    "severe_weather",
    "fire",
    "hazmat",
    "medical",
    "utility",
    "bomb_threat",
    "missing_student",
    "police_activity",
    "other",
]


class ActionTerms(msgspec.Struct, frozen=True):
    """term: the announced word. directive: announced with it; both are said twice.

    accounts: adults are asked to account from the start. announced_end: ends by announcement
    (a Lockdown ends room by room and is never announced).
    """

    term: str
    directive: str
    accounts: bool
    announced_end: bool


ACTIONS: dict[ActionKind, ActionTerms] = {
    "hold": ActionTerms("Hold", "In Your Room or Area. Clear the Halls.", True, True),
    "secure": ActionTerms("Secure", "Get Inside. Lock Outside Doors.", True, True),
    "lockdown": ActionTerms("Lockdown", "Locks, Lights, Out of Sight.", False, False),
    "evacuate": ActionTerms("Evacuate", "To a Location", True, True),
    "shelter": ActionTerms("Shelter", "State the Hazard and the Safety Strategy", True, True),
}

TRANSITIONS: dict[ActionKind, frozenset[ActionKind]] = {
    "hold": frozenset({"secure", "lockdown", "evacuate", "shelter"}),
    "secure": frozenset({"hold", "lockdown", "evacuate", "shelter"}),
    "lockdown": frozenset({"secure", "evacuate"}),
    "evacuate": frozenset({"shelter", "lockdown", "secure", "hold"}),
    "shelter": frozenset({"evacuate", "lockdown", "secure", "hold"}),
}
"""Legal changes of an action. Lockdown → Secure undoes a mistake; Lockdown → Evacuate is
police-led, room by room."""
