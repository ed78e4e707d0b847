"""Forms whose file streams on to its owner: read part by part, in the order of the page."""

from aiohttp import BodyPartReader, MultipartReader
from aiohttp.http import HttpProcessingError

from services.web.domain.problems import bad_form
from services.web.handlers.sessions import Sessions
from services.web.routes.visit import Visit

WORD_CAP = 4096


async def streamed_mark(visit: Visit, sessions: Sessions) -> MultipartReader:
    """The form's mark comes before the file, so that a stranger's file is never read."""
    try:
        parts = await visit.request.multipart()
    except (AssertionError, ValueError) as error:
        raise bad_form("form") from error
    sessions.check_form(visit.person, await word(parts, "form"), visit.now)
    return parts


async def word(parts: MultipartReader, name: str) -> str:
    """The next part, a short field. Raises WebProblem bad_form when it is not this one."""
    field = await part(parts, name)
    return bytes(await field.read_chunk(WORD_CAP)).decode(errors="replace")


async def part(parts: MultipartReader, name: str) -> BodyPartReader:
    """The next part of the upload. Raises WebProblem bad_form when it is not this one."""
    try:
        found = await parts.next()
    except (ValueError, HttpProcessingError) as error:
        raise bad_form(name) from error
    if not isinstance(found, BodyPartReader) or found.name != name:
        raise bad_form(name)
    return found
