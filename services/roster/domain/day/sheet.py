"""A small CSV from outside as rows of cells, whatever program wrote it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Final

from schemas.roster import Finding
from services.roster.domain.problems import Warnings, finding

ROWS: Final = 5000
WORDS: Final[Mapping[str, str]] = {
    "no_rows": "The file holds no rows.",
    "too_many_rows": "The file has more than {value} rows.",
    "not_text": "This is not a text file: save it as CSV.",
    "key_column_missing": "A column that nothing works without is missing.",
    "unknown_student": "No student of this school has this number or name: not read.",
    "student_ambiguous": "Several students have this name: use their number. Not read.",
    "unknown_status": "Write present, absent, late or left_early: the row is not read.",
    "bad_date": "The date is not written as 2026-09-15: the row is not read.",
    "bad_time": "The time is not written as 08:31: the row is not read.",
    "not_yet": "This time is still to come: the row is not read.",
    "too_long_ago": "This is more than a school year ago: the row is not read.",
    "column_unknown": "This column is not read.",
    "more_like_this": "More rows with the same fault: {value}.",
}


class Problems:
    """Row-level findings that name a line and never a person; the first hundred of a kind."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._found = Warnings(WORDS)
        self.errors: list[Finding] = []

    def add(self, code: str, line: int, column: str = "") -> None:
        self._found.add(code, file=self._file, line=line, column=column)

    def refuse(self, code: str, line: int = 0, column: str = "", value: object = "") -> None:
        self.errors.append(
            finding(code, file=self._file, line=line, column=column, value=value, words=WORDS)
        )

    def all(self) -> tuple[Finding, ...]:
        return self._found.all()


def read_rows(body: bytes, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every row that says something."""
    text = text_of(body)
    if "\0" in text:
        problems.refuse("not_text")
        return
    head = text.lstrip("\r\n").split("\n", 1)[0]
    mark = "," if "," in head else next((one for one in "\t;" if one in head), ",")
    reader = csv.reader(io.StringIO(text), delimiter=mark)
    try:
        for count, row in enumerate(reader):
            if count > ROWS:
                problems.refuse("too_many_rows", reader.line_num, value=ROWS)
                return
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error:
        problems.refuse("not_text", reader.line_num)


def text_of(body: bytes) -> str:
    """UTF-8, or UTF-16 by its mark, or what a spreadsheet of Windows writes."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", errors="replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")
