"""One CSV file of a package as rows of named columns."""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import IO, Final

import msgspec

from services.roster.domain.archive import Source
from services.roster.domain.columns import columns_of
from services.roster.domain.problems import PackageRefused, Warnings
from services.roster.domain.text import Encoding, lines, survey

# The longest real value with line breaks is an address; a stray quote swallows the file.
RECORD_LINES: Final = 50
ADDRESS_MARKS: Final = 6
ID_LENGTH: Final = 255
ID_CHARACTERS: Final = re.compile(r"[A-Za-z0-9._/@-]+")
MODIFIED: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
COLUMN_LIMIT: Final = 500
ROW_LIMITS: Final = {"enrollments": 1_500_000, "orgs": 20_000, "academicSessions": 20_000}
ROW_LIMIT: Final = 500_000

Cells = tuple[str, ...]
Gone = Callable[[int, Cells], None]


class Table(msgspec.Struct, frozen=True):
    """columns: OneRoster name → position; width: cells in the header row.

    delta: the file names changes only; rows marked `tobedeleted` take something away.
    """

    name: str
    member: str
    encoding: Encoding
    delimiter: str
    columns: dict[str, int]
    width: int
    header: tuple[str, ...]
    delta: bool = False


class RecordLines:
    """Lines for the csv reader; refuses a quotation mark that swallows line after line."""

    def __init__(self, source: Iterator[str], file: str) -> None:
        self._source = source
        self._file = file
        self._taken: list[str] = []
        self.line = 1

    def __iter__(self) -> RecordLines:
        return self

    def __next__(self) -> str:
        if len(self._taken) >= RECORD_LINES:
            raise PackageRefused("quote_not_closed", file=self._file, line=self.line)
        try:
            line = next(self._source)
        except StopIteration:
            if self._taken:
                raise PackageRefused("quote_not_closed", file=self._file, line=self.line) from None
            raise
        self._taken.append(line)
        return line

    def swallowed(self, row: list[str], table: Table) -> bool:
        """Whether a stray quotation mark joined several lines to this record.

        It would take the people of the next rows away in silence. Such a cell ends where the next
        one was to begin, which is no valid CSV, or holds as many separators as a row.
        """
        if len(self._taken) < 2:
            return False
        try:
            list(csv.reader(self._taken, delimiter=table.delimiter, strict=True))
        except csv.Error:
            return True
        marks = max(table.width - 1, ADDRESS_MARKS)
        return any(
            cell.count(table.delimiter) >= marks and len(cell.splitlines()) > 1 for cell in row
        )

    def record_done(self) -> None:
        """The reader has yielded a record; the next one starts on the next line."""
        self.line += len(self._taken)
        self._taken.clear()


def open_table(
    source: Source, name: str, member: str, warnings: Warnings, *, delta: bool = False
) -> Table | None:
    """Reads a file's encoding and header; None when it is empty.

    Raises PackageRefused: header_missing, key_column_missing, delta_column_missing,
    line_too_long, zip_*.
    """
    with opened(source, member) as stream:
        encoding = survey(stream, member, warnings)
    head = heading(source, member, encoding)
    if not head:
        warnings.add("header_only", file=member)
        return None
    delimiter = delimiter_of(head)
    if delimiter != ",":
        warnings.add("delimiter", file=member, line=1)
    header = next(csv.reader([head], delimiter=delimiter))
    if len(header) > COLUMN_LIMIT:
        raise PackageRefused("too_many_columns", file=member, line=1, value=COLUMN_LIMIT)
    columns = columns_of(name, header, member, warnings)
    for column in ("status", "dateLastModified") if delta else ():
        if column not in columns:
            raise PackageRefused("delta_column_missing", file=member, line=1, column=column)
    return Table(name, member, encoding, delimiter, columns, len(header), tuple(header), delta)


def heading(source: Source, member: str, encoding: Encoding) -> str:
    """The line that heads a file; "" when every line is blank."""
    with opened(source, member) as stream:
        # What is wrong with these lines is told when the rows are read.
        found = lines(stream, encoding, member, Warnings())
        return next((line for line in found if is_header([line])), "")


def is_header(row: list[str]) -> bool:
    """Not a row of blanks, nor the `sep=,` that a spreadsheet writes for itself."""
    return any(cell.strip(" ,;|\t\r\n") for cell in row) and not row[0].lower().startswith("sep=")


def delimiter_of(head: str) -> str:
    return "," if "," in head else next((mark for mark in ";\t|" if mark in head), ",")


@contextmanager
def opened(source: Source, member: str) -> Iterator[IO[bytes]]:
    """A member's bytes; damage found while unpacking becomes a refusal."""
    try:
        with source.open(member) as stream:
            yield stream
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise PackageRefused("zip_damaged", file=member) from error


