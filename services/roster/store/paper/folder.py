"""Printed sets in the data folder: `data`/paper/<school>/<day>-v<version>.pdf."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import os
import re
from pathlib import Path
from typing import Final

from schemas.identifiers import SchoolId

PLAIN: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
NAME: Final = re.compile(r"(\d{4}-\d{2}-\d{2})-v\d+\.pdf")


class PrintedFolder:
    """Fulfils ports.PaperFolder. They hold every name of a school: mode 0600, folders 0700."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, school: SchoolId, name: str) -> Path:
        """Raises ValueError for a name that we never give."""
        if not NAME.fullmatch(name):
            raise ValueError("no name of a printed set")
        return self._of(school) / name

    async def write(self, school: SchoolId, name: str, pdf: bytes) -> str:
        return str(await asyncio.to_thread(self._write, self.path(school, name), pdf))

    async def remove_before(self, school: SchoolId, before: dt.date) -> None:
        await asyncio.to_thread(self._remove, self._of(school), before)

    def _of(self, school: SchoolId) -> Path:
        """A school's folder; an id that could lead elsewhere is replaced by its digest."""
        safe = PLAIN.fullmatch(school) is not None
        return self._folder / (school if safe else hashlib.sha256(school.encode()).hexdigest())

    def _write(self, path: Path, pdf: bytes) -> Path:
        for folder in (self._folder, path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(pdf)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        return path.absolute()

    def _remove(self, folder: Path, before: dt.date) -> None:
        for path in folder.glob("*.pdf"):
            said = NAME.fullmatch(path.name)
            if said and dt.date.fromisoformat(said[1]) < before:
                path.unlink(missing_ok=True)
