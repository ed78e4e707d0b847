"""What works without a running server: check a package, write the demo's."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO

from schemas.roster import DryRun
from services.roster.domain.archive import Limits, Source, zip_source
from services.roster.domain.demo.package import write_package
from services.roster.domain.package import PackageRead, read_whole
from services.roster.domain.problems import PackageRefused
from services.roster.domain.records import Sink
from services.roster.domain.table import opened

CHUNK = 256 * 1024
DEMO_SEED = 20_261_122


def dry_run(path: Path) -> DryRun:
    """Reads a OneRoster zip or folder and changes nothing.

    Refused when `errors` is not empty; encodes to the JSON of `muster import --dry-run --json`.
    """
    return read_package(path)


def write_demo_school(path: Path, *, seed: int = DEMO_SEED) -> None:
    """Writes a plainly synthetic OneRoster 1.2 zip: 600 students, 45 staff, their guardians.

    The same seed gives the same bytes.
    """
    with path.open("wb") as stream:
        write_package(stream, seed=seed)


def read_package(path: Path, *, sink: Sink | None = None, limits: Limits | None = None) -> DryRun:
    """Reads a zip or a folder; its rows go to `sink`, worthless when `errors` is not empty."""
    return read_rows(path, sink, limits).result


def read_rows(
    path: Path,
    sink: Sink | None = None,
    limits: Limits | None = None,
    *,
    told: Callable[[float], None] | None = None,
) -> PackageRead:
    """As read_package, with what an import needs to know besides the rows.

    told: is given the share that has been read, 0 to 1, as it goes.
    """
    opened = open_source(path, limits or Limits())
    return read_whole(watched(opened, told) if told else opened, sink)


def content_hash(path: Path, limits: Limits | None = None) -> str:
    """SHA-256 over the names and contents of a package's files, however they are packed.

    A student system packs the same rows anew each night. "" for what cannot be read.
    """
    whole = hashlib.sha256()
    try:
        with open_source(path, limits or Limits()) as source:
            for name in sorted(source.names()):
                one = hashlib.sha256()
                with opened(source, name) as stream:
                    while chunk := stream.read(CHUNK):
                        one.update(chunk)
                whole.update(f"{name}\x1f{one.hexdigest()}\n".encode())
    except PackageRefused:
        return ""
    return whole.hexdigest()


class WatchedSource:
    """Tells how much of the package was read, file by file; each is read twice or more."""

    def __init__(self, source: Source, told: Callable[[float], None]) -> None:
        self._source = source
        self._told = told
        self._opened = 0

    def names(self) -> list[str]:
        return self._source.names()

    def open(self, name: str) -> IO[bytes]:
        # Encoding, header and rows: three times each. The manifest is small.
        self._opened += 1
        self._told(min(1.0, self._opened / (3 * len(self._source.names()))))
        return self._source.open(name)


@contextmanager
def watched(
    opened: AbstractContextManager[Source], told: Callable[[float], None]
) -> Iterator[Source]:
    with opened as source:
        yield WatchedSource(source, told)


class FolderSource:
    """The files of a folder, at its top and below."""

    def __init__(self, files: dict[str, Path]) -> None:
        self._files = files

    def names(self) -> list[str]:
        return list(self._files)

    def open(self, name: str) -> IO[bytes]:
        return self._files[name].open("rb")


@contextmanager
def open_source(path: Path, limits: Limits) -> Iterator[Source]:
    """Yields the files of `path`. Raises PackageRefused: not_found, not_a_zip, zip_*."""
    if path.is_dir():
        yield FolderSource(folder_files(path, limits))
        return
    if not path.is_file():
        raise PackageRefused("not_found")
    with path.open("rb") as stream, zip_source(stream, limits) as source:
        yield source


def folder_files(folder: Path, limits: Limits) -> dict[str, Path]:
    """Plain files by name below the folder; links and devices are refused."""
    files: dict[str, Path] = {}
    total = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise PackageRefused("zip_symlink", file=name)
        if path.is_dir():
            continue
        files[name] = path
        total += path.stat().st_size
        if len(files) > limits.files:
            raise PackageRefused("zip_too_many_files", value=limits.files)
        if total > limits.unpacked:
            raise PackageRefused("zip_too_large", value=limits.unpacked)
    return files
