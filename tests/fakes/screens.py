"""Screens in memory: they keep every frame, and build their picture from frames alone."""

import datetime as dt
from collections.abc import Callable, Sequence

import msgspec

from schemas.accountability import ClassDigest, Row
from schemas.board import Beat, Bye, Delta, RoomCount, Snapshot, ToScreen
from schemas.identifiers import ClassId, PersonId, RoomKey
from schemas.incident import Incident
from services.board.domain.views import Eyes
from services.board.ports import Screen

START = dt.datetime(2026, 9, 15, 14, 0, tzinfo=dt.UTC)


class SettableTime:
    """Time that moves when told; calls for later are kept until they are due."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.waiting: list[tuple[float, Callable[[], None]]] = []

    def now(self) -> dt.datetime:
        return START + dt.timedelta(seconds=self.seconds)

    def elapsed(self) -> float:
        return self.seconds

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        self.waiting.append((self.seconds + seconds, call))

    def move(self, seconds: float) -> None:
        """Let time pass, and make the calls that fall due."""
        self.seconds += seconds
        due = [call for at, call in self.waiting if at <= self.seconds]
        self.waiting = [(at, call) for at, call in self.waiting if at > self.seconds]
        for call in due:
            call()


class PaintedScreen:
    """Keeps what a page would show. full: bytes it is behind. missed: frames it lost."""

    def __init__(self, eyes: Eyes, *, sid: str = "ses_1", person: str = "p") -> None:
        self.eyes = eyes
        self.sid = sid
        self.person = person
        self.made = int(START.timestamp())
        self.frames: list[ToScreen] = []
        self.full = 0
        self.closed: str | None = None
        self.epoch = ""
        self.n = -1
        self.gaps = 0
        self.incident: Incident | None = None
        self.rows: dict[PersonId, Row] = {}
        self.rooms: dict[RoomKey | None, RoomCount] = {}
        self.counts: dict[str, int] = {}
        self.digests: dict[ClassId, ClassDigest] = {}
        self.stale: tuple[str, ...] = ()
        self.seq = 0

    def buffered(self) -> int:
        return self.full

    def cut(self, code: str) -> None:
        self.closed = code

    def show(self, frame: ToScreen) -> None:
        """Paint one frame as the live page does."""
        self.frames.append(frame)
        match frame:
            case Snapshot():
                self._start(frame)
            case Delta():
                self._change(frame)
            case Beat(n=n, epoch=epoch):
                self.gaps += (epoch, n) != (self.epoch, self.n)
            case Bye(code=code):
                self.closed = code

    def _start(self, frame: Snapshot) -> None:
        self.epoch, self.n, self.seq = frame.epoch, frame.n, frame.seq
        self.incident, self.counts, self.stale = frame.incident, frame.counts, frame.stale
        self.rows = {row.student: row for row in frame.rows}
        self.rooms = {room.room: room for room in frame.rooms}
        self.digests = {one.class_id: one for one in frame.digests}

    def _change(self, frame: Delta) -> None:
        self.gaps += (frame.epoch, frame.n) != (self.epoch, self.n + 1)
        self.n = frame.n
        self.seq = self.seq if frame.seq is None else frame.seq
        self.incident = frame.incident or self.incident
        self.counts = self.counts if frame.counts is None else frame.counts
        self.stale = self.stale if frame.stale is None else frame.stale
        self.rows.update((row.student, row) for row in frame.rows)
        self.rooms.update((room.room, room) for room in frame.rooms)
        self.digests.update((one.class_id, one) for one in frame.digests)

    def picture(self) -> tuple[object, ...]:
        """Everything that a person would read off the screen."""
        rooms = {key: room for key, room in self.rooms.items() if room.expected}
        return (
            self.incident, self.seq, self.rows, rooms, self.counts, self.digests, self.stale
        )  # fmt: skip


class PaintingOutlet:
    """Decodes each frame once more, as a page would, and paints it on every screen."""

    def __init__(self) -> None:
        self._decoder: msgspec.json.Decoder[ToScreen] = msgspec.json.Decoder(ToScreen)
        self.sent = 0

    def send(self, screens: Sequence[Screen], frame: bytes) -> None:
        decoded = self._decoder.decode(frame)
        for screen in screens:
            assert isinstance(screen, PaintedScreen)
            self.sent += 1
            screen.show(decoded)
