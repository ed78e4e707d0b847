"""What an owner tells the world after a commit."""

from collections.abc import Sequence

from schemas.envelope import Envelope, encode
from schemas.registry import subject
from services.chassis.lanes.bus import Bus
from services.chassis.lanes.positions import RelayPositions
from services.chassis.lanes.relay import LogRelay, OwnLog


class Lanes:
    """Both lanes of one owner. bus None: no NATS, followers live on heads.

    relay: where the durable lane's positions are kept; None: no durable lane.
    """

    def __init__(self, *, owner: str, bus: Bus | None, relay: RelayPositions | None = None) -> None:
        self._bus = bus
        self._relay = LogRelay(owner=owner, bus=bus, positions=relay) if bus and relay else None

    def tell(self, events: Sequence[Envelope]) -> None:
        """Publish stored events at once on the now lane and wake the log lane. Never blocks."""
        if self._bus is not None:
            for event in events:
                self._bus.publish(subject("now", event), encode(event))
        if self._relay is not None:
            self._relay.wake()

    async def start(self, log: OwnLog) -> None:
        """Start the durable lane; it rests while `log` is not active."""
        if self._relay is not None:
            self._relay.start(log)

    async def stop(self) -> None:
        """Stop it; what was not relayed goes out at the next start."""
        if self._relay is not None:
            await self._relay.stop()
