"""A screen that joined at any moment shows what a screen that joins now would show."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.accountability import Expected, Observed, Opened, Row
from schemas.board import Beat, Delta, Snapshot
from schemas.identifiers import IncidentId, PersonId, RoomKey
from schemas.incident import CallRecorded, Closed, DrillStopped, Incident, NoteAdded, RoomOpened
from services.board.domain.projection import KEPT
from services.board.domain.views import ENTRIES, TEXT, Eyes
from services.board.handlers import PATIENCE, TOO_MUCH, Board
from tests.board.histories import CLASSES, SCHOOL, STUDENTS, Said, Teller, declared, histories
from tests.fakes.screens import PaintedScreen, PaintingOutlet, SettableTime

AWAY = ("left", "absent", "off_site")

EYES = (
    Eyes("office", command=True),
    Eyes("office"),
    Eyes("teacher", classes=CLASSES[:1]),
    Eyes("teacher", classes=CLASSES[1:]),
    Eyes("wall", command=True),
    Eyes("wall"),
)


@pytest.fixture
def takeover() -> list[Said]:
    """A drill, and the two events of the op that makes it real."""
    teller = Teller()
    drill, live = IncidentId("i1"), IncidentId("i2")
    teller.tell(drill, "drill", declared(1, "drill"))
    teller.tell(drill, "drill", DrillStopped(superseded_by=live))
    teller.tell(live, "live", declared(2, "live"))
    return teller.events


class Scene:
    """A board with settable time and screens in memory."""

    def __init__(self) -> None:
        self.time = SettableTime()
        self.outlet = PaintingOutlet()
        self.board = Board(epoch="e1", outlet=self.outlet, time=self.time)

    def join(self, eyes: Eyes, **who: str) -> PaintedScreen:
        screen = PaintedScreen(eyes, **who)
        self.board.school(SCHOOL).join(screen)
        return screen

    def hear(self, said: Said) -> None:
        envelope, data = said
        school = self.board.school(SCHOOL)
        incident = envelope.source == "muster/incident"
        project = (
            school.projection.incident_event if incident else school.projection.accounting_event
        )
        school.change(project(envelope, data))


@given(history=histories(), data=st.data())
def test_stale_snapshot_and_frames_equal_a_fresh_snapshot(
    history: list[Said], data: st.DataObject
) -> None:
    """Whoever joined when, at whatever pace frames went out: the same picture for the same eyes."""
    scene = Scene()
    joined = [scene.join(eyes) for eyes in EYES]
    for said in history:
        scene.hear(said)
        scene.time.move(data.draw(st.sampled_from([0.0, 0.001, 0.05])))
        if data.draw(st.integers(0, 4)) == 0:
            joined.append(scene.join(data.draw(st.sampled_from(EYES))))
    scene.time.move(1.0)
    for screen in joined:
        assert screen.picture() == scene.join(screen.eyes).picture()
        assert screen.gaps == 0


@given(history=histories())
def test_a_teacher_never_receives_a_row_of_another_class(history: list[Said]) -> None:
    """No frame of a teacher's view names a student of a class that is not theirs."""
    scene = Scene()
    screen = scene.join(Eyes("teacher", classes=CLASSES[:1]))
    for said in history:
        scene.hear(said)
        scene.time.move(0.2)
    for frame in screen.frames:
        if isinstance(frame, Snapshot | Delta):
            assert all(row.class_id == CLASSES[0] for row in frame.rows)
            shown = [frame.counts or {}, *(room.counts for room in frame.rooms)]
            assert all(set(counts) <= {"accounted", "not_yet", *AWAY} for counts in shown)
            assert frame.incident is None or texts(frame.incident) == []


def texts(incident: Incident) -> list[str]:
    """Whatever people wrote and screens could read."""
    opened = (text for text in incident.rooms_opened.values() if text)
    written = [*(one.text for one in incident.timeline), *opened, incident.call]
    return [text for text in written if text]


