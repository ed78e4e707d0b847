"""Findings of an import as a CSV file that a spreadsheet opens without running anything."""

import csv
import io
from collections.abc import Iterable

from schemas.roster import Finding

RUNS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for a formula."""

COLUMNS = ("kind", "file", "line", "column", "code", "message")


def harmless(cell: str) -> str:
    """The cell as text, whatever it begins with."""
    return f"'{cell}" if cell.startswith(RUNS) else cell


def as_csv(errors: Iterable[Finding], warnings: Iterable[Finding]) -> str:
    """One row a finding, errors first, with a byte order mark for spreadsheets."""
    text = io.StringIO()
    write = csv.writer(text).writerow
    write(COLUMNS)
    for kind, findings in (("error", errors), ("warning", warnings)):
        for one in findings:
            cells = (one.file, str(one.line), one.column, one.code, one.message)
            write((kind, *map(harmless, cells)))
    return "\ufeff" + text.getvalue()