def raw_rows(source: Source, table: Table, warnings: Warnings) -> Iterator[tuple[int, list[str]]]:
    """Every record after the header with the line it starts on."""
    with opened(source, table.member) as stream:
        feed = RecordLines(lines(stream, table.encoding, table.member, warnings), table.member)
        reader = csv.reader(feed, delimiter=table.delimiter)
        waiting = True
        try:
            for row in reader:
                line = feed.line
                if feed.swallowed(row, table):
                    raise PackageRefused("quote_not_closed", file=table.member, line=line)
                feed.record_done()
                if waiting:
                    waiting = not is_header(row)
                elif row:
                    yield line, row
        except csv.Error as error:
            raise PackageRefused("quote_not_closed", file=table.member, line=feed.line) from error


def rows(
    source: Source, table: Table, names: Sequence[str], warnings: Warnings
) -> Iterator[tuple[int, Cells]]:
    """The named columns of every row, without spaces around values; absent ones are ""."""
    width, file = table.width, table.member
    pick = itemgetter(*(table.columns.get(name, width) for name in names))
    limit = ROW_LIMITS.get(table.name, ROW_LIMIT)
    count = 0
    for line, row in raw_rows(source, table, warnings):
        if len(row) != width:
            if not any(row):
                warnings.add("row_blank", file=file, line=line)
                continue
            warnings.add("row_ragged", file=file, line=line, value=abs(len(row) - width))
            row[:] = (row + [""] * width)[:width]
        row.append("")
        cells = pick(row)
        trimmed = tuple(map(str.strip, cells))
        if trimmed != cells:
            column = next(n for n, a, b in zip(names, cells, trimmed, strict=True) if a != b)
            warnings.add("value_trimmed", file=file, line=line, column=column)
        if not any(trimmed):
            warnings.add("row_blank", file=file, line=line)
            continue
        count += 1
        if count > limit:
            raise PackageRefused("too_many_rows", file=file, line=line, value=limit)
        yield line, trimmed
    if not count:
        warnings.add("header_only", file=file)


def records(
    source: Source,
    table: Table,
    names: Sequence[str],
    warnings: Warnings,
    *,
    id_needed: bool = True,
    gone: Gone | None = None,
) -> Iterator[tuple[int, Cells]]:
    """Rows that are there: sourcedId, then the named columns; inactive rows are left out.

    gone: is told of the rows that a delta takes away.
    """
    file, delta = table.member, table.delta
    lead = ("sourcedId", "status", "dateLastModified")
    for line, cells in rows(source, table, (*lead, *names), warnings):
        source_id, status, modified = cells[:3]
        if source_id == "sourcedId":
            warnings.add("header_again", file=file, line=line)
            continue
        if delta:
            if is_taken_away(status, modified, file, line, warnings):
                if gone and (source_id or not id_needed):
                    gone(line, (source_id, *cells[3:]))
                elif not source_id:
                    warnings.add("id_missing", file=file, line=line, column="sourcedId")
                continue
        elif (status or modified) and not is_active(status, modified, file, line, warnings):
            continue
        if not source_id:
            if id_needed:
                warnings.add("id_missing", file=file, line=line, column="sourcedId")
                continue
            warnings.add("id_absent", file=file, line=line, column="sourcedId")
        elif len(source_id) > ID_LENGTH:
            warnings.add("id_too_long", file=file, line=line, column="sourcedId")
            continue
        elif not ID_CHARACTERS.fullmatch(source_id):
            warnings.add("id_characters", file=file, line=line, column="sourcedId")
        yield line, (source_id, *cells[3:])


def is_active(status: str, modified: str, file: str, line: int, warnings: Warnings) -> bool:
    """Whether a row counts: `tobedeleted` and `inactive` do not, anything else does."""
    if modified and not MODIFIED.fullmatch(modified):
        warnings.add("date_format", file=file, line=line, column="dateLastModified")
    plain = status.lower()
    if plain in ("tobedeleted", "inactive"):
        warnings.add("row_inactive", file=file, line=line, column="status", value=plain)
        return False
    if plain not in ("", "active"):
        warnings.add("value_unknown", file=file, line=line, column="status", value=status)
    else:
        warnings.add("status_in_bulk", file=file, line=line, column="status")
    return True


def is_taken_away(status: str, modified: str, file: str, line: int, warnings: Warnings) -> bool:
    """Whether a delta's row is marked `tobedeleted`; a blank or unknown mark takes nobody away."""
    if not modified:
        warnings.add("value_missing", file=file, line=line, column="dateLastModified")
    elif not MODIFIED.fullmatch(modified):
        warnings.add("date_format", file=file, line=line, column="dateLastModified")
    if status in ("active", "tobedeleted"):
        return status == "tobedeleted"
    plain = status.lower()
    if not plain:
        warnings.add("value_missing", file=file, line=line, column="status")
    elif plain in ("active", "tobedeleted"):
        warnings.add("value_case", file=file, line=line, column="status", value=plain)
    else:
        warnings.add("value_unknown", file=file, line=line, column="status")
    return plain in ("tobedeleted", "inactive")
