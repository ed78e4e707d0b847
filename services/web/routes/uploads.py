"""Forms with a photo: our mark first, then fields, then the picture as a stream."""

from collections.abc import AsyncIterator, Callable

from aiohttp import BodyPartReader, web
from aiohttp.http import HttpProcessingError

from services.web.domain.problems import WebProblem, bad_form
from services.web.routes.bodies import chunks

FIELDS = 60
FIELD_CAP = 16 * 1024

Upload = tuple[dict[str, list[str]], AsyncIterator[bytes] | None]


async def read_upload(
    request: web.Request, photo: str, check_mark: Callable[[str], None]
) -> Upload:
    """The fields, and the picture when one was chosen; it must be the form's last part.

    check_mark: raises when the form is not ours; nothing after the mark is read then.
    """
    try:
        parts = await request.multipart()
    except (AssertionError, ValueError) as error:
        raise bad_form("form") from error
    fields: dict[str, list[str]] = {}
    for _ in range(FIELDS):
        part = await _next(parts)
        if part is None:
            break
        if part.name == photo:
            return fields, await _picture(part)
        value = await _value(part)
        if not fields:
            if part.name != "form":
                raise bad_form("form")
            check_mark(value)
        fields.setdefault(part.name or "", []).append(value)
    return fields, None


async def _next(parts: object) -> BodyPartReader | None:
    try:
        found = await parts.next()  # type: ignore[attr-defined]
    except (ValueError, HttpProcessingError) as error:
        raise bad_form("form") from error
    if found is None or isinstance(found, BodyPartReader):
        return found
    raise bad_form("form")


async def _value(part: BodyPartReader) -> str:
    body = bytearray()
    while chunk := await part.read_chunk(FIELD_CAP):
        body += chunk
        if len(body) > FIELD_CAP:
            raise WebProblem(413, "body_too_large", "One field of the form is too long.")
    return body.decode(errors="replace")


async def _picture(part: BodyPartReader) -> AsyncIterator[bytes] | None:
    """None when no file was chosen: browsers send an empty part then."""
    rest = chunks(part)
    first = await anext(rest, b"")
    return _joined(first, rest) if first else None


async def _joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk
