"""How people are named and reached."""

from __future__ import annotations

import re
from typing import Final

SEPARATORS: Final = re.compile(r"[\s().\-/\u00a0\u2011]+")
E164: Final = re.compile(r"\+[1-9]\d{7,14}")
NORTH_AMERICAN: Final = re.compile(r"1?([2-9]\d{2}[2-9]\d{6})")


def texting_number(written: str) -> str:
    """E.164, or "" for what cannot be texted. Ten digits are North American."""
    plain = SEPARATORS.sub("", written)
    if E164.fullmatch(plain):
        return plain
    local = NORTH_AMERICAN.fullmatch(plain)
    return f"+1{local[1]}" if local else ""


def called(given: str, preferred: str, family: str) -> str:
    """The name a person is addressed by."""
    return f"{preferred or given} {family}".strip()
