"""Random histories of one school: events as their owners would have decided them."""

import datetime as dt
from dataclasses import dataclass, field

import msgspec
from hypothesis import strategies as st
from msgspec.structs import replace

from schemas.accountability import (
    HOMEROOMS,
    ClassOpened,
    Ended,
    Expected,
    Observed,
    Opened,
    Row,
    Why,
)
from schemas.envelope import Envelope
from schemas.events import Event
from schemas.identifiers import ActionId, ClassId, EventId, IncidentId, PersonId, SchoolId
from schemas.incident import Action, ActionCall, CallRecorded, Closed, Declared, NoteAdded
from schemas.registry import event_type
from schemas.roster_day import DayMoment, Standing
from schemas.vocabulary import SYSTEM, IncidentMode, PersonState

SCHOOL = SchoolId("school")
CLASSES = tuple(ClassId(f"class-{n}") for n in range(3))
STUDENTS = tuple(PersonId(f"student-{n}") for n in range(8))
STATES: tuple[PersonState, ...] = (
    "unknown", "missing", "injured", "left", "with", "elsewhere", "absent", "off_site"
)  # fmt: skip
OFFICE = PersonId("office")
LATE = PersonId("student-late")
"""On no list: found by someone, or arriving late."""
START = dt.datetime(2026, 9, 15, 14, 0, tzinfo=dt.UTC)
Said = tuple[Envelope, Event]


@dataclass
class Teller:
    """Writes events with contiguous positions, as the two owners do."""

    pos: dict[str, int] = field(default_factory=lambda: {"incident": 0, "accountability": 0})
    seq: dict[tuple[str, IncidentId], int] = field(default_factory=dict)
    events: list[Said] = field(default_factory=list)

    def tell(
        self,
        incident: IncidentId,
        mode: IncidentMode,
        data: Event,
        actor: PersonId = OFFICE,
    ) -> None:
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
            actor=actor,
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
MOMENTS = st.sampled_from(
    [DayMoment(kind="class", label="Period 3"), DayMoment(kind="no_school"), HOMEROOMS]
)
STANDINGS: st.SearchStrategy[Standing] = st.sampled_from(["unknown", "unknown", "absent", "left"])
WHYS = st.sampled_from(
    [None, None, Why("lunch", "Cafeteria"), Why("signed_out", "", START), Why("extra")]
)
HAPPENINGS = st.integers(0, 12)
KINDS = st.sampled_from(["mark", "mark", "mark", "class", "note", "call", "day", "extra"])
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
        rows = {s: Row(s, draw(STANDINGS), 1, draw(HOMES), False, draw(WHYS)) for s in STUDENTS}
        if draw(st.booleans()):
            rows = {}
        expected = tuple(
            Expected(row.student, row.class_id, _standing(row.state), row.why)
            for row in rows.values()
        )
        opened = Opened(roster_version=1, expected=expected, moment=draw(MOMENTS))
        teller.tell(incident, mode, opened)
        for _ in range(draw(HAPPENINGS)):
            _happen(draw, teller, incident, mode, rows)
        if draw(st.booleans()) or number < 3:
            teller.tell(incident, mode, Closed(by=(PersonId("office"),)))
            teller.tell(incident, mode, Ended())
    return teller.events


def _standing(state: PersonState) -> Standing:
    match state:
        case "absent" | "off_site" | "left":
            return state
    return "unknown"


def _happen(
    draw: st.DrawFn,
    teller: Teller,
    incident: IncidentId,
    mode: IncidentMode,
    rows: dict[PersonId, Row],
) -> None:
    seq = teller.next_seq(incident)
    what = draw(KINDS)
    if what == "note":
        teller.tell(incident, mode, NoteAdded(text="Noted."))
    elif what == "call":
        teller.tell(incident, mode, CallRecorded(caller="Office"))
    elif what == "class":
        opened = draw(OPENED)
        moved = [
            replace(row, seq=seq, class_id=opened)
            for row in rows.values()
            if row.class_id is None and row.counts
        ]
        rows.update((row.student, row) for row in moved)
        told = ClassOpened(class_id=opened, by=PersonId("t"), rows=tuple(moved))
        teller.tell(incident, mode, told)
    else:
        touched = {LATE} if what == "extra" else draw(TOUCHED)
        for student in sorted(touched):
            known = rows.get(student) or Row(student, "unknown", seq, None, why=Why("extra"))
            why = draw(WHYS) if what == "day" else known.why
            rows[student] = replace(known, state=draw(SAID), seq=seq, why=why)
        observed = Observed(rows=tuple(rows[one] for one in sorted(touched)))
        actor = SYSTEM.person if what == "day" else OFFICE
        teller.tell(incident, mode, observed, actor=actor)