def test_no_frame_about_another_class_names_a_state() -> None:
    """That a student of another class is injured reaches a teacher as one not yet accounted for."""
    teller, incident = Teller(), IncidentId("i1")
    teller.tell(incident, "live", declared(1, "live"))
    expected = (Expected(STUDENTS[0], CLASSES[0]), Expected(STUDENTS[1], CLASSES[1]))
    teller.tell(incident, "live", Opened(roster_version=1, expected=expected))
    injured = Row(STUDENTS[1], "injured", 2, CLASSES[1])
    teller.tell(incident, "live", Observed(rows=(injured,)))
    scene = Scene()
    own, other = (scene.join(Eyes("teacher", classes=(one,))) for one in CLASSES[:2])
    for said in teller.events:
        scene.hear(said)
        scene.time.move(0.2)
    delta = own.frames[-1]
    assert isinstance(delta, Delta)
    assert delta.rows == ()
    assert [(room.room, room.counts) for room in delta.rooms] == [
        (RoomKey(CLASSES[1]), {"accounted": 0, "not_yet": 1})
    ]
    assert delta.counts == {"accounted": 0, "not_yet": 2}
    assert b"injured" not in msgspec.json.encode(delta)
    # The class's own teacher sees the student; even there the room's count names no state.
    assert other.rows[STUDENTS[1]] == injured
    assert other.rooms[RoomKey(CLASSES[1])].counts == {"accounted": 0, "not_yet": 1}


@pytest.mark.parametrize("command", [False, True])
@given(history=histories())
def test_a_wall_never_receives_a_student(command: bool, history: list[Said]) -> None:
    """A screen on a wall gets counts, never an id and never what people wrote, whoever opened it;
    only which states are counted is command's."""
    scene = Scene()
    screen = scene.join(Eyes("wall", command=command))
    for said in history:
        scene.hear(said)
        scene.time.move(0.2)
    frames = [frame for frame in screen.frames if isinstance(frame, Snapshot | Delta)]
    assert frames
    assert all(frame.rows == () for frame in frames)
    incidents = [frame.incident for frame in frames if frame.incident is not None]
    assert all(one.timeline == () and one.rooms_opened == {} for one in incidents)
    assert all(texts(one) == [] for one in incidents)


def test_a_frame_carries_the_newest_of_a_long_timeline() -> None:
    """A flood of notes makes no screen fall behind: a frame stays small, and says what it lacks."""
    teller, incident = Teller(), IncidentId("i1")
    teller.tell(incident, "live", declared(1, "live"))
    for number in range(250):
        teller.tell(incident, "live", NoteAdded(text=f"{number} " + "ü" * 1990))
    teller.tell(incident, "live", CallRecorded(caller="Office"))
    scene = Scene()
    screen = scene.join(Eyes("office", command=True))
    for said in teller.events:
        scene.hear(said)
        scene.time.move(0.2)
    shown = screen.incident
    assert shown is not None
    assert (len(shown.timeline), shown.timeline_more) == (ENTRIES, 252 - ENTRIES)
    assert shown.timeline[-2].text.startswith("249 ")
    assert max(len(one.text) for one in shown.timeline) == TEXT
    assert max(len(msgspec.json.encode(frame)) for frame in screen.frames) < TOO_MUCH / 10


def test_a_phone_learns_that_its_room_was_opened_and_not_by_whom() -> None:
    """The latch of a dark phone needs the room; what was written beside it is command's."""
    teller, incident = Teller(), IncidentId("i1")
    teller.tell(incident, "live", declared(1, "live"))
    teller.tell(incident, "live", RoomOpened(room="101", opened_by="Sgt. Example"))
    scene = Scene()
    phone, desk = scene.join(Eyes("teacher", classes=CLASSES[:1])), scene.join(EYES[0])
    for said in teller.events:
        scene.hear(said)
    assert phone.incident is not None
    assert phone.incident.rooms_opened == {"101": ""}
    assert desk.incident is not None
    assert desk.incident.rooms_opened == {"101": "Sgt. Example"}


def test_old_tallies_are_forgotten() -> None:
    """A year of drills does not grow the board: the open incident's tally and a few others stay."""
    teller, scene = Teller(), Scene()
    for number in range(1, 30):
        incident = IncidentId(f"i{number}")
        teller.tell(incident, "drill", declared(number, "drill"))
        expected = (Expected(STUDENTS[0], CLASSES[0]),)
        teller.tell(incident, "drill", Opened(roster_version=1, expected=expected))
        if number < 29:
            teller.tell(incident, "drill", Closed(by=(PersonId("office"),)))
    for said in teller.events:
        scene.hear(said)
    projection = scene.board.school(SCHOOL).projection
    assert len(projection.tallies) == KEPT + 1
    assert projection.tally.rows


