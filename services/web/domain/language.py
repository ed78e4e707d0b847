"""Which of our languages a reader gets: the chosen one, else the browser's wish."""

from typing import get_args

from schemas.vocabulary import Language

SOURCES: Language = "en"
"""What the sources are written in."""

LANGUAGES: tuple[Language, ...] = get_args(Language)
NAMES: dict[Language, str] = {"en": "English", "es": "Español"}


def chosen(cookie: str, accept_language: str) -> Language:
    """cookie: an earlier choice. accept_language: the header of RFC 9110."""
    for language in LANGUAGES:
        if cookie == language:
            return language
    best: Language = "en"
    best_weight = 0.0
    for wish in accept_language[:400].split(","):
        tag, _, rest = wish.strip().partition(";")
        weight = _weight(rest)
        for language in LANGUAGES:
            if tag.lower().partition("-")[0] == language and weight > best_weight:
                best, best_weight = language, weight
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0


def other(language: Language) -> Language:
    """The one that the switch in the page head offers."""
    return "es" if language == "en" else "en"


def marked(text: str) -> str:
    """The text itself: marks it as one that is translated where it is said."""
    return text
