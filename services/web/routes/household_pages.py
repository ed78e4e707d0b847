"""Families, and files of the school's own facts: check and compare, apply, take out."""

from typing import get_args

from aiohttp import web

from schemas.roster_rights import RightsFile
from services.web.domain.families import SHOWN, listed
from services.web.domain.forms import needed
from services.web.domain.own_facts import MAY_CHANGE
from services.web.domain.problems import bad_form, not_yours
from services.web.handlers.own_facts import OwnFacts
from services.web.handlers.sessions import Sessions
from services.web.handlers.writing import Writing
from services.web.routes.bodies import chunks
from services.web.routes.csv_answer import download
from services.web.routes.frame import Frame
from services.web.routes.posting import post
from services.web.routes.streamed import part, streamed_mark
from services.web.routes.visit import SeeOther, Visit, json

FILES: tuple[RightsFile, ...] = get_args(RightsFile)
ONLY = frozenset({"message", "pick_up"})


class HouseholdPages:
    """Reads families; a file streams to the roster and only the difference comes back."""

    def __init__(
        self, *, frame: Frame, own: OwnFacts, sessions: Sessions, writing: Writing
    ) -> None:
        self._frame = frame
        self._own = own
        self._sessions = sessions
        self._writing = writing

    async def families(self, visit: Visit) -> web.StreamResponse:
        """The API's answer."""
        return json(await self._own.families(visit.at, visit.actor))

    async def page(self, visit: Visit) -> web.StreamResponse:
        families = await self._own.families(visit.at, visit.actor)
        only = visit.query("only") if visit.query("only") in ONLY else ""
        wanted = visit.query("find")
        return await self._frame.page(
            visit,
            "households.html",
            shown=listed(families.families, only=only, find=wanted),
            only=only,
            wanted=wanted,
            most=SHOWN,
            files=FILES,
            may_change=not MAY_CHANGE.isdisjoint(visit.roles),
        )

    async def import_page(self, visit: Visit) -> web.StreamResponse:
        self._changer(visit)
        return await self._frame.page(
            visit, "rights_import.html", staged=None, done=visit.query("done") == "yes"
        )

    async def stage(self, visit: Visit) -> web.StreamResponse:
        """The form's mark comes before the file, so that a stranger's file is never read."""
        self._changer(visit)
        parts = await streamed_mark(visit, self._sessions)
        package = await part(parts, "package")
        staged = await self._own.stage(
            visit.at, visit.actor, chunks(package), package.filename or "upload"
        )
        return await self._frame.page(visit, "rights_import.html", staged=staged, done=False)

    async def apply(self, visit: Visit) -> web.StreamResponse:
        named = {"import": needed(visit.fields, "import")}
        await post(self._writing, visit, "applyRightsImport", {}, named)
        raise SeeOther("/households/import?done=yes")

    async def export(self, visit: Visit) -> web.StreamResponse:
        """A posted form, because it is written down who took the file."""
        self._changer(visit)
        wanted = next((file for file in FILES if file == needed(visit.fields, "file")), None)
        if wanted is None:
            raise bad_form("file")
        taken = await self._own.export(visit.at, visit.actor, wanted)
        return download(f"{taken.file}.csv", "text/csv", taken.content.encode())

    def _changer(self, visit: Visit) -> None:
        if MAY_CHANGE.isdisjoint(visit.roles):
            raise not_yours()
