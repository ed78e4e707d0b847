"""Photos: made small, rid of everything but the picture, sealed."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import hmac
import io
import warnings
from collections.abc import AsyncIterable
from typing import Final

from PIL import Image, ImageOps

from schemas.identifiers import SchoolId
from services.chassis.database import Pool, in_school
from services.roster.store.sealing import Seals

BODY_CAP: Final = 8 * 1024 * 1024
PIXEL_CAP: Final = 40_000_000
SIDE: Final = 480
QUALITY: Final = 80
# Decoders of these are small and well tried; a hundred others stay shut.
FORMATS: Final = ("JPEG", "PNG", "WEBP")


class PhotoTooLarge(Exception):
    """More bytes than a camera's picture has."""


class NoPhoto(Exception):
    """Not a picture of a kind that we read, or one with too many pixels."""


class StoredPhotos:
    """A photo's id is drawn from its content: the same picture twice is one."""

    def __init__(self, pool: Pool, seals: Seals, secret: bytes) -> None:
        self._pool = pool
        self._seals = seals
        self._secret = secret
        # Decoding takes memory by the pixel: one picture at a time.
        self._turn = asyncio.Lock()

    async def receive(
        self, school: SchoolId, chunks: AsyncIterable[bytes], now: dt.datetime
    ) -> str:
        """The id under which it is stored. Raises PhotoTooLarge, NoPhoto."""
        body = bytearray()
        async for chunk in chunks:
            body += chunk
            if len(body) > BODY_CAP:
                raise PhotoTooLarge
        async with self._turn:
            jpeg = await asyncio.to_thread(small_jpeg, bytes(body))
        photo = hmac.new(self._secret, school.encode() + jpeg, hashlib.sha256).hexdigest()
        photo = photo[:32]
        async with in_school(self._pool, school) as connection:
            await connection.execute(
                """
                INSERT INTO site_photos (school, photo, sealed, stored_at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (school, photo) DO UPDATE SET stored_at = excluded.stored_at
                """,
                school,
                photo,
                self._seals.seal(school, photo_place(photo), jpeg),
                now,
            )
        return photo

    async def of_visit(self, school: SchoolId, visit: str) -> bytes | None:
        return await self._one(
            school,
            "SELECT p.photo, p.sealed FROM site_photos p JOIN visits v USING (school, photo)"
            " WHERE p.school = $1 AND v.visit = $2",
            visit,
        )

    async def of_entry(self, school: SchoolId, entry: str) -> bytes | None:
        return await self._one(
            school,
            "SELECT p.photo, p.sealed FROM site_photos p JOIN flagged f USING (school, photo)"
            " WHERE p.school = $1 AND f.entry = $2",
            entry,
        )

    async def _one(self, school: SchoolId, statement: str, value: str) -> bytes | None:
        async with in_school(self._pool, school) as connection:
            row = await connection.fetchrow(statement, school, value)
        if row is None:
            return None
        return self._seals.open_bytes(school, photo_place(row["photo"]), row["sealed"])


def photo_place(photo: str) -> str:
    return f"photo/{photo}"


def small_jpeg(body: bytes) -> bytes:
    """Re-encoded from its pixels: no metadata, no trailer, no second file inside. Raises NoPhoto.

    The header is read before any pixel is decoded, so that a bomb is refused unopened.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body), formats=FORMATS) as opened:
                if opened.width * opened.height > PIXEL_CAP:
                    raise NoPhoto
                opened.draft("RGB", (SIDE * 2, SIDE * 2))
                upright = ImageOps.exif_transpose(opened).convert("RGB")
    # Pillow's decoders raise whatever a damaged file makes them stumble on.
    except Exception as error:
        raise NoPhoto from error
    upright.thumbnail((SIDE, SIDE))
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
