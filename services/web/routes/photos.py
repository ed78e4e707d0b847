"""Photos of students: the API, and the page where a zip of them arrives."""

import re

from aiohttp import web

from schemas.roster_pull import StagedPhotos
from services.web.domain.access import OFFICE
from services.web.domain.forms import needed
from services.web.domain.names import FOUND, found
from services.web.domain.problems import not_found
from services.web.handlers.pulls import Pulls
from services.web.handlers.reading import Reading
from services.web.handlers.sessions import Sessions
from services.web.handlers.writing import Writing
from services.web.routes.bodies import chunks
from services.web.routes.frame import Frame
from services.web.routes.posting import post
from services.web.routes.streamed import part, streamed_mark
from services.web.routes.visit import SeeOther, Visit, json

ETAG = re.compile(r'^(?:W/)?"([0-9a-f]{64})"$')


class Photos:
    """Only the office sees a face; to everyone else nothing is there."""

    def __init__(
        self,
        *,
        frame: Frame,
        pulls: Pulls,
        reading: Reading,
        sessions: Sessions,
        writing: Writing,
    ) -> None:
        self._frame = frame
        self._pulls = pulls
        self._reading = reading
        self._sessions = sessions
        self._writing = writing

    async def photo(self, visit: Visit) -> web.StreamResponse:
        """A JPEG; 304 for whoever has it. Asked for again each time: it may have been removed."""
        if OFFICE.isdisjoint(visit.roles):
            raise not_found()
        match = ETAG.match(visit.request.headers.get("If-None-Match", ""))
        known = match[1] if match else ""
        photo = await self._pulls.photo(visit.at, visit.path["person"], known)
        answer = (
            web.Response(status=304)
            if known and not photo.image
            else web.Response(body=photo.image, content_type="image/jpeg")
        )
        answer.headers["ETag"] = f'"{photo.sha256}"'
        answer.headers["Cache-Control"] = "private, no-cache"
        return answer

    async def marks(self, visit: Visit) -> web.StreamResponse:
        return json(await self._pulls.marks(visit.at))

    async def stage_body(self, visit: Visit) -> web.StreamResponse:
        return json(await self._pulls.stage_photos(visit.at, chunks(visit.request)))

    async def page(self, visit: Visit) -> web.StreamResponse:
        return await self._page(visit)

    async def stage(self, visit: Visit) -> web.StreamResponse:
        parts = await streamed_mark(visit, self._sessions)
        staged = await self._pulls.stage_photos(visit.at, chunks(await part(parts, "photos")))
        return await self._page(visit, staged=staged)

    async def apply(self, visit: Visit) -> web.StreamResponse:
        named = {"photos": needed(visit.fields, "photos")}
        await post(self._writing, visit, "applyPhotos", {}, named)
        return await self._page(visit, stored=True)

    async def remove(self, visit: Visit) -> web.StreamResponse:
        named = {"person": needed(visit.fields, "person")}
        await post(self._writing, visit, "removePhoto", {}, named)
        raise SeeOther("/import/photos?removed=1")

    async def _page(
        self, visit: Visit, *, staged: StagedPhotos | None = None, stored: bool = False
    ) -> web.StreamResponse:
        roster = await self._reading.roster(visit.at)
        marks = {mark.person: mark.sha256 for mark in await self._pulls.marks(visit.at)}
        sees = not OFFICE.isdisjoint(visit.roles)
        wanted = visit.query("find") if sees else ""
        here = [student for student in roster.students if student.id in marks]
        return await self._frame.page(
            visit,
            "photos.html",
            marks=marks,
            students=len(roster.students),
            with_photo=len(here),
            sees=sees,
            wanted=wanted,
            most=FOUND,
            shown=found(tuple(here), wanted) if wanted else [],
            removed=bool(visit.query("removed")),
            staged=staged,
            stored=stored,
        )
