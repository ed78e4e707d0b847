"""Observations of one student → the state that shows. Order of arrival does not matter.

A supersedes B when both are of one person's device and A's counter is higher, or when A's screen
had seen B. What is not superseded stands; when standing observations differ, the graver shows.
"""

import heapq
from collections.abc import Sequence

from schemas.accountability import Observation
from schemas.vocabulary import GRAVITY, PersonState

Phone = tuple[str, str]
"""(observer, device). Ids of devices are drawn by clients: someone else's proves nothing."""


def standing(observations: Sequence[Observation]) -> tuple[Observation, ...]:
    """The observations that no other one supersedes; a bulk one never beats an explicit one.

    In one pass: a phone that repeats itself must not hold up a school. What a screen had seen
    is older than what it says, so that no two can supersede each other.
    """
    everything = _Newest(observations)
    explicit = _Newest([one for one in observations if not one.bulk])
    return tuple(
        one for one in observations if not (everything if one.bulk else explicit).supersedes(one)
    )


class _Newest:
    """Each phone's highest counter, and the two phones whose screens had seen most."""

    def __init__(self, observations: Sequence[Observation]) -> None:
        self._counter: dict[Phone, int] = {}
        seen: dict[Phone, int] = {}
        for one in observations:
            phone = (one.observer, one.device)
            self._counter[phone] = max(one.n, self._counter.get(phone, 0))
            seen[phone] = max(one.seen, seen.get(phone, 0))
        # Two, because the first may be the phone that is asked about.
        self._seen = heapq.nlargest(2, seen.items(), key=lambda each: each[1])

    def supersedes(self, one: Observation) -> bool:
        phone = (one.observer, one.device)
        if self._counter.get(phone, 0) > one.n:
            return True
        return any(seen >= one.seq for other, seen in self._seen if other != phone)


def outcome(observations: Sequence[Observation]) -> tuple[PersonState, bool]:
    """The state that shows, and whether standing observations contradict each other.

    A bulk observation never decides what shows while an explicit one stands; that the two
    differ, or that two adults say "with me", is a contradiction for people to resolve.
    """
    left = standing(observations)
    if not left:
        return "unknown", False
    decisive = [one for one in left if not one.bulk] or left
    shown = max((one.state for one in decisive), key=GRAVITY.__getitem__)
    adults = {one.with_adult or one.observer for one in left if one.state == "with"}
    return shown, len({one.state for one in left}) > 1 or len(adults) > 1
