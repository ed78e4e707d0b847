"""The roster import: upload, read the difference, apply."""

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http import HttpProcessingError

from services.web.domain.forms import needed, one
from services.web.domain.problems import bad_form
from services.web.handlers.imports import Imports
from services.web.handlers.sessions import Sessions
from services.web.handlers.writing import Writing
from services.web.routes.bodies import chunks
from services.web.routes.frame import Frame
from services.web.routes.posting import post
from services.web.routes.visit import Visit

MARK_CAP = 4096


class ImportPages:
    """The package streams to the roster; only the difference comes back."""

    def __init__(
        self, *, frame: Frame, imports: Imports, sessions: Sessions, writing: Writing
    ) -> None:
        self._frame = frame
        self._imports = imports
        self._sessions = sessions
        self._writing = writing

    async def page(self, visit: Visit) -> web.StreamResponse:
        return await self._frame.page(visit, "import.html", staged=None, refused="")

    async def stage(self, visit: Visit) -> web.StreamResponse:
        parts = await streamed_mark(visit, self._sessions)
        package = await part(parts, "package")
        staged = await self._imports.stage(chunks(package))
        return await self._frame.page(visit, "import.html", staged=staged, refused="")

    async def apply(self, visit: Visit) -> web.StreamResponse:
        named = {"import": needed(visit.fields, "import")}
        body = {
            "allow_removals": one(visit.fields, "allow_removals") == "yes",
            "also": await self._imports.reach(visit.person),
        }
        await post(self._writing, visit, "applyImport", body, named)
        return await self._frame.page(visit, "import_done.html")


async def streamed_mark(visit: Visit, sessions: Sessions) -> MultipartReader:
    """The form's mark comes before the file, so that a stranger's file is never read."""
    try:
        parts = await visit.request.multipart()
    except (AssertionError, ValueError) as error:
        raise bad_form("package") from error
    mark = await part(parts, "form")
    token = bytes(await mark.read_chunk(MARK_CAP)).decode(errors="replace")
    sessions.check_form(visit.person, token, visit.now)
    return parts


async def part(parts: MultipartReader, name: str) -> BodyPartReader:
    """The next part of the upload. Raises WebProblem bad_form when it is not this one."""
    try:
        found = await parts.next()
    except (ValueError, HttpProcessingError) as error:
        raise bad_form(name) from error
    if not isinstance(found, BodyPartReader) or found.name != name:
        raise bad_form(name)
    return found
