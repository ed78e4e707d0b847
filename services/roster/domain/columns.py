"""Where each OneRoster column lies in a file whose header may be misspelt."""

from __future__ import annotations

import difflib

from services.roster.domain.problems import PackageRefused, Warnings
from services.roster.domain.vocabulary import COLUMNS, KEYS, REQUIRED, SKIPPED, SPELLINGS

# "dataLastModified" scores 0.94, "classSourcedId" against "courseSourcedId" 0.83.
LIKENESS = 0.88


def columns_of(table: str, header: list[str], file: str, warnings: Warnings) -> dict[str, int]:
    """Maps a column's OneRoster name to its position in the header row.

    Raises PackageRefused: header_missing, key_column_missing.
    """
    names = [cell.strip() for cell in header]
    found = exact_columns(table, names, file, warnings)
    for at, name in enumerate(names):
        skipped = name in SKIPPED.get(table, ()) or name.startswith("metadata.")
        if name and name not in COLUMNS[table] and not skipped:
            guess = intended(name, [column for column in COLUMNS[table] if column not in found])
            if guess:
                found[guess] = at
                warnings.add("header_misspelt", file=file, line=1, column=name, value=guess)
            else:
                warnings.add("column_unknown", file=file, line=1, column=name)
    if not found:
        raise PackageRefused("header_missing", file=file, line=1)
    check_columns(table, found, file, warnings)
    return found


def exact_columns(table: str, names: list[str], file: str, warnings: Warnings) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, name in enumerate(names):
        if not name:
            warnings.add("header_empty", file=file, line=1)
        elif name in found:
            warnings.add("header_repeated", file=file, line=1, column=name)
        elif name in COLUMNS[table]:
            found[name] = at
    return found


def intended(name: str, missing: list[str]) -> str | None:
    """The missing column that a header cell most likely means."""
    spelled = SPELLINGS.get(name)
    if spelled in missing:
        return spelled
    plain = {column.lower(): column for column in missing}
    lowered = name.lower().replace(" ", "").replace("_", "")
    close = difflib.get_close_matches(lowered, plain, n=1, cutoff=LIKENESS)
    return plain[close[0]] if close else None


def check_columns(table: str, found: dict[str, int], file: str, warnings: Warnings) -> None:
    for column in KEYS[table]:
        if column not in found:
            raise PackageRefused("key_column_missing", file=file, line=1, column=column)
    for column in REQUIRED[table]:
        if column not in found:
            warnings.add("column_missing", file=file, line=1, column=column)
    positions = [found[column] for column in COLUMNS[table] if column in found]
    if positions != sorted(positions):
        warnings.add("column_order", file=file, line=1)
