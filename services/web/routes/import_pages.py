"""The roster import: upload, read the difference, apply."""

from aiohttp import web

from services.web.domain.forms import needed, one
from services.web.handlers.imports import Imports
from services.web.handlers.sessions import Sessions
from services.web.handlers.writing import Writing
from services.web.routes.bodies import chunks
from services.web.routes.frame import Frame
from services.web.routes.posting import post
from services.web.routes.streamed import part, streamed_mark
from services.web.routes.visit import Visit


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
