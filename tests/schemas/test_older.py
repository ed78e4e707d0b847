"""What was stored before a struct grew still says the same."""

from pathlib import Path

import pytest

from schemas import envelope, publish
from schemas.accountability import ClassOpened, Observed, Opened
from schemas.registry import data_of

OLDER = Path(publish.__file__).parent / "examples" / "older"


@pytest.mark.parametrize("path", sorted(OLDER.glob("*.json")), ids=lambda path: path.stem)
def test_an_older_event_still_decodes(path: Path) -> None:
    """Students of an event from before there were moments are unknown, in their homerooms."""
    data = data_of(envelope.decode(path.read_bytes()))
    match data:
        case Opened():
            assert data.moment.kind == "no_schedule"
            assert {(one.standing, one.why) for one in data.expected} == {("unknown", None)}
        case Observed() | ClassOpened():
            assert data.rows
            assert {row.why for row in data.rows} == {None}
        case _:
            pytest.fail("an event that no older form is known of")
