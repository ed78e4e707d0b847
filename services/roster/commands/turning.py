"""With the day orders begin and end: whoever keeps contacts is told to read them again."""

from __future__ import annotations

import datetime as dt
import hashlib

from services.chassis.clock import Clock
from services.roster.commands.own_log import LedgerLog
from services.roster.store.own_facts import StoredOwnFacts
from services.roster.store.rosters import StoredRosters

PAUSE = 10.0
"""Seconds; an order that begins at midnight is everywhere some seconds later."""


async def tell_turned(
    own_log: LedgerLog, rosters: StoredRosters, facts: StoredOwnFacts, clock: Clock
) -> int:
    """Tells first and remembers then: cut off in between, the same op tells once."""
    count = 0
    for school in await rosters.schools():
        now: dt.datetime = clock.now()
        if turned := await facts.turned_orders(school.id, now):
            named = hashlib.sha256(" ".join(turned).encode()).hexdigest()[:24]
            await own_log.tell_contacts(school.id, f"orders-{now:%Y%m%d%H}-{named}")
            await facts.told_orders(school.id, now)
            count += len(turned)
    return count
