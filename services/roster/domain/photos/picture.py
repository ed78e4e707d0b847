"""A photo as it is kept: a small JPEG that holds nothing but what is seen."""

from __future__ import annotations

import io
import warnings
from typing import Final

from PIL import Image, ImageOps

SIZE: Final = (320, 400)
FORMATS: Final = ("JPEG", "PNG")
SIDE: Final = 12_000
PIXELS: Final = 30_000_000
"""Of a PNG, which is unpacked whole: 120 MB. Cameras give up to 24 million."""

JPEG_PIXELS: Final = 64_000_000
"""A JPEG is drawn at a fraction of its size from the start."""


class Unreadable(Exception):
    """This is no picture that can be used. code: photo_unreadable or photo_too_large."""

    def __init__(self, code: str = "photo_unreadable") -> None:
        super().__init__(code)
        self.code = code


def redrawn(file: bytes) -> bytes:
    """The picture as a JPEG of at most 320 × 400, drawn anew: no EXIF, no place, no comment.

    Raises Unreadable. Takes up to a second of one processor.
    """
    try:
        with warnings.catch_warnings():
            # What is too large is refused below, before a pixel is unpacked.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(file), formats=FORMATS) as opened:
                check_size(opened)
                return encoded(small(opened))
    except Unreadable:
        raise
    except Image.DecompressionBombError as error:
        raise Unreadable("photo_too_large") from error
    # Pillow's decoders raise whatever a damaged file makes them stumble on.
    except Exception as error:
        raise Unreadable from error


def check_size(image: Image.Image) -> None:
    width, height = image.size
    most = JPEG_PIXELS if image.format == "JPEG" else PIXELS
    if max(width, height) > SIDE or width * height > most:
        raise Unreadable("photo_too_large")


def small(image: Image.Image) -> Image.Image:
    """Upright, opaque, at most SIZE; smaller pictures keep their size."""
    image.draft("RGB", (SIZE[0] * 2, SIZE[1] * 2))
    upright = ImageOps.exif_transpose(image)
    layer = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    layer.thumbnail(SIZE, Image.Resampling.LANCZOS)
    # A new picture carries nothing along; what is transparent becomes white.
    clean = Image.new("RGB", layer.size, "white")
    clean.paste(layer, mask=layer.getchannel("A") if layer.mode == "RGBA" else None)
    return clean


def encoded(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=85, optimize=True)
    return target.getvalue()
