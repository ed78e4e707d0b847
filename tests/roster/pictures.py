"""Pictures as cameras and strangers make them."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

ORIENTATION, GPS = 0x0112, 0x8825


def jpeg(width: int = 600, height: int = 900, *, orientation: int = 1) -> bytes:
    """A photo, red above and blue below, with all that a telephone writes into it."""
    image = Image.new("RGB", (width, height), "red")
    image.paste((0, 0, 255), (0, height // 2, width, height))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "A Telephone Maker"
    exif.get_ifd(GPS)[2] = (41.0, 52.0, 55.0)
    target = io.BytesIO()
    image.save(target, "JPEG", exif=exif, comment=b"taken at home", icc_profile=b"profile" * 20)
    return target.getvalue()


def png(width: int = 200, height: int = 250, mode: str = "RGBA") -> bytes:
    target = io.BytesIO()
    Image.new(mode, (width, height)).save(target, "PNG")
    return target.getvalue()


def png_bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A few bytes that say they are 2.5 billion pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
