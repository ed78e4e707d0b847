"""When a school's next frame goes out: the first change at once, then at most a quarter of a core.

The next flush waits three times what the last one cost, between 2 and 100 ms, so that the cost
of fan-out never grows with the number of marks.
"""

from dataclasses import dataclass

SHORTEST = 0.002
LONGEST = 0.100
DUTY = 3.0


@dataclass
class Pace:
    """Seconds of a monotonic clock."""

    free_at: float = 0.0

    def wait(self, now: float, *, urgent: bool) -> float:
        """Seconds until a flush may start; none for what is urgent."""
        return 0.0 if urgent else max(0.0, self.free_at - now)

    def flushed(self, ended: float, cost: float) -> None:
        """A flush ended that took `cost` seconds."""
        self.free_at = ended + min(LONGEST, max(SHORTEST, DUTY * cost))
