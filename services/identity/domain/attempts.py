"""How often a login may be tried. Touches password sign-ins only, never a signed session."""

import datetime as dt
from dataclasses import dataclass, field

FREE = 5
"""Wrong passwords without a pause."""

FIRST_PAUSE = dt.timedelta(seconds=15)
LONGEST_PAUSE = dt.timedelta(minutes=15)
FORGOTTEN_AFTER = dt.timedelta(hours=1)
REMEMBERED = 10_000


@dataclass(frozen=True)
class Tally:
    """Wrong passwords in a row, and when the last one was."""

    wrong: int
    last: dt.datetime


@dataclass
class Attempts:
    """Tallies by login, also of logins that do not exist: a pause betrays nothing.

    Bounded: beyond REMEMBERED the one that was wrong longest ago is dropped.
    """

    tallies: dict[str, Tally] = field(default_factory=dict)

    def pause(self, login: str, now: dt.datetime) -> dt.timedelta:
        """How long until this login may be tried again; zero: now."""
        tally = self.tallies.get(login)
        if tally is None or tally.wrong < FREE or now - tally.last >= FORGOTTEN_AFTER:
            return dt.timedelta(0)
        doubled = FIRST_PAUSE * (1 << min(tally.wrong - FREE, 10))
        return max(tally.last + min(doubled, LONGEST_PAUSE) - now, dt.timedelta(0))

    def wrong(self, login: str, now: dt.datetime) -> None:
        """Another wrong password."""
        tally = self.tallies.pop(login, None)
        recent = tally is not None and now - tally.last < FORGOTTEN_AFTER
        self.tallies[login] = Tally(1 + (tally.wrong if tally and recent else 0), now)
        if len(self.tallies) > REMEMBERED:
            del self.tallies[next(iter(self.tallies))]

    def right(self, login: str) -> None:
        """The right password: everything is forgiven."""
        self.tallies.pop(login, None)
