"""Blank cards: the two-part reunification card, and the status cards of a room."""

from __future__ import annotations

import msgspec


class CardSet(msgspec.Struct, frozen=True, kw_only=True):
    """count: cards (reunification) or sets of a green, a red and a medical card (status)."""

    school: str
    count: int
    drill: bool
