"""What the sinks need from outside."""

import datetime as dt
from typing import Protocol


class Clock(Protocol):
    def now(self) -> dt.datetime:
        """Aware, UTC."""
        ...
