"""When a school's sheets are printed by themselves."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

KEPT: dt.timedelta = dt.timedelta(days=7)


class LastPrint(msgspec.Struct, frozen=True):
    """day: the school's own day that the set was made for. version: of its roster."""

    day: dt.date
    version: int


def zone_of(name: str) -> dt.tzinfo:
    """The school's zone; UTC for one that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return dt.UTC


def day_of(now: dt.datetime, zone: dt.tzinfo, at: dt.time) -> dt.date:
    """The day of the last time that `at` passed in the zone."""
    there = now.astimezone(zone)
    today = there.date()
    return today if there.time() >= at else today - dt.timedelta(days=1)


def due(day: dt.date, version: int, last: LastPrint | None) -> bool:
    """Once a day, and again when the roster changed since; never of an empty roster.

    A machine that slept through the hour prints when it wakes; a clock that was set back
    prints nothing again.
    """
    if version == 0:
        return False
    if last is None:
        return True
    return day > last.day or (day == last.day and version > last.version)


def oldest_kept(day: dt.date) -> dt.date:
    """The first day whose set stays in the folder."""
    return day - KEPT + dt.timedelta(days=1)
