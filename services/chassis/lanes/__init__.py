"""The two lanes of an owner's events: now, for screens; log, the second copy in pos order."""

from services.chassis.lanes.bus import Bus, open_bus
from services.chassis.lanes.lanes import Lanes
from services.chassis.lanes.positions import RelayPositions, StoredRelay
from services.chassis.lanes.relay import OwnLog

__all__ = ["Bus", "Lanes", "OwnLog", "RelayPositions", "StoredRelay", "open_bus"]
