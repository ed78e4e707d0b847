"""Photos under row-level security; their zips wait in a folder as packages do."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import Iterator
from itertools import islice

import msgspec

from schemas.identifiers import PersonId, SchoolId
from schemas.roster_pull import Photo, PhotoCounts, PhotoFinding, PhotoMark, StagedPhotos
from services.chassis.database import Connection, Pool, in_school, set_school
from services.roster.domain.archive import Source
from services.roster.domain.photos.matching import (
    FILE_BYTES,
    LIMITS,
    SHOWN,
    Matched,
    Pupil,
    finding,
    match,
    refused,
)
from services.roster.domain.photos.picture import Unreadable, redrawn
from services.roster.domain.problems import PackageRefused
from services.roster.domain.table import opened
from services.roster.offline import open_source
from services.roster.store.packages import PackageFolder

WAITS = dt.timedelta(days=1)
# Of pictures: a batch is drawn well before the server ends an idle transaction.
BATCH = 16


class StoredPhotos:
    """Fulfils ports.photos.Photos."""

    def __init__(self, pool: Pool, folder: PackageFolder) -> None:
        self._pool = pool
        self._folder = folder
        self._staged = msgspec.json.Decoder(StagedPhotos)

    async def check(self, school: SchoolId, upload: str) -> StagedPhotos:
        async with in_school(self._pool, school) as connection:
            pupils = await read_pupils(connection, school)
            have = {mark.person for mark in await read_marks(connection, school)}
        return await asyncio.to_thread(self._check, upload, pupils, have)

    def _check(self, upload: str, pupils: list[Pupil], have: set[PersonId]) -> StagedPhotos:
        """In a thread: hundreds of pictures take seconds."""
        try:
            with open_source(self._folder.path(upload), LIMITS) as source:
                matched = match(source.names(), pupils)
                unreadable: list[PhotoFinding] = []
                readable = {
                    person
                    for name, person in matched.files.items()
                    if self._is_readable(source, name, unreadable)
                }
        except PackageRefused as error:
            return StagedPhotos(id=upload, errors=(refused(error),))
        return StagedPhotos(
            id=upload,
            counts=counts_of(matched, unreadable, readable, pupils, have),
            findings=(*unreadable, *matched.findings)[:SHOWN],
        )

    def _is_readable(self, source: Source, name: str, unreadable: list[PhotoFinding]) -> bool:
        try:
            drawn(source, name)
        except Unreadable as error:
            unreadable.append(finding(name, error.code))
            return False
        return True

    async def keep(self, school: SchoolId, staged: StagedPhotos, now: dt.datetime) -> None:
        async with in_school(self._pool, school) as connection:
            await connection.execute(
                "INSERT INTO photo_uploads (school, id, staged, created_at)"
                " VALUES ($1, $2, $3, $4)",
                school,
                staged.id,
                msgspec.json.encode(staged),
                now,
            )

    async def forget(self, now: dt.datetime) -> None:
        async with self._pool.acquire(timeout=5.0) as connection, connection.transaction():
            for one in await connection.fetch("SELECT school FROM schools ORDER BY school"):
                await set_school(connection, SchoolId(one["school"]))
                forgotten = await connection.fetch(
                    "DELETE FROM photo_uploads WHERE created_at < $1 RETURNING id", now - WAITS
                )
                for row in forgotten:
                    self._folder.remove(row["id"])

    async def find(self, school: SchoolId, upload: str) -> StagedPhotos | None:
        async with in_school(self._pool, school) as connection:
            staged = await connection.fetchval(
                "SELECT staged FROM photo_uploads WHERE school = $1 AND id = $2", school, upload
            )
        return None if staged is None else self._staged.decode(staged)

    async def apply(self, school: SchoolId, upload: str, now: dt.datetime) -> StagedPhotos:
        async with in_school(self._pool, school) as connection:
            found = await connection.fetchval(
                "SELECT staged FROM photo_uploads WHERE school = $1 AND id = $2 FOR UPDATE",
                school,
                upload,
            )
            staged = self._staged.decode(found)
            if staged.applied:
                return staged
            pupils = await read_pupils(connection, school)
            await self._store_all(connection, school, upload, pupils, now)
            staged = msgspec.structs.replace(staged, applied=True)
            await connection.execute(
                "UPDATE photo_uploads SET staged = $3 WHERE school = $1 AND id = $2",
                school,
                upload,
                msgspec.json.encode(staged),
            )
        return staged

    async def _store_all(
        self,
        connection: Connection,
        school: SchoolId,
        upload: str,
        pupils: list[Pupil],
        now: dt.datetime,
    ) -> None:
        with open_source(self._folder.path(upload), LIMITS) as source:
            files = iter(match(source.names(), pupils).files.items())
            while batch := await asyncio.to_thread(draw_batch, source, files):
                await connection.executemany(
                    """
                    INSERT INTO photos (school, person, image, sha256, stored_at)
                    VALUES ($1, $2, $3, $4, $5)
                    ON CONFLICT (school, person) DO UPDATE SET image = excluded.image,
                        sha256 = excluded.sha256, stored_at = excluded.stored_at
                    """,
                    [
                        (school, person, image, hashlib.sha256(image).hexdigest(), now)
                        for person, image in batch
                        if image
                    ],
                )

    async def drop(self, upload: str) -> None:
        self._folder.remove(upload)

    async def remove(self, school: SchoolId, person: PersonId) -> bool:
        async with in_school(self._pool, school) as connection:
            removed = await connection.fetchval(
                "DELETE FROM photos WHERE school = $1 AND person = $2 RETURNING true",
                school,
                person,
            )
        return bool(removed)

    async def photo(self, school: SchoolId, person: PersonId, known: str) -> Photo | None:
        async with in_school(self._pool, school) as connection:
            row = await connection.fetchrow(
                "SELECT sha256, CASE WHEN sha256 = $3 THEN ''::bytea ELSE image END AS image"
                " FROM photos WHERE school = $1 AND person = $2",
                school,
                person,
                known,
            )
        return None if row is None else Photo(sha256=row["sha256"], image=row["image"])

    async def marks(self, school: SchoolId) -> list[PhotoMark]:
        async with in_school(self._pool, school) as connection:
            return await read_marks(connection, school)


async def read_pupils(connection: Connection, school: SchoolId) -> list[Pupil]:
    rows = await connection.fetch(
        "SELECT person, identifier, source_id FROM people WHERE school = $1 AND active AND student",
        school,
    )
    return [Pupil(PersonId(row[0]), row[1], row[2]) for row in rows]


async def read_marks(connection: Connection, school: SchoolId) -> list[PhotoMark]:
    rows = await connection.fetch(
        "SELECT person, sha256 FROM photos WHERE school = $1 ORDER BY person", school
    )
    return [PhotoMark(PersonId(row["person"]), row["sha256"]) for row in rows]


def drawn(source: Source, name: str) -> bytes:
    """The member as it is kept. Raises Unreadable, PackageRefused zip_damaged."""
    with opened(source, name) as stream:
        file = stream.read(FILE_BYTES + 1)
    if len(file) > FILE_BYTES:
        raise Unreadable("photo_too_large")
    return redrawn(file)


def draw_batch(
    source: Source, files: Iterator[tuple[str, PersonId]]
) -> list[tuple[PersonId, bytes]]:
    """The next pictures; b"" for one that cannot be read, [] at the end."""
    batch = []
    for name, person in islice(files, BATCH):
        try:
            batch.append((person, drawn(source, name)))
        except Unreadable:
            batch.append((person, b""))
    return batch


def counts_of(
    matched: Matched,
    unreadable: list[PhotoFinding],
    readable: set[PersonId],
    pupils: list[Pupil],
    have: set[PersonId],
) -> PhotoCounts:
    codes = [one.code for one in matched.findings]
    return PhotoCounts(
        files=len(codes) + len(matched.files),
        matched=len(readable),
        replaced=len(readable & have),
        unknown=codes.count("photo_unknown"),
        doubled=codes.count("photo_two_files") + codes.count("photo_two_students"),
        unreadable=len(unreadable),
        ignored=codes.count("photo_not_a_picture"),
        without=len({pupil.person for pupil in pupils} - readable - have),
    )
