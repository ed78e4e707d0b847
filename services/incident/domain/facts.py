"""What other services know and a decision of this one needs; nothing here is waited for."""

from typing import Literal

import msgspec

Harm = Literal["injured", "missing"]
"""States of a student that no error explains."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """roster_version: of the roster that a new incident pins, 0 when unknown.

    harmed: what accountability shows of any student of the incident that the command names;
    None while accountability is not heard.
    """

    roster_version: int = 0
    harmed: frozenset[Harm] | None = None
