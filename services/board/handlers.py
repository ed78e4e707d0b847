"""From an event to every screen of its school: project, pace, encode once per view, hand out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import msgspec

from schemas.board import Beat
from schemas.identifiers import SchoolId
from services.board.domain.pacing import Pace
from services.board.domain.projection import Changes, SchoolProjection
from services.board.domain.views import Eyes, ViewState
from services.board.ports import Outlet, Screen, Time

TOO_MUCH = 256 * 1024
"""Bytes buffered for one screen, beyond which it gets no more deltas."""

PATIENCE = 10.0
"""Seconds that a screen may stay behind before it is cut."""

MORE_WITHIN = 0.5
"""Seconds that half of an op may wait for its other half: as long as heads take to repair."""


@dataclass
class Counted:
    """What the cost laws are held to: frames per flush, encodes per view, never per screen."""

    flushes: int = 0
    encodes: int = 0
    frames: int = 0
    resyncs: int = 0
    cuts: int = 0


@dataclass
class Audience:
    """One view and those who look through it. behind: screen → since when, seconds."""

    view: ViewState
    screens: dict[int, Screen] = field(default_factory=dict)
    behind: dict[int, float] = field(default_factory=dict)
    cached: tuple[int, int, bytes] | None = None


class SchoolScreens:
    """The screens of one school."""

    def __init__(
        self, school: SchoolId, *, epoch: str, outlet: Outlet, time: Time, counted: Counted
    ) -> None:
        self.projection = SchoolProjection(school)
        self.audiences: dict[Eyes, Audience] = {}
        self.stale: tuple[str, ...] = ()
        self._epoch = epoch
        self._outlet = outlet
        self._time = time
        self._counted = counted
        self._pace = Pace()
        self._waiting = False
        self._version = 0
        self._encode = msgspec.json.Encoder().encode

    def join(self, screen: Screen) -> None:
        """Show a screen everything, then every change."""
        audience = self.audiences.get(screen.eyes)
        if audience is None:
            audience = Audience(ViewState(screen.eyes, self._epoch))
            self.audiences[screen.eyes] = audience
        audience.screens[id(screen)] = screen
        self._outlet.send([screen], self._snapshot(audience))

    def resync(self, screen: Screen) -> None:
        """The screen saw a gap."""
        audience = self.audiences.get(screen.eyes)
        if audience is not None and id(screen) in audience.screens:
            self._counted.resyncs += 1
            self._outlet.send([screen], self._snapshot(audience))

    def leave(self, screen: Screen) -> None:
        """Out of every view at once; a view that nobody looks through is forgotten."""
        audience = self.audiences.get(screen.eyes)
        if audience is None:
            return
        audience.screens.pop(id(screen), None)
        audience.behind.pop(id(screen), None)
        if not audience.screens:
            del self.audiences[screen.eyes]

    def change(self, changes: Changes) -> None:
        """Something changed: show it at the school's pace, or at once when it is urgent."""
        if not changes:
            return
        self._version += 1
        for audience in self.audiences.values():
            audience.view.pending.add(changes)
        wait = self._pace.wait(self._time.elapsed(), urgent=changes.urgent)
        if changes.more:
            wait = MORE_WITHIN
        if wait <= 0:
            self.flush()
        elif not self._waiting:
            self._waiting = True
            self._time.later(wait, self._due)

    def flush(self) -> None:
        """One frame for each view that has something to say."""
        began = self._time.elapsed()
        self._counted.flushes += 1
        for audience in self.audiences.values():
            frame = self._frame(audience)
            if frame is not None:
                self._hand_out(audience, frame)
        ended = self._time.elapsed()
        self._pace.flushed(ended, ended - began)

    def beat(self) -> None:
        """Every two seconds: nothing was missed; those who were behind catch up or are cut."""
        for audience in list(self.audiences.values()):
            self._catch_up(audience)
            view = audience.view
            beat = Beat(epoch=view.epoch, n=view.n, at=self._time.now())
            current = [s for key, s in audience.screens.items() if key not in audience.behind]
            self._outlet.send(current, self._encode(beat))

    def cut(self, wanted: Callable[[Screen], bool], code: str) -> None:
        """Revoked: those screens see nothing any more, from now on."""
        screens: Iterable[Screen] = [
            screen
            for audience in self.audiences.values()
            for screen in audience.screens.values()
            if wanted(screen)
        ]
        for screen in screens:
            self._counted.cuts += 1
            self.leave(screen)
            screen.cut(code)

    def _due(self) -> None:
        self._waiting = False
        if any(audience.view.pending for audience in self.audiences.values()):
            self.flush()

    def _frame(self, audience: Audience) -> bytes | None:
        view = audience.view
        if not view.pending:
            return None
        at = self._time.now()
        if view.pending.everything:
            self._counted.encodes += 1
            return self._encode(view.fresh(self.projection, at=at, stale=self.stale))
        delta = view.delta(self.projection, at=at, stale=self.stale)
        if delta is None:
            return None
        self._counted.encodes += 1
        return self._encode(delta)

    def _hand_out(self, audience: Audience, frame: bytes) -> None:
        ready = []
        for key, screen in audience.screens.items():
            if key in audience.behind:
                continue
            if screen.buffered() > TOO_MUCH:
                audience.behind[key] = self._time.elapsed()
            else:
                ready.append(screen)
        self._counted.frames += len(ready)
        self._outlet.send(ready, frame)

    def _catch_up(self, audience: Audience) -> None:
        for key, since in list(audience.behind.items()):
            screen = audience.screens[key]
            if screen.buffered() == 0:
                del audience.behind[key]
                self._outlet.send([screen], self._snapshot(audience))
            elif self._time.elapsed() - since > PATIENCE:
                self._counted.cuts += 1
                self.leave(screen)
                screen.cut("too_slow")

    def _snapshot(self, audience: Audience) -> bytes:
        view = audience.view
        if audience.cached is None or audience.cached[:2] != (self._version, view.n):
            self._counted.encodes += 1
            whole = view.snapshot(self.projection, at=self._time.now(), stale=self.stale)
            audience.cached = (self._version, view.n, self._encode(whole))
        return audience.cached[2]


