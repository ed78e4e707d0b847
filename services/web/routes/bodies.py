"""Request bodies: capped, in time, and said in our words when they are not usable."""

import asyncio
from collections.abc import AsyncIterator
from typing import TypeVar
from urllib.parse import parse_qs

import msgspec
from aiohttp import BodyPartReader, web

from services.chassis.commands import bad_body
from services.web.domain.forms import Fields
from services.web.domain.problems import WebProblem, bad_form, too_large

T = TypeVar("T")

DEADLINE = 10.0
CHUNK = 64 * 1024


async def read_body(request: web.Request, cap: int) -> bytes:
    """The whole body. Raises WebProblem body_too_large, body_too_slow, bad_body."""
    if (request.content_length or 0) > cap:
        raise too_large(cap)
    body = bytearray()
    try:
        async with asyncio.timeout(DEADLINE):
            async for chunk in request.content.iter_chunked(CHUNK):
                body += chunk
                if len(body) > cap:
                    raise too_large(cap)
    except TimeoutError as error:
        raise WebProblem(408, "body_too_slow", "The body did not arrive in time.") from error
    except web.RequestPayloadError as error:
        raise WebProblem(400, "bad_body", "The body is not what its headers say.") from error
    return bytes(body)


async def read_json(request: web.Request, cap: int, kind: type[T]) -> T:
    """The body as a struct. Raises WebProblem bad_body, which names the field only."""
    body = await read_body(request, cap)
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        said = bad_body(error, "bad_body")
        raise WebProblem(said.status, said.code, said.detail) from error


async def read_form(request: web.Request, cap: int) -> Fields:
    """Fields of a posted form. Raises WebProblem."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise WebProblem(415, "bad_media_type", "Send the form as the page draws it.")
    body = await read_body(request, cap)
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=2000)
    except (ValueError, UnicodeDecodeError) as error:
        raise bad_form("form") from error


async def chunks(source: web.Request | BodyPartReader) -> AsyncIterator[bytes]:
    """A request's body, or one part of an upload, as it arrives."""
    if isinstance(source, BodyPartReader):
        while chunk := await source.read_chunk(CHUNK):
            yield bytes(chunk)
        return
    async for chunk in source.content.iter_chunked(CHUNK):
        yield chunk
