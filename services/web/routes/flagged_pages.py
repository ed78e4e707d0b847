"""The list of people who must not be let in; every opening of it is recorded."""

from aiohttp import web

from services.web.domain.desk_words import day_of
from services.web.domain.forms import needed, one
from services.web.domain.problems import bad_form
from services.web.handlers.desk import Desk
from services.web.handlers.reading import Reading
from services.web.handlers.sessions import Sessions
from services.web.handlers.writing import Writing
from services.web.routes.frame import Frame
from services.web.routes.incident_pages import names_of
from services.web.routes.posting import post
from services.web.routes.uploads import read_upload
from services.web.routes.visit import SeeOther, Visit

CATEGORIES = ("court_order", "trespass_notice", "custody", "threat", "other")
TEXT_CAP = 3000
LINE_CAP = 400


class FlaggedPages:
    """Office, principal and administrator only."""

    def __init__(
        self, *, frame: Frame, reading: Reading, desk: Desk, sessions: Sessions, writing: Writing
    ) -> None:
        self._frame = frame
        self._reading = reading
        self._desk = desk
        self._sessions = sessions
        self._writing = writing

    async def page(self, visit: Visit) -> web.StreamResponse:
        listed = await self._desk.flagged(visit.at, visit.person.person)
        roster = await self._reading.roster(visit.at)
        wanted = visit.query("edit")
        editing = next((e for e in listed.entries if e.entry == wanted), None)
        return await self._frame.page(
            visit,
            "flagged.html",
            listed=listed,
            holding=[e for e in listed.entries if e.lifted_at is None],
            lifted=[e for e in listed.entries if e.lifted_at is not None],
            editing=editing,
            categories=CATEGORIES,
            people={**names_of(roster), visit.person.person: visit.person.name},
        )

    async def record(self, visit: Visit) -> web.StreamResponse:
        def ours(mark: str) -> None:
            self._sessions.check_form(visit.person, mark, visit.now)

        visit.fields, picture = await read_upload(visit.request, "photo", ours)
        category = one(visit.fields, "category") or "other"
        if category not in CATEGORIES:
            raise bad_form("category")
        aliases = [line.strip()[:LINE_CAP] for line in one(visit.fields, "aliases").splitlines()]
        body = {
            "entry": one(visit.fields, "entry")[:64],
            "name": needed(visit.fields, "name")[:LINE_CAP],
            "aliases": tuple(alias for alias in aliases if alias)[:20],
            "description": one(visit.fields, "description")[:TEXT_CAP],
            "category": category,
            "document": one(visit.fields, "document")[:LINE_CAP],
            "starts": day_of(one(visit.fields, "starts"), "starts"),
            "ends": day_of(one(visit.fields, "ends"), "ends"),
        }
        if picture is not None:
            body["photo"] = await self._desk.keep_photo(visit.at, picture)
        await post(self._writing, visit, "recordFlagged", body)
        raise SeeOther("/visitors/flagged")

    async def lift(self, visit: Visit) -> web.StreamResponse:
        await post(self._writing, visit, "liftFlagged", {"entry": needed(visit.fields, "entry")})
        raise SeeOther("/visitors/flagged")

    async def photo(self, visit: Visit) -> web.StreamResponse:
        jpeg = await self._desk.photo(visit.at, entry=visit.path["entry"])
        return web.Response(body=jpeg, content_type="image/jpeg")