@given(history=histories())
def test_one_encode_serves_every_screen_of_a_view(history: list[Said]) -> None:
    """The cost of encoding does not grow with the number of screens."""
    counted = []
    for screens in (1, 50):
        scene = Scene()
        for _ in range(screens):
            scene.join(Eyes("office", command=True))
        for said in history:
            scene.hear(said)
            scene.time.move(0.2)
        counted.append(scene.board.counted.encodes)
    assert counted[0] == counted[1]


def _busy(scene: Scene, history: list[Said], screens: int) -> None:
    for _ in range(screens):
        scene.join(Eyes("office", command=True))
    for said in history:
        scene.hear(said)


@given(history=histories(), marks=st.integers(20, 60))
def test_frames_do_not_grow_with_marks(history: list[Said], marks: int) -> None:
    """A storm of marks inside one window becomes one frame a view."""
    observed = [said for said in history if said[0].type == "accountability.observed.v1"]
    if not observed or history[-1][0].type == "accountability.ended.v1":
        return
    scene = Scene()
    _busy(scene, history, 1)
    scene.time.move(1.0)
    before = scene.board.counted.frames
    for _ in range(marks):
        scene.hear(observed[-1])
    scene.time.move(1.0)
    assert scene.board.counted.frames - before <= 2


@given(history=histories())
def test_a_slow_screen_loses_deltas_and_gets_the_snapshot(history: list[Said]) -> None:
    """A screen that is behind never delays others, and is whole again once it drained."""
    scene = Scene()
    slow, quick = scene.join(EYES[0]), scene.join(EYES[0])
    slow.full = TOO_MUCH + 1
    for said in history:
        scene.hear(said)
        scene.time.move(0.2)
    slow.full = 0
    scene.board.beat()
    assert slow.picture() == quick.picture()
    assert isinstance(slow.frames[-1], Beat)


def test_a_screen_that_stays_behind_is_cut() -> None:
    """A dead phone's buffer does not grow for ever."""
    scene = Scene()
    screen = scene.join(EYES[0])
    screen.full = TOO_MUCH + 1
    scene.board.heard(["incident"])
    scene.time.move(PATIENCE + 1)
    scene.board.beat()
    assert screen.closed == "too_slow"


def test_a_silent_owner_makes_every_screen_stale_at_once() -> None:
    """A stale screen never looks live; when the owner speaks again it is said too."""
    scene = Scene()
    screens = [scene.join(eyes) for eyes in EYES]
    scene.board.heard(["accountability"])
    assert all(screen.stale == ("accountability",) for screen in screens)
    scene.board.heard([])
    assert all(screen.stale == () for screen in screens)


def test_a_revoked_session_sees_nothing_from_that_moment() -> None:
    """Revoked: out of every view before the next frame."""
    scene = Scene()
    gone, stays = scene.join(EYES[0], sid="gone"), scene.join(EYES[0], sid="stays")
    scene.board.revoke(lambda screen: screen.sid == "gone")
    seen = len(gone.frames)
    scene.board.heard(["incident"])
    assert gone.closed == "revoked"
    assert len(gone.frames) == seen
    assert stays.stale == ("incident",)


def test_a_drill_that_is_taken_over_never_shows_as_nothing(takeover: list[Said]) -> None:
    """Between the stopped drill and the live incident no screen says that nothing is open."""
    scene = Scene()
    screen = scene.join(EYES[0])
    for said in takeover:
        scene.hear(said)
    shown = [frame.incident for frame in screen.frames if isinstance(frame, Snapshot)]
    assert [one.mode if one else None for one in shown] == [None, "drill", "live"]
    scene.time.move(1.0)
    assert screen.incident is not None
    assert screen.incident.mode == "live"


def test_half_of_an_op_is_shown_when_its_other_half_is_late(takeover: list[Said]) -> None:
    """The wait for the live incident ends: a stopped drill does not look open for ever."""
    scene = Scene()
    screen = scene.join(EYES[0])
    for said in takeover[:2]:
        scene.hear(said)
    scene.time.move(1.0)
    assert screen.incident is None
