"""SMS encoding and parts against the figures of the standard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.domain.sms import measure, plain_typography


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "gsm7", 0, 1),
        ("a" * 160, "gsm7", 160, 1),
        ("a" * 161, "gsm7", 161, 2),
        ("a" * 306, "gsm7", 306, 2),
        ("a" * 307, "gsm7", 307, 3),
        ("€" * 80, "gsm7", 160, 1),
        ("€" * 81, "gsm7", 162, 2),
        # 76 extension characters fill 152 septets; the 77th may not be split over two parts.
        ("€" * 153, "gsm7", 306, 3),
        ("ñ é ü ¿ ¡", "gsm7", 9, 1),
        ("í", "ucs2", 1, 1),
        ("á" * 70, "ucs2", 70, 1),
        ("á" * 71, "ucs2", 71, 2),
        ("á" * 134, "ucs2", 134, 2),
        ("á" * 135, "ucs2", 135, 3),
        ("😀" * 35, "ucs2", 70, 1),
        ("😀" * 67, "ucs2", 134, 3),
        ("ç", "ucs2", 1, 1),
        ("Ç", "gsm7", 1, 1),
    ],
)
def test_parts(text: str, encoding: str, units: int, segments: int) -> None:
    """The office sees what a text really costs before it is sent."""
    found = measure(text)
    assert (found.encoding, found.units, found.segments) == (encoding, units, segments)


@given(st.text(max_size=700))
def test_parts_hold_the_text(text: str) -> None:
    """A text never takes fewer parts than its units need, nor many more."""
    found = measure(text)
    alone, part = (160, 153) if found.encoding == "gsm7" else (70, 67)
    if found.units <= alone:
        assert found.segments == 1
    else:
        assert (found.segments - 1) * (part - 1) < found.units <= found.segments * part


def test_typography_does_not_cost_an_alphabet() -> None:
    """A curly quote or a dash in a school's name keeps the text in GSM-7; letters stay."""
    assert plain_typography("St. Mary’s — “A”…") == 'St. Mary\'s - "A"...'
    assert plain_typography("Área") == "Área"
