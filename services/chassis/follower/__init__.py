"""Following other owners' logs: every event once, in pos order, whatever the network does."""

from services.chassis.follower.follower import Follower
from services.chassis.follower.ledger_sink import LedgerSink
from services.chassis.follower.memory import MemoryPositions
from services.chassis.follower.ports import CannotHandle, Ears, OwnerClient, Sink
from services.chassis.follower.store_sink import CursorMoved, StoreSink

__all__ = [
    "CannotHandle",
    "CursorMoved",
    "Ears",
    "Follower",
    "LedgerSink",
    "MemoryPositions",
    "OwnerClient",
    "Sink",
    "StoreSink",
]
