"""SMS encoding and parts, by GSM 03.38 and 3GPP TS 23.040.

A text in the GSM-7 alphabet takes 160 septets alone or 153 a part; one character outside it
turns the whole text to UCS-2, 70 code units alone or 67 a part. A character of the extension
table takes two septets and is never split over two parts, nor is a surrogate pair.
"""

from typing import Literal

import msgspec

Encoding = Literal["gsm7", "ucs2"]

_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")

_TYPOGRAPHY = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "–": "-", "—": "-", "‑": "-", "−": "-", "…": "...", "\u00a0": " ", "\u2009": " ",
        "\u202f": " ", "\u200b": "", "\ufeff": "",
    }
)  # fmt: skip


class Measure(msgspec.Struct, frozen=True):
    """characters: as a person counts them. units: septets (gsm7) or code units (ucs2)."""

    encoding: Encoding
    characters: int
    units: int
    segments: int


def plain_typography(text: str) -> str:
    """Curly quotes, dashes and odd spaces as GSM-7 has them; letters and accents stay."""
    return text.translate(_TYPOGRAPHY)


def measure(text: str) -> Measure:
    """How a text travels."""
    if all(char in _ALPHABET or char in _EXTENSION for char in text):
        costs = [2 if char in _EXTENSION else 1 for char in text]
        return _measure("gsm7", text, costs, alone=160, part=153)
    costs = [2 if ord(char) > 0xFFFF else 1 for char in text]
    return _measure("ucs2", text, costs, alone=70, part=67)


def _measure(encoding: Encoding, text: str, costs: list[int], *, alone: int, part: int) -> Measure:
    units = sum(costs)
    segments = 1 if units <= alone else _parts(costs, part)
    return Measure(encoding, len(text), units, segments)


def _parts(costs: list[int], part: int) -> int:
    parts, filled = 1, 0
    for cost in costs:
        if filled + cost > part:
            parts, filled = parts + 1, 0
        filled += cost
    return parts
