"""What is said aloud. Terms and directives of the protocol stay as announced, in English."""

from schemas.actions import ACTIONS, Hazard, Strategy
from schemas.incident import ActionCall
from schemas.vocabulary import IncidentMode

HAZARDS: dict[Hazard, str] = {
    "tornado": "Tornado",
    "severe_weather": "Severe weather",
    "wildfire": "Wildfire",
    "flooding": "Flooding",
    "hazmat": "Hazmat",
    "earthquake": "Earthquake",
    "tsunami": "Tsunami",
}
STRATEGIES: dict[Strategy, str] = {
    "shelter_area": "Evacuate to the shelter area",
    "seal_room": "Seal the room",
    "drop_cover_hold": "Drop, cover and hold",
    "high_ground": "Get to high ground",
}


def directive(call: ActionCall) -> str:
    """The directive with its place or hazard, as it will be announced."""
    match call.kind:
        case "evacuate":
            place = (call.location or "a location").strip()
            return f"To {place}."
        case "shelter":
            hazard = HAZARDS[call.hazard] if call.hazard else "State the hazard"
            strategy = STRATEGIES[call.strategy] if call.strategy else "and the safety strategy"
            return f"{hazard}. {strategy}."
        case kind:
            return ACTIONS[kind].directive


def pa_words(call: ActionCall, mode: IncidentMode) -> str:
    """To be said twice. A drill says so first and last."""
    words = f"{ACTIONS[call.kind].term}! {directive(call)}"
    if call.zone.rooms:
        words = f"{ACTIONS[call.kind].term} in {call.zone.name}! {directive(call)}"
    if mode == "live":
        return words
    practice = {"drill": "This is a drill.", "exercise": "This is an exercise."}[mode]
    return f"{practice} {words} {practice}"
