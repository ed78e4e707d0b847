"""A pull on its way to disk: CSV files without a name, then one zip where uploads wait.

Whatever ends a pull in the middle, nothing of it is left.
"""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
import tempfile
import zipfile
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import IO, BinaryIO, Final

import msgspec

from schemas.roster import Finding
from services.roster.domain.problems import Warnings
from services.roster.domain.pulling.convert import ELSEWHERE, Converter, manifest_rows
from services.roster.domain.pulling.failures import PullFailed
from services.roster.domain.pulling.rest import columns_of
from services.roster.domain.pulling.sources import KnownSource
from services.roster.store.packages import PackageFolder, TooLarge

CHUNK: Final = 256 * 1024


class Rows:
    """One table's rows, as CSV in a file without a name."""

    def __init__(self) -> None:
        self._bytes: BinaryIO = tempfile.TemporaryFile("w+b")  # noqa: SIM115
        self._text = io.TextIOWrapper(self._bytes, encoding="utf-8", newline="")
        self.add = csv.writer(self._text).writerow

    def read(self) -> Iterator[tuple[str, ...]]:
        self._text.flush()
        self._text.seek(0)
        for row in csv.reader(self._text):
            yield tuple(row)

    def copy_to(self, target: IO[bytes]) -> None:
        self._text.flush()
        self._bytes.seek(0)
        while chunk := self._bytes.read(CHUNK):
            target.write(chunk)

    def close(self) -> None:
        self._text.close()


class PulledPackage:
    """Fulfils ports.pulling.Package."""

    def __init__(
        self, source: KnownSource, converter: Converter, *, delta: bool, warnings: Warnings
    ) -> None:
        self._source = source
        self._converter = converter
        self._delta = delta
        self._warnings = warnings
        self._tables: dict[str, Rows] = {}
        self._read = 0
        self.folder: PackageFolder | None = None

    @property
    def rows(self) -> int:
        return self._read

    async def take(self, table: str, rows: Sequence[msgspec.Raw]) -> None:
        """In a thread: a page takes a tenth of a second, and the service goes on answering."""
        self._read += len(rows)
        await asyncio.to_thread(self._take, table, rows)

    def has_rows(self) -> bool:
        return any(ELSEWHERE not in table for table in self._tables)

    def lists_a_school(self) -> bool:
        return bool(self._converter.listed)

    def warn(self, table: str, code: str) -> None:
        self._warnings.add(code, file=f"{table}.json")

    def warnings(self) -> tuple[Finding, ...]:
        return self._warnings.all()

    async def close(self) -> str:
        assert self.folder is not None
        with tempfile.TemporaryFile("w+b") as zipped:
            await asyncio.to_thread(self._zip, zipped)
            try:
                return await self.folder.receive(_chunks(zipped))
            except TooLarge:
                raise PullFailed("too_many_rows") from None

    def discard(self) -> None:
        for rows in self._tables.values():
            rows.close()

    def _take(self, table: str, rows: Sequence[msgspec.Raw]) -> None:
        for target, cells in self._converter.take(table, rows):
            self._rows(target).add(cells)

    def _rows(self, table: str) -> Rows:
        if table not in self._tables:
            self._tables[table] = Rows()
        return self._tables[table]

    def _zip(self, target: IO[bytes]) -> None:
        self._bring_guardians()
        version, mode = self._source.version, "delta" if self._delta else "bulk"
        tables = sorted(table for table in self._tables if ELSEWHERE not in table)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            manifest = manifest_rows(version, mode, tables, self._source.name)
            with archive.open("manifest.csv", "w") as member:
                write_rows(member, manifest)
            for table in tables:
                with archive.open(f"{table}.csv", "w", force_zip64=True) as member:
                    write_rows(member, [columns_of(table, version)])
                    self._tables[table].copy_to(member)

    def _bring_guardians(self) -> None:
        """Guardians who are registered at other schools, when their children are here."""
        apart = self._tables.get(ELSEWHERE)
        if apart is None:
            return
        brought = set()
        for cells in apart.read():
            if self._converter.is_ours(cells):
                brought.add(cells[0])
                self._rows("users").add(cells)
        roles = self._tables.get(f"roles.{ELSEWHERE}")
        user = columns_of("roles", self._source.version).index("userSourcedId")
        for cells in roles.read() if roles else ():
            if cells[user] in brought:
                self._rows("roles").add(cells)


class PackageWriter:
    """Fulfils ports.pulling.Packages, into the folder where uploads wait."""

    def __init__(self, folder: PackageFolder) -> None:
        self._folder = folder

    @asynccontextmanager
    async def write(
        self,
        source: KnownSource,
        *,
        schools: Collection[str],
        since: dt.datetime | None,
        until: dt.datetime,
    ) -> AsyncIterator[PulledPackage]:
        warnings = Warnings()
        converter = Converter(
            version=source.version, schools=schools, since=since, until=until, warnings=warnings
        )
        package = PulledPackage(source, converter, delta=since is not None, warnings=warnings)
        package.folder = self._folder
        try:
            yield package
        finally:
            package.discard()


def write_rows(member: IO[bytes], rows: Sequence[Sequence[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    member.write(text.getvalue().encode())


async def _chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    file.seek(0)
    while chunk := await asyncio.to_thread(file.read, CHUNK):
        yield chunk