class Board:
    """Every school's screens."""

    def __init__(self, *, epoch: str, outlet: Outlet, time: Time) -> None:
        self.schools: dict[SchoolId, SchoolScreens] = {}
        self.counted = Counted()
        self._epoch = epoch
        self._outlet = outlet
        self._time = time
        self._stale: tuple[str, ...] = ()

    def school(self, school: SchoolId) -> SchoolScreens:
        """The screens of a school; a school nobody spoke of yet has nothing open."""
        if school not in self.schools:
            made = SchoolScreens(
                school,
                epoch=self._epoch,
                outlet=self._outlet,
                time=self._time,
                counted=self.counted,
            )
            made.stale = self._stale
            self.schools[school] = made
        return self.schools[school]

    def heard(self, silent: Iterable[str]) -> None:
        """Owners that have not been heard: their part of every screen is stale."""
        stale = tuple(sorted(silent))
        if stale == self._stale:
            return
        self._stale = stale
        for school in self.schools.values():
            school.stale = stale
            school.change(Changes(stale=True, urgent=True))

    def beat(self) -> None:
        """Tell every screen that nothing was missed."""
        for school in self.schools.values():
            school.beat()

    def change_roles(self, school: SchoolId, wanted: Callable[[Screen], bool]) -> None:
        """Cut a school's screens whose rights changed; their pages ask for a new ticket."""
        if school in self.schools:
            self.schools[school].cut(wanted, "roles_changed")

    def revoke(self, wanted: Callable[[Screen], bool]) -> None:
        """Cut every screen of a revoked session or person."""
        for school in self.schools.values():
            school.cut(wanted, "revoked")
