"""The demo's families: siblings share guardians, and no two households are alike."""

from __future__ import annotations

from random import Random
from typing import Final

import msgspec

from services.roster.domain.demo.names import Culture, draw_culture

# 555-0100 to 555-0199 are set aside for fiction in every area code.
AREA_CODES: Final = ("202", "303", "312", "404", "503", "602", "615", "704", "816", "913", "919")
SIBLINGS: Final = (1, 1, 1, 2, 2, 3)


class Guardian(msgspec.Struct, frozen=True, kw_only=True):
    """role parent | guardian | relative; email and sms may be ""; language en | es."""

    source_id: str
    given: str
    family: str
    role: str
    email: str
    sms: str
    language: str
    routine: bool


class Pupil(msgspec.Struct, frozen=True, kw_only=True):
    source_id: str
    given: str
    family: str
    guardians: tuple[str, ...]


class Numbers:
    """Hands out telephone numbers, each once."""

    def __init__(self) -> None:
        self._given = 0

    def next(self) -> str:
        area, last = divmod(self._given, 100)
        self._given += 1
        return f"+1{AREA_CODES[area]}55501{last:02}"


def draw_households(draw: Random, students: int) -> tuple[list[Pupil], list[Guardian]]:
    """Exactly `students` pupils in households of one to three, with one to three adults."""
    pupils: list[Pupil] = []
    guardians: list[Guardian] = []
    numbers = Numbers()
    while len(pupils) < students:
        culture = draw_culture(draw)
        family = culture.family(draw)
        adults = draw_adults(draw, culture, family, len(guardians), numbers)
        guardians += adults
        size = min(draw.choice(SIBLINGS), students - len(pupils))
        for given in draw.sample(culture.given, size):
            pupils.append(
                Pupil(
                    source_id=f"student-{len(pupils) + 1:04}",
                    given=given,
                    family=family,
                    guardians=tuple(adult.source_id for adult in adults),
                )
            )
    draw.shuffle(pupils)
    return pupils, guardians


def draw_adults(
    draw: Random, culture: Culture, family: str, already: int, numbers: Numbers
) -> list[Guardian]:
    roles = draw.choices(
        (("parent",), ("parent", "parent"), ("guardian",), ("parent", "parent", "relative")),
        weights=(30, 56, 6, 8),
    )[0]
    spanish = draw.randrange(100) < culture.spanish
    adults: list[Guardian] = []
    for role, given in zip(roles, draw.sample(culture.given, len(roles)), strict=True):
        name = family if draw.random() < 0.8 else culture.family(draw)
        number = already + len(adults) + 1
        reachable = draw.random()
        adults.append(
            Guardian(
                source_id=f"guardian-{number:04}",
                given=given,
                family=name,
                role=role,
                email="" if reachable < 0.12 else f"guardian{number:04}@families.example",
                sms=numbers.next() if reachable < 0.94 else "",
                language="es" if spanish else "en",
                routine=draw.random() < 0.7,
            )
        )
    return adults
