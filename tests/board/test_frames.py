"""A screen that joined at any moment shows what a screen that joins now would show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.board import Beat, Delta, Snapshot
from schemas.identifiers import IncidentId
from schemas.incident import DrillStopped
from services.board.domain.views import Eyes
from services.board.handlers import PATIENCE, TOO_MUCH, Board
from tests.board.histories import CLASSES, SCHOOL, Said, Teller, declared, histories
from tests.fakes.screens import PaintedScreen, PaintingOutlet, SettableTime

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
            assert set(frame.counts or {}) <= {"accounted", "not_yet"}
            assert frame.incident is None or frame.incident.timeline == ()


@given(history=histories())
def test_a_wall_never_receives_a_student(history: list[Said]) -> None:
    """A public screen gets counts, never an id."""
    scene = Scene()
    screen = scene.join(Eyes("wall"))
    for said in history:
        scene.hear(said)
        scene.time.move(0.2)
    frames = [frame for frame in screen.frames if isinstance(frame, Snapshot | Delta)]
    assert frames
    assert all(frame.rows == () for frame in frames)


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
