"""What is announced, and what must be known before it can be."""

import msgspec

from schemas.actions import ACTIONS, Hazard, Strategy
from schemas.envelope import Instant
from schemas.identifiers import ActionId, PersonId
from schemas.incident import Action, ActionCall
from services.incident.domain.decision import Refusal

HAZARDS: dict[Hazard, str] = {
    "tornado": "Tornado",
    "severe_weather": "Severe Weather",
    "wildfire": "Wildfire",
    "flooding": "Flooding",
    "hazmat": "Hazardous Materials",
    "earthquake": "Earthquake",
    "tsunami": "Tsunami",
}
STRATEGIES: dict[Strategy, str] = {
    "shelter_area": "Evacuate to the Shelter Area",
    "seal_room": "Seal the Room",
    "drop_cover_hold": "Drop, Cover and Hold",
    "high_ground": "Get to High Ground",
}


def complete(call: ActionCall) -> ActionCall | Refusal:
    """The call with exactly the fields its action announces, or what is missing.

    Fields of another action are dropped: a Lockdown never fails for a left-over place.
    """
    bare = ActionCall(kind=call.kind, zone=call.zone)
    match call.kind:
        case "evacuate":
            location = " ".join((call.location or "").split())
            if not location:
                return Refusal("location_needed", "Say where to: Evacuate needs a location.")
            return msgspec.structs.replace(bare, location=location)
        case "shelter":
            if call.hazard is None:
                return Refusal("hazard_needed", "Say what the hazard is: Shelter states it.")
            if call.strategy is None:
                return Refusal("strategy_needed", "Choose the safety strategy: Shelter states it.")
            return msgspec.structs.replace(bare, hazard=call.hazard, strategy=call.strategy)
        case "hold" | "secure" | "lockdown":
            return bare


def directive(call: ActionCall) -> str:
    """The words after the action's name, of a complete call: "To the Football Field"."""
    if call.location is not None:
        return f"To {call.location}"
    if call.hazard is not None and call.strategy is not None:
        return f"{HAZARDS[call.hazard]}. {STRATEGIES[call.strategy]}."
    return ACTIONS[call.kind].directive


def announced(identifier: ActionId, call: ActionCall, now: Instant, by: PersonId) -> Action:
    """The action as it starts."""
    return Action(id=identifier, call=call, directive=directive(call), started=now, started_by=by)
