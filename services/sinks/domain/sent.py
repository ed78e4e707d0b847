"""What was sent, newest first, in bounded memory."""

import datetime as dt
from collections import Counter, deque
from typing import Literal

import msgspec

Channel = Literal["email", "sms", "service"]

PRACTICE_WORDS = ("DRILL", "SIMULACRO", "EXERCISE", "EJERCICIO")
LONGEST_BODY = 20_000


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One message as it arrived. key: what a second copy would share (Message-ID, reference)."""

    n: int
    at: dt.datetime
    channel: Channel
    to: str
    subject: str = ""
    body: str
    key: str = ""
    practice: bool = False


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """GET /sent.json, newest first. counts: every message since the start, kept or not."""

    counts: dict[str, int]
    practice: int
    repeated: int
    messages: list[Sent]


class Outbox:
    """keep: messages that stay readable; older ones are only counted."""

    def __init__(self, keep: int) -> None:
        self.keep = keep
        self._messages: deque[Sent] = deque(maxlen=keep)
        self._keys: deque[str] = deque(maxlen=keep)
        self._seen: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._practice = 0
        self._repeated = 0

    def add(
        self,
        channel: Channel,
        *,
        at: dt.datetime,
        to: str,
        body: str,
        subject: str = "",
        key: str = "",
    ) -> None:
        practice = (subject or body).startswith(PRACTICE_WORDS)
        self._counts[channel] += 1
        self._practice += practice
        self._repeated += self._seen_before(key)
        self._messages.appendleft(
            Sent(
                n=sum(self._counts.values()),
                at=at,
                channel=channel,
                to=to[:300],
                subject=subject[:1000],
                body=body[:LONGEST_BODY],
                key=key[:300],
                practice=practice,
            )
        )

    def listing(self, limit: int) -> Listing:
        return Listing(
            counts=dict(self._counts),
            practice=self._practice,
            repeated=self._repeated,
            messages=[sent for _, sent in zip(range(limit), self._messages, strict=False)],
        )

    def _seen_before(self, key: str) -> bool:
        if not key:
            return False
        if len(self._keys) == self._keys.maxlen:
            oldest = self._keys[0]
            self._seen[oldest] -= 1
            if not self._seen[oldest]:
                del self._seen[oldest]
        self._keys.append(key)
        self._seen[key] += 1
        return self._seen[key] > 1
