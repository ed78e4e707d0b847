"""Which day it is at a school: orders begin and end with it."""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from schemas.identifiers import SchoolId
from services.chassis.database import Connection
from services.roster.domain.custody.pairs import local_day

APART_ON: Final = "coalesce(a.begins, $2) <= $2 AND coalesce(a.ends, $2) >= $2"
"""An order (apart a) holds on the day $2; the same as Order.holds."""


async def day_at(connection: Connection, school: SchoolId, now: dt.datetime) -> dt.date:
    """The date at the school."""
    zone = await connection.fetchval("SELECT zone FROM schools WHERE school = $1", school)
    return local_day(now, ZoneInfo(zone or "UTC"))
