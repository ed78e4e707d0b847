"""What files of own facts got wrong: codes and their words, in the manner of the roster import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from schemas.roster import Finding
from services.roster.domain.problems import Warnings, finding

WORDS: Final[Mapping[str, str]] = {
    # refusals
    "too_large": "The files are larger than {value} bytes.",
    "no_own_facts": "None of the files is rights.csv, consents.csv, guardians.csv or plans.csv.",
    "two_files_of_a_kind": "There is more than one file like this: put them together.",
    "quote_not_closed": "A quotation mark is opened and never closed, or a cell is too long.",
    "too_many_rows": "The file has more than {value} rows.",
    # warnings about a file
    "encoding_not_utf8": "The file is not UTF-8: read as Windows-1252.",
    "file_unknown": "The header is that of no file of own facts: not read.",
    "header_only": "The file has a header and no rows.",
    "column_missing": "A column that the file needs is missing: not read.",
    "column_unknown": "This column is not known: not read.",
    # warnings about rows
    "row_ragged": "The row has more or fewer cells than the header: not read.",
    "value_missing": "A value that the row needs is missing: not read.",
    "value_unknown": "This is not a value that is known here: the row is not read.",
    "unknown_person": "Nobody of this school has this id: the row is not read.",
    "row_again": "An earlier row says something else of the same people: the last one holds.",
    "pick_up_not_by_import": "A file never gives the right to pick up: do it on the person's page.",
    "apart_not_lifted": "A file never lifts an order. Two people lift it on the person's page.",
    "more_like_this": "More rows with the same fault: {value}.",
}


class Findings:
    """Warnings of rows, and the errors that refuse the files."""

    def __init__(self) -> None:
        self._warnings = Warnings(WORDS)
        self.errors: list[Finding] = []

    def refuse(self, code: str, *, file: str = "", line: int = 0, value: object = "") -> None:
        self.errors.append(finding(code, file=file, line=line, value=value, words=WORDS))

    def warn(
        self, code: str, *, file: str, line: int = 0, column: str = "", words: str = ""
    ) -> None:
        """words: of a decision that refused the row."""
        if words:
            self._warnings.take(
                Finding(file=file, line=line, column=column, code=code, message=words)
            )
        else:
            self._warnings.add(code, file=file, line=line, column=column)

    def warnings(self) -> tuple[Finding, ...]:
        return self._warnings.all()
