"""Random histories of one school: events as their owners would have decided them."""

import datetime as dt
from dataclasses import dataclass, field

import msgspec
from hypothesis import strategies as st

from schemas.accountability import ClassOpened, Ended, Expected, Observed, Opened, Row
from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import ActionId, ClassId, EventId, IncidentId, PersonId, SchoolId
from schemas.incident import Action, ActionCall, CallRecorded, Closed, Declared, NoteAdded
from schemas.registry import event_type
from schemas.vocabulary import IncidentMode, PersonState

SCHOOL = SchoolId("school")
CLASSES = tuple(ClassId(f"class-{n}") for n in range(3))
STUDENTS = tuple(PersonId(f"student-{n}") for n in range(8))
STATES: tuple[PersonState, ...] = ("unknown", "missing", "injured", "with", "elsewhere", "absent")
START = dt.datetime(2026, 9, 15, 14, 0, tzinfo=dt.UTC)
Said = tuple[Envelope, Event]


@dataclass
class Teller:
    """Writes events with contiguous positions, as the two owners do."""

    pos: dict[str, int] = field(default_factory=lambda: {"incident": 0, "accountability": 0})
    seq: dict[tuple[str, IncidentId], int] = field(default_factory=dict)
    events: list[Said] = field(default_factory=list)

    def tell(self, incident: IncidentId, mode: IncidentMode, data: Event) -> None:
        """Append one event."""
        owner = event_type(type(data)).partition(".")[0]
        self.pos[owner] += 1
        seq = self.seq[owner, incident] = self.seq.get((owner, incident), 0) + 1
        at = START + dt.timedelta(seconds=len(self.events))
        envelope = Envelope(
            id=EventId(f"e{len(self.events)}"),
            source=f"muster/{owner}",
            type=event_type(type(data)),
            time=at,
            school=SCHOOL,
            incident=incident,
            pos=self.pos[owner],
            seq=seq,
            mode=mode,
            actor=PersonId("office"),
            op_id="op-00000001",
            data=msgspec.Raw(msgspec.json.encode(data)),
        )
        self.events.append((envelope, data))

    def next_seq(self, incident: IncidentId) -> int:
        """The seq that accountability's next event of the incident gets."""
        return self.seq.get(("accountability", incident), 0) + 1


def declared(number: int, mode: IncidentMode) -> Declared:
    """An Evacuate of the whole school."""
    action = Action(
        id=ActionId(f"a{number}"),
        call=ActionCall(kind="evacuate", location="the field"),
        directive="To the field",
        started=START,
        started_by=PersonId("office"),
    )
    return Declared(
        mode=mode, number=number, action=action, declaration=f"d{number}", roster_version=1
    )


# Made once: a strategy costs more to make than to draw from.
MODES: st.SearchStrategy[IncidentMode] = st.sampled_from(["live", "drill"])
HOMES = st.sampled_from([*CLASSES, None])
HAPPENINGS = st.integers(0, 12)
KINDS = st.sampled_from(["mark", "mark", "mark", "class", "note", "call"])
OPENED = st.sampled_from(CLASSES)
TOUCHED = st.sets(st.sampled_from(STUDENTS), min_size=1, max_size=4)
SAID = st.sampled_from(STATES)


@st.composite
def histories(draw: st.DrawFn) -> list[Said]:
    """Up to three incidents, one after the other, with marks in between."""
    teller = Teller()
    for number in range(1, draw(st.integers(1, 3)) + 1):
        incident = IncidentId(f"i{number}")
        mode: IncidentMode = draw(MODES)
        teller.tell(incident, mode, declared(number, mode))
        homes = {s: draw(HOMES) for s in STUDENTS}
        expected = tuple(Expected(student, home) for student, home in homes.items())
        teller.tell(incident, mode, Opened(roster_version=1, expected=expected))
        states: dict[PersonId, PersonState] = dict.fromkeys(STUDENTS, "unknown")
        for _ in range(draw(HAPPENINGS)):
            _happen(draw, teller, incident, mode, homes, states)
        if draw(st.booleans()) or number < 3:
            teller.tell(incident, mode, Closed(by=(PersonId("office"),)))
            teller.tell(incident, mode, Ended())
    return teller.events


def _happen(
    draw: st.DrawFn,
    teller: Teller,
    incident: IncidentId,
    mode: IncidentMode,
    homes: dict[PersonId, ClassId | None],
    states: dict[PersonId, PersonState],
) -> None:
    seq = teller.next_seq(incident)
    what = draw(KINDS)
    if what == "note":
        teller.tell(incident, mode, NoteAdded(text="Noted."))
    elif what == "call":
        teller.tell(incident, mode, CallRecorded(caller="Office"))
    elif what == "class":
        opened = draw(OPENED)
        free = [student for student, home in homes.items() if home is None]
        homes.update(dict.fromkeys(free, opened))
        rows = tuple(Row(student, states[student], seq, opened) for student in free)
        teller.tell(incident, mode, ClassOpened(class_id=opened, by=PersonId("t"), rows=rows))
    else:
        touched = draw(TOUCHED)
        for student in sorted(touched):
            states[student] = draw(SAID)
        rows = tuple(Row(s, states[s], seq, homes[s], False) for s in sorted(touched))
        teller.tell(incident, mode, Observed(rows=rows))
