"""What one language must be able to say. Lines are format strings over `Fields`."""

import msgspec

from schemas.actions import ActionKind, Hazard, Strategy
from schemas.vocabulary import Language

PracticeWord = str
"""The word that a practice message begins and ends with."""


class Line(msgspec.Struct, frozen=True):
    """One message. {school} says who speaks; the body ends before the next word and the link."""

    subject: str
    body: str


class Phrases(msgspec.Struct, frozen=True, kw_only=True):
    """One language's words.

    practice: mode → the word first and last. terms: as announced, glossed where the language
    is not the one it is announced in. staff and parents: "<occasion>[.<kind>]" → line; the
    most exact key wins. rehearsal: what parents read in a practice, by occasion.
    """

    language: Language
    practice: dict[str, PracticeWord]
    your_school: str
    announced_place: str
    where: str
    next_word: str
    morning: str
    afternoon: str
    terms: dict[ActionKind, str]
    directives: dict[ActionKind, str]
    hazards: dict[Hazard, str]
    strategies: dict[Strategy, str]
    staff: dict[str, Line]
    parents: dict[str, Line]
    rehearsal: dict[str, Line]
