"""A clock that stands still until it is moved."""

import datetime as dt

SCHOOL_MORNING = dt.datetime(2026, 3, 4, 10, 5, tzinfo=dt.UTC)


class SettableClock:
    """Fulfils services.chassis.clock.Clock."""

    def __init__(self, now: dt.datetime = SCHOOL_MORNING) -> None:
        self._now = now

    def now(self) -> dt.datetime:
        return self._now

    def advance(self, step: dt.timedelta) -> None:
        """Move forward by `step`."""
        self._now += step
