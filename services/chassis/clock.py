"""The only reader of the clock. Everything else is handed `now`."""

import datetime as dt
from typing import Protocol


class Clock(Protocol):
    """Tells the time of decisions."""

    def now(self) -> dt.datetime:
        """Aware, UTC."""
        ...


class SystemClock:
    """The machine's clock, moved by an offset (demo and tests)."""

    def __init__(self, offset_seconds: float = 0.0) -> None:
        self._offset = dt.timedelta(seconds=offset_seconds)

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self._offset
