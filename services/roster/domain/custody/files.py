"""CSV files of the school's own facts, in and out. People are named as the student system does.

Cells that a spreadsheet would take for a formula leave with an apostrophe before them, and the
apostrophe goes again when the file comes back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from schemas.roster_rights import RightsFile
from services.roster.domain.archive import MIB, Limits, Source, zip_source
from services.roster.domain.custody.people import KnownPerson
from services.roster.domain.custody.words import Findings
from services.roster.domain.problems import PackageRefused
from services.roster.domain.table import opened

LIMITS: Final = Limits(archive=4 * MIB, unpacked=16 * MIB, files=20)
ROW_LIMIT: Final = 20_000
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
ZIP: Final = b"PK"

COLUMNS: Final[Mapping[RightsFile, tuple[str, ...]]] = {
    "guardians": (
        "guardianId", "type", "name", "caseworker", "badge", "callBack", "studentSourcedIds",
    ),
    "rights": (
        "guardianSourcedId", "studentSourcedId", "message", "information", "pickUp", "priority",
        "relationship", "apart", "apartReference", "apartFrom", "apartUntil",
    ),
    "consents": ("guardianSourcedId", "studentSourcedId", "consent", "how"),
    "plans": (
        "studentSourcedId", "helperSourcedId", "backupSourcedId", "equipment", "medicationPlace",
        "refugeArea", "communication",
    ),
}  # fmt: skip
"""In the order in which they are taken: a guardian before their rights."""

KEYS: Final[Mapping[RightsFile, tuple[str, ...]]] = {
    "guardians": ("guardianId", "type", "studentSourcedIds"),
    "rights": ("guardianSourcedId", "studentSourcedId"),
    "consents": ("guardianSourcedId", "consent", "how"),
    "plans": ("studentSourcedId",),
}
# A file is what its header says: the first kind whose column is there.
TELLS: Final[tuple[tuple[str, RightsFile], ...]] = (
    ("guardianId", "guardians"),
    ("consent", "consents"),
    ("guardianSourcedId", "rights"),
    ("studentSourcedId", "plans"),
)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """cells: every column of the kind that the file has; there may be blank ones."""

    kind: RightsFile
    file: str
    line: int
    cells: dict[str, str]

    def said(self, column: str) -> str:
        return self.cells.get(column, "")


class People(msgspec.Struct, frozen=True, kw_only=True):
    """by_source: sourcedId → person. own: guardians that the school wrote down, by id."""

    by_source: dict[str, KnownPerson]
    own: dict[str, KnownPerson]

    def find(self, named: str) -> KnownPerson | None:
        return self.by_source.get(named) or self.own.get(named)


def read_files(body: bytes, name: str, findings: Findings) -> list[Row]:
    """The rows of a zip or of one CSV file; worthless when findings has errors."""
    if len(body) > LIMITS.archive:
        findings.refuse("too_large", value=LIMITS.archive)
        return []
    read: dict[RightsFile, list[Row]] = {}
    for file, content in members(body, name, findings):
        found = read_file(file, content, findings)
        if found is None:
            continue
        kind, rows = found
        if kind in read:
            findings.refuse("two_files_of_a_kind", file=file)
        read[kind] = rows
    if not read and not findings.errors:
        findings.refuse("no_own_facts", file=name)
    return [row for kind in COLUMNS for row in read.get(kind, ())]


def members(body: bytes, name: str, findings: Findings) -> list[tuple[str, bytes]]:
    if not body.startswith(ZIP):
        return [(name, body)]
    try:
        with zip_source(io.BytesIO(body), LIMITS) as source:
            named = [one for one in source.names() if one.lower().endswith(".csv")]
            return [(one, whole(source, one)) for one in sorted(named)]
    except PackageRefused as refused:
        findings.errors.append(refused.finding)
        return []


def whole(source: Source, member: str) -> bytes:
    """Raises PackageRefused zip_damaged."""
    with opened(source, member) as stream:
        return stream.read()


def read_file(file: str, content: bytes, findings: Findings) -> tuple[RightsFile, list[Row]] | None:
    """None: no file of ours; said as a warning."""
    records = list(lined(file, decoded(file, content, findings), findings))
    header = [cell.strip() for cell in records[0][1]] if records else []
    kind = next((kind for column, kind in TELLS if column in header), None)
    if kind is None:
        findings.warn("file_unknown", file=file, line=1)
        return None
    missing = [column for column in KEYS[kind] if column not in header]
    for column in missing:
        findings.warn("column_missing", file=file, line=1, column=column)
    for column in header:
        if column and column not in COLUMNS[kind]:
            findings.warn("column_unknown", file=file, line=1, column=column[:40])
    if missing:
        return None
    if len(records) == 1:
        findings.warn("header_only", file=file)
    if len(records) > ROW_LIMIT:
        findings.refuse("too_many_rows", file=file, value=ROW_LIMIT)
        return None
    return kind, list(rows_of(kind, file, header, records[1:], findings))


def decoded(file: str, content: bytes, findings: Findings) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        findings.warn("encoding_not_utf8", file=file)
        return content.decode("cp1252", errors="replace")


def lined(file: str, text: str, findings: Findings) -> Iterator[tuple[int, list[str]]]:
    """Records with the line that each starts on; empty ones are passed over."""
    reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), strict=True)
    line = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                yield line, record
            line = reader.line_num + 1
    except csv.Error:
        findings.refuse("quote_not_closed", file=file, line=line)


def rows_of(
    kind: RightsFile,
    file: str,
    header: Sequence[str],
    records: Iterable[tuple[int, list[str]]],
    findings: Findings,
) -> Iterator[Row]:
    for line, record in records:
        if len(record) != len(header):
            findings.warn("row_ragged", file=file, line=line)
            continue
        cells = {
            column: unguarded(cell.strip())
            for column, cell in zip(header, record, strict=True)
            if column in COLUMNS[kind]
        }
        absent = [column for column in KEYS[kind] if not cells[column]]
        for column in absent:
            findings.warn("value_missing", file=file, line=line, column=column)
        if not absent:
            yield Row(kind=kind, file=file, line=line, cells=cells)


def unguarded(cell: str) -> str:
    """The cell as it was before an export kept a spreadsheet from calculating with it."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*FORMULA, "'")) else cell


def guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*FORMULA, "'")) else cell


def written(kind: RightsFile, rows: Iterable[Mapping[str, str]]) -> str:
    """A CSV file with every column of the kind; formula cells guarded."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS[kind])
    for row in rows:
        writer.writerow([guarded(row.get(column, "")) for column in COLUMNS[kind]])
    return out.getvalue()
