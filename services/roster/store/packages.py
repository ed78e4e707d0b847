"""Uploaded packages in the data folder, from the upload until they are applied."""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
from collections.abc import AsyncIterable
from pathlib import Path
from typing import BinaryIO, Final

IMPORT_ID: Final = re.compile(r"[0-9a-f]{32}")


class TooLarge(Exception):
    """The upload is larger than the limit; nothing of it was kept."""


class PackageFolder:
    """Files named by import id, readable by this user alone. limit: bytes of one."""

    def __init__(self, folder: Path, *, limit: int) -> None:
        self._folder = folder
        self._limit = limit

    def prepare(self) -> None:
        """Makes the folder and removes uploads that a crash cut off."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in self._folder.glob("*.part"):
            left.unlink(missing_ok=True)
        for rows in self._folder.glob("*.rows"):
            if not rows.with_suffix(".zip").exists():
                shutil.rmtree(rows, ignore_errors=True)

    def path(self, import_id: str) -> Path:
        """Raises ValueError for what is no import id."""
        if not IMPORT_ID.fullmatch(import_id):
            raise ValueError("no import id")
        return self._folder / f"{import_id}.zip"

    async def receive(self, body: AsyncIterable[bytes]) -> str:
        """Streams an upload to disk; returns its import id. Raises TooLarge."""
        import_id = secrets.token_hex(16)
        part = self._folder / f"{import_id}.part"
        try:
            with part.open("xb") as file:
                part.chmod(0o600)
                await self._write(body, file)
            part.rename(self.path(import_id))
        finally:
            part.unlink(missing_ok=True)
        return import_id

    async def _write(self, body: AsyncIterable[bytes], file: BinaryIO) -> None:
        size = 0
        async for chunk in body:
            size += len(chunk)
            if size > self._limit:
                raise TooLarge
            await asyncio.to_thread(file.write, chunk)

    def rows(self, import_id: str) -> Path:
        """The folder of its rows, once it was read. Raises ValueError as path does."""
        return self.path(import_id).with_suffix(".rows")

    def remove(self, import_id: str) -> None:
        self.path(import_id).unlink(missing_ok=True)
        shutil.rmtree(self.rows(import_id), ignore_errors=True)
