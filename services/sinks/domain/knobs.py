"""How a provider misbehaves: slow, failing, busy, or silent after it took a message."""

import random
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Share = Annotated[float, Meta(ge=0, le=1)]
Fate = Literal["take", "fail", "busy", "drop"]


class Knobs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """PUT /knobs. Shares of calls: fail (500, SMTP 451), busy (429 with Retry-After seconds,
    SMTP 421-like 452), drop (taken, then the connection ends without an answer)."""

    latency_ms: Annotated[float, Meta(ge=0, le=60_000)] = 0.0
    failure_share: Share = 0.0
    busy_share: Share = 0.0
    retry_after: Annotated[float, Meta(ge=0, le=3600)] = 1.0
    drop_share: Share = 0.0

    def fate(self, chance: random.Random) -> Fate:
        """What happens to the next call."""
        drawn = chance.random()
        steps: tuple[tuple[Fate, float], ...] = (
            ("fail", self.failure_share),
            ("busy", self.busy_share),
            ("drop", self.drop_share),
        )
        for fate, share in steps:
            if drawn < share:
                return fate
            drawn -= share
        return "take"
