"""A service's follower: the now lane for speed, heads for truth."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import get_args

import msgspec

from schemas.envelope import decode
from schemas.identifiers import SchoolId
from schemas.vocabulary import Mode
from services.chassis.commands.problems import Unavailable
from services.chassis.follower.lane import Lane
from services.chassis.follower.owner import OwnerWatch
from services.chassis.follower.ports import Ears, OwnerClient, Sink
from services.chassis.logs import log

CATCH_UP_TIMEOUT = 2.0
MODES: tuple[Mode, ...] = get_args(Mode)

OnStale = Callable[[frozenset[str]], None]


class Follower:
    """Brings every event of the owners in `follows` to the sink, once and in pos order.

    types: event types that the sink wants (None: all); the others only move the position.
    from_state: the sink lives in memory and starts from GET /state. every: seconds between two
    looks at an owner's heads. on_stale: called with all stale owners at each change.
    """

    def __init__(
        self,
        *,
        follows: Mapping[str, OwnerClient],
        sink: Sink,
        bus: Ears | None,
        types: Collection[str] | None = None,
        from_state: bool,
        every: float = 0.5,
        on_stale: OnStale | None = None,
    ) -> None:
        self._sink = sink
        self._bus = bus
        self._types = types
        self._from_state = from_state
        self._on_stale = on_stale
        self._clients = dict(follows)
        self._lanes: dict[str, dict[SchoolId, Lane]] = {owner: {} for owner in follows}
        self._watches = {
            owner: OwnerWatch(
                owner=owner,
                client=client,
                lanes=self._lanes[owner],
                lane=self._lane,
                every=every,
                changed=self._stale_changed,
            )
            for owner, client in follows.items()
        }

    @property
    def stale(self) -> frozenset[str]:
        """Owners not heard yet, or missed twice in a row: what is shown of them may be old."""
        return frozenset(owner for owner, watch in self._watches.items() if watch.stale)

    @property
    def ready(self) -> bool:
        """Whether every owner was heard and its whole log, as it stood then, applied."""
        return all(watch.caught_up for watch in self._watches.values())

    async def start(self) -> None:
        """Subscribe and begin watching; returns at once."""
        for owner, watch in self._watches.items():
            watch.start()
            if self._bus is not None:
                self._bus.on_reconnect(watch.wake)
                for mode in MODES:
                    subject = f"now.{mode}.*.{owner}.>"
                    await self._bus.subscribe(subject, self._receiver(owner, mode))

    async def stop(self) -> None:
        """End every task; positions stay where their effects are."""
        for watch in self._watches.values():
            await watch.stop()
        for lanes in self._lanes.values():
            for lane in lanes.values():
                await lane.stop()

    async def catch_up(self, owner: str, school: SchoolId) -> None:
        """Apply everything that the owner has now. Raises Unavailable (also after 2 s)."""
        try:
            async with asyncio.timeout(CATCH_UP_TIMEOUT):
                heads = await self._watches[owner].look()
                head = heads.heads.get(school, 0)
                if head:
                    await self._lane(owner, school).reach(head)
        except TimeoutError as error:
            raise Unavailable("owner_behind") from error

    def _receiver(self, owner: str, mode: Mode) -> Callable[[bytes], None]:
        def received(wire: bytes) -> None:
            try:
                event = decode(wire)
            except (msgspec.DecodeError, UnicodeDecodeError):
                # It has no position of its own: if it was an event, heads will show it.
                log.warning("unreadable_message", owner=owner)
                return
            if event.mode != mode:
                # Never shown as either: what the owner's own log says is fetched.
                log.error("mode_mismatch", owner=owner, school=event.school, mode=event.mode)
            elif event.owner == owner:
                self._lane(owner, event.school).hear(event.pos, wire)

        return received

    def _lane(self, owner: str, school: SchoolId) -> Lane:
        lanes = self._lanes[owner]
        if school not in lanes:
            lanes[school] = Lane(
                owner=owner,
                school=school,
                client=self._clients[owner],
                sink=self._sink,
                types=self._types,
                from_state=self._from_state,
            )
        return lanes[school]

    def _stale_changed(self) -> None:
        if self._on_stale is not None:
            self._on_stale(self.stale)
