"""The outside checker: reads the phones' logs and the final state, and nothing else."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from schemas.accountability import Accounting
from schemas.vocabulary import PersonState
from tests.chaos.phones import Acknowledged


def acknowledged(logs: Iterable[Path]) -> list[Acknowledged]:
    """Every line of every phone's log."""
    decoder = msgspec.json.Decoder(Acknowledged)
    return [decoder.decode(line) for log in logs for line in log.read_bytes().splitlines()]


def faults(
    said: list[Acknowledged], final: Accounting, screen: dict[str, PersonState]
) -> list[str]:
    """What is wrong, in words; empty when nothing acknowledged was lost or invented.

    Each student is marked by one phone only, so its last acknowledged mark must show.
    screen: what a screen shows that was connected all the time.
    """
    found = []
    shows = {str(row.student): row.state for row in final.rows}
    last: dict[str, Acknowledged] = {}
    for one in said:
        known = last.get(one.student)
        if known is None or one.n > known.n:
            last[one.student] = one
    for student, one in last.items():
        if shows.get(student) != one.state:
            found.append(f"{one.device} n={one.n}: acknowledged {one.state}, {shows.get(student)}")
    found += [
        f"{student}: nobody marked it, it shows {state}"
        for student, state in shows.items()
        if state != "unknown" and student not in last
    ]
    events = [one.event for one in said]
    if len(set(events)) != len(events):
        found.append("two acknowledgements name one event: an op was answered for another")
    if any(one.seq > final.seq for one in said):
        found.append("an acknowledgement names a seq that the final state never reached")
    differs = sum(screen.get(student) != state for student, state in shows.items())
    if differs:
        found.append(f"the screen shows {differs} students otherwise than the final state")
    return found
