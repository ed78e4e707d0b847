"""Observations of one student → the state that shows. Order of arrival does not matter.

A supersedes B when both are of one person's device and A's counter is higher, or when A's screen
had seen B. What is not superseded stands; when standing observations differ, the graver shows.
"""

from collections.abc import Sequence

from schemas.accountability import Observation
from schemas.vocabulary import GRAVITY, PersonState


def supersedes(a: Observation, b: Observation) -> bool:
    """Whether `a` was made in knowledge of `b`. A bulk observation never beats an explicit one."""
    if a.bulk and not b.bulk:
        return False
    # Ids of devices are drawn by clients: someone else's, guessed or copied, proves nothing.
    if (a.observer, a.device) == (b.observer, b.device):
        return a.n > b.n
    return a.seen >= b.seq


def standing(observations: Sequence[Observation]) -> tuple[Observation, ...]:
    """The observations that no other one supersedes.

    Two that supersede each other (each seen by the other's device, which honest counters
    cannot produce) both stand.
    """
    return tuple(
        one
        for one in observations
        if not any(supersedes(other, one) and not supersedes(one, other) for other in observations)
    )


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
