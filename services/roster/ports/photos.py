"""Photos of students, and the zips that they come in."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from schemas.identifiers import PersonId, SchoolId
from schemas.roster_pull import Photo, PhotoMark, StagedPhotos


class Photos(Protocol):
    """One school at a time."""

    async def check(self, school: SchoolId, upload: str) -> StagedPhotos:
        """Reads the waiting zip, every picture of it, and says whose it is; changes nothing."""
        ...

    async def keep(self, school: SchoolId, staged: StagedPhotos, now: dt.datetime) -> None:
        """Remembers what was shown; the zip keeps waiting."""
        ...

    async def forget(self, now: dt.datetime) -> None:
        """Removes zips that waited for a day, of every school: they are full of faces."""
        ...

    async def find(self, school: SchoolId, upload: str) -> StagedPhotos | None: ...

    async def apply(self, school: SchoolId, upload: str, now: dt.datetime) -> StagedPhotos:
        """All photos of the zip, or none; the zip is gone afterwards."""
        ...

    async def drop(self, upload: str) -> None:
        """The zip is no longer needed."""
        ...

    async def remove(self, school: SchoolId, person: PersonId) -> bool:
        """False: there was none."""
        ...

    async def photo(self, school: SchoolId, person: PersonId, known: str) -> Photo | None:
        """known: the sha256 that the asker has; then the picture itself is left out."""
        ...

    async def marks(self, school: SchoolId) -> list[PhotoMark]: ...
