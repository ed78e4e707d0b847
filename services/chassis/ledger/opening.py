"""An owner's ledger with its lanes, started in order and stopped in reverse."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from services.chassis.clock import Clock
from services.chassis.database import Pool
from services.chassis.lanes import Bus, Lanes, StoredRelay
from services.chassis.ledger.book import Book, Listener
from services.chassis.ledger.ledger import Ledger
from services.chassis.metrics import Metrics

S = TypeVar("S")


@asynccontextmanager
async def open_ledger(
    *,
    owner: str,
    pool: Pool,
    database_url: str,
    clock: Clock,
    book: Book[S],
    bus: Bus | None,
    metrics: Metrics,
    told: Callable[[Lanes], Listener] = lambda lanes: lanes,
) -> AsyncIterator[Ledger[S]]:
    """The owner's log while the context holds; a stand-by until the lock is free.

    told: who hears of committed events; by default the lanes themselves.
    """
    lanes = Lanes(owner=owner, bus=bus, relay=StoredRelay(pool))
    ledger = Ledger(
        owner=owner,
        pool=pool,
        database_url=database_url,
        clock=clock,
        book=book,
        lanes=told(lanes),
        metrics=metrics,
    )
    await ledger.start()
    try:
        await lanes.start(ledger)
        try:
            yield ledger
        finally:
            await lanes.stop()
    finally:
        await ledger.stop()
