"""What is said aloud."""

import pytest

from schemas.incident import ActionCall
from schemas.vocabulary import IncidentMode
from services.web.domain.announcement import pa_words


@pytest.mark.parametrize(
    ("mode", "word"), [("drill", "This is a drill."), ("exercise", "This is an exercise.")]
)
def test_practice_is_said_first_and_last(mode: IncidentMode, word: str) -> None:
    """Whoever hears only the beginning or only the end still knows that it is not real."""
    words = pa_words(ActionCall(kind="lockdown"), mode)
    assert words == f"{word} Lockdown! Locks, Lights, Out of Sight. {word}"


def test_the_real_thing_is_the_action_alone() -> None:
    """Nothing stands before the action's own words."""
    words = pa_words(ActionCall(kind="lockdown"), "live")
    assert words == "Lockdown! Locks, Lights, Out of Sight."
