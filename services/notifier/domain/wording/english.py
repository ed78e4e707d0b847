"""English: grade 5 words, at most 27 in what happened, where, and what to do."""

from services.notifier.domain.wording.phrases import Line, Phrases

ENGLISH = Phrases(
    language="en",
    practice={"drill": "DRILL", "exercise": "EXERCISE"},
    your_school="Your school",
    announced_place="the place that was announced",
    where="Where: {zone}.",
    next_word="Next message by {time}.",
    morning="AM",
    afternoon="PM",
    terms={
        "hold": "Hold",
        "secure": "Secure",
        "lockdown": "Lockdown",
        "evacuate": "Evacuate",
        "shelter": "Shelter",
    },
    directives={
        "hold": "In Your Room or Area. Clear the Halls.",
        "secure": "Get Inside. Lock Outside Doors.",
        "lockdown": "Locks, Lights, Out of Sight.",
        "evacuate": "To {location}.",
        "shelter": "For {hazard}: {strategy}.",
    },
    hazards={
        "tornado": "tornado",
        "severe_weather": "severe weather",
        "wildfire": "wildfire",
        "flooding": "flooding",
        "hazmat": "hazmat",
        "earthquake": "earthquake",
        "tsunami": "tsunami",
    },
    strategies={
        "shelter_area": "Evacuate to the shelter area",
        "seal_room": "Seal the room",
        "drop_cover_hold": "Drop, cover and hold",
        "high_ground": "Get to high ground",
    },
    staff={
        "declared": Line("{school}: {term}", "{school}: {term}! {directive} {where} Account."),
        # A Lockdown never asks to account, and a phone that stays lit or loud is a danger.
        "declared.lockdown": Line(
            "{school}: {term}", "{school}: {term}! {directive} {where} Silence this phone."
        ),
        "added": Line("{school}: {term} added", "{school}: also {term}! {directive} {where}"),
        "added.lockdown": Line(
            "{school}: {term}", "{school}: {term}! {directive} {where} Silence this phone."
        ),
        "changed": Line("{school}: now {term}", "{school}: now {term}! {directive} {where}"),
        "changed.lockdown": Line(
            "{school}: {term}", "{school}: now {term}! {directive} {where} Silence this phone."
        ),
        "corrected": Line(
            "{school}: started in error",
            "{school}: {term} was started in error. Go on as usual.",
        ),
        "corrected.lockdown": Line(
            "{school}: started in error",
            "{school}: Started in error. Stay locked. Staff with a key will open your door.",
        ),
        "closed": Line("{school}: released", "{school}: The {term} is released. All Clear."),
    },
    parents={
        "declared.hold": Line(
            "{school}: {term}",
            "{school}: {term}. Students stay in their rooms and classes go on. "
            "You do not need to come.",
        ),
        "declared.secure": Line(
            "{school}: {term}",
            "{school}: {term}. Outside doors are locked. Classes go on inside. "
            "Please do not come now.",
        ),
        # No hiding places and no police positions, whatever the office knows.
        "declared.lockdown": Line(
            "{school}: {term}",
            "{school}: {term} at the school. Do not come. Do not call your child.",
        ),
        "declared.evacuate": Line(
            "{school}: {term}",
            "{school}: {term}. Everyone is going to {location}. Please do not come yet. "
            "Do not call your child.",
        ),
        # Police lead people out of a Lockdown room by room: the place stays unsaid.
        "led.evacuate": Line(
            "{school}: {term}",
            "{school}: {term}. Students are being led out of the building. Do not come. "
            "Do not call your child.",
        ),
        "declared.shelter": Line(
            "{school}: {term}",
            "{school}: {term} because of {hazard}. Students follow the school's plan. "
            "Please do not come now.",
        ),
        "corrected": Line(
            "{school}: started in error",
            "{school}: {term} was started in error. You do not need to do anything.",
        ),
        "corrected.lockdown": Line(
            "{school}: started in error",
            "{school}: The {term} was started in error. Staff are opening each room. "
            "You do not need to come.",
        ),
        "closed": Line(
            "{school}: all clear",
            "{school}: The {term} is over. All clear at the school. You do not need to come.",
        ),
        "closed.lockdown": Line(
            "{school}: {term} ended",
            "{school}: The {term} has ended. Rooms are opened one by one. Please do not come yet.",
        ),
    },
    rehearsal={
        "declared": Line(
            "{school} practices {term}",
            "{school} practices {term} now. There is no emergency. You do not need to do anything.",
        ),
        "corrected": Line(
            "{school}: practice ended", "{school}: The practice ended. Nothing to do."
        ),
        "closed": Line(
            "{school}: practice ended",
            "{school}: The {term} practice is over. Thank you for your calm.",
        ),
    },
)
