"""Single cells as values: lists, words of a vocabulary, dates; each fault becomes a warning."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from services.roster.domain.problems import Warnings

LIST_LIMIT: Final = 50
SEPARATORS: Final = re.compile(r"[,;|]")
DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
AMERICAN: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


class Place:
    """The cell's whereabouts, for a warning."""

    __slots__ = ("file", "line", "warnings")

    def __init__(self, file: str, warnings: Warnings) -> None:
        self.file = file
        self.line = 0
        self.warnings = warnings

    def warn(self, code: str, column: str = "", value: object = "") -> None:
        self.warnings.add(code, file=self.file, line=self.line, column=column, value=value)


def values_of(cell: str, column: str, place: Place) -> tuple[str, ...]:
    """A comma-separated list; spaces and other separators are read with a warning."""
    if not cell:
        return ()
    if cell.isalnum():
        return (cell,)
    if "," in cell or ";" in cell or "|" in cell:
        parts = [part.strip(" []\"'\n\r\t") for part in SEPARATORS.split(cell)]
        values = tuple(dict.fromkeys(part for part in parts if part))
        if ",".join(values) != cell:
            place.warn("list_format", column)
    else:
        values = (cell,)
    if len(values) > LIST_LIMIT:
        place.warn("too_many_values", column, LIST_LIMIT)
    return values[:LIST_LIMIT]


def word_of(cell: str, known: Iterable[str], column: str, place: Place) -> str | None:
    """The vocabulary's word for a cell; None, with a warning, when it has none."""
    if cell in known:
        return cell
    if not cell:
        place.warn("value_missing", column)
        return None
    plain = re.sub(r"[\s_-]", "", cell).lower()
    for word in known:
        if word.lower() == plain:
            place.warn("value_case", column, cell)
            return word
    place.warn("value_unknown", column, cell)
    return None


def check_flag(cell: str, column: str, place: Place) -> None:
    """Warns when a cell that should say true or false says something else, `TRUE` included."""
    if cell not in ("", "true", "false"):
        known = cell.lower() in ("true", "false")
        place.warn("value_case" if known else "value_unknown", column, cell)


def date_of(cell: str, column: str, place: Place) -> str:
    """An ISO date, or "" when there is none that can be read."""
    if not cell or DATE.fullmatch(cell):
        return cell
    place.warn("date_format", column)
    american = AMERICAN.fullmatch(cell)
    if american:
        month, day, year = map(int, american.groups())
        return f"{year:04}-{month:02}-{day:02}" if month <= 12 and day <= 31 else ""
    return cell[:10] if DATE.match(cell) else ""
