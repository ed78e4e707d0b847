"""What a declaration may carry: it is repeated in every frame of every screen."""

import msgspec
import pytest

from schemas.api.bodies import DeclareBody
from schemas.incident import Declare

BODY = {"mode": "live", "action": {"kind": "lockdown"}}
COMMAND = BODY | {"op_id": "op-000001", "school": "s1", "actor": {"person": "p"}}


@pytest.mark.parametrize(
    "too_much",
    [
        {"declaration": "d" * 65},
        {"action": {"kind": "lockdown", "zone": {"name": "All", "rooms": ["101"] * 501}}},
    ],
)
def test_a_declaration_is_small(too_much: dict[str, object]) -> None:
    """Nobody slows every screen of a school down with one oversized declaration."""
    msgspec.convert(COMMAND, Declare)
    msgspec.convert(BODY, DeclareBody)
    for whole, kind in ((COMMAND, Declare), (BODY, DeclareBody)):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(whole | too_much, kind)
