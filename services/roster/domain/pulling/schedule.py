"""When a source is pulled next: pure times, no clock."""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

DAY: Final = dt.timedelta(days=1)
FULL_EVERY: Final = dt.timedelta(days=7)
"""What a student system deletes without saying so is found by reading everything again."""

OVERLAP: Final = dt.timedelta(minutes=5)
"""Rows that were being written while the last pull began are asked for once more."""

AGAIN_AFTER: Final = tuple(dt.timedelta(minutes=minutes) for minutes in (2, 10, 30, 120))


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """What a source's next time depends on. Either hour (of `zone`) or every_hours is set.

    begun: of the last pull, else when the source was added. again: the last pull failed for now,
    or was cut off; failures: how many in a row.
    """

    hour: int | None
    every_hours: int | None
    zone: str
    begun: dt.datetime
    again: bool = False
    failures: int = 0
    asked: bool = False


def next_time(turn: Turn) -> dt.datetime:
    """The first moment at which the source is due; in the past when it was missed."""
    if turn.asked:
        return turn.begun
    regular = regular_time(turn)
    if not turn.again:
        return regular
    pause = AGAIN_AFTER[min(max(turn.failures, 1), len(AGAIN_AFTER)) - 1]
    return min(regular, turn.begun + pause)


def regular_time(turn: Turn) -> dt.datetime:
    if turn.every_hours is not None:
        return turn.begun + dt.timedelta(hours=turn.every_hours)
    assert turn.hour is not None
    zone = ZoneInfo(turn.zone)
    day = turn.begun.astimezone(zone).date()
    # The hour that a change of the clock leaves out is read as the one after it.
    for candidate in (day, day + DAY, day + 2 * DAY):
        at = dt.datetime.combine(candidate, dt.time(turn.hour), zone).astimezone(dt.UTC)
        if at > turn.begun:
            return at
    raise AssertionError("an hour comes every day")


def ask_since(
    since: dt.datetime | None, full_at: dt.datetime | None, *, changes_only: bool, now: dt.datetime
) -> dt.datetime | None:
    """From when on to ask for changes. None: everything is read."""
    if not changes_only or since is None or full_at is None or now - full_at >= FULL_EVERY:
        return None
    return since - OVERLAP
