"""How long to wait before a program that ended is started again."""

from dataclasses import dataclass

FIRST_DELAYS = (0.0, 0.1)
LONGEST_DELAY = 10.0
STEADY_AFTER = 30.0


@dataclass(frozen=True)
class BackOff:
    """`failures` counts ends in a row, without a steady run between them."""

    failures: int = 0

    def ended(self, ran_for: float) -> "BackOff":
        """The next state after a run of `ran_for` seconds."""
        return BackOff(1 if ran_for >= STEADY_AFTER else self.failures + 1)

    @property
    def delay(self) -> float:
        """Seconds: at once after the first end, doubled from 0.1 up to 10 while it crashes."""
        if self.failures <= len(FIRST_DELAYS):
            return FIRST_DELAYS[max(self.failures, 1) - 1]
        return min(0.1 * 2.0 ** (self.failures - len(FIRST_DELAYS)), LONGEST_DELAY)
