"""The roster import: upload, read the difference, apply, look back, take back."""

import asyncio

from aiohttp import web

from schemas.replies import Reply
from schemas.roster_findings import as_csv
from services.web.domain.forms import needed, one
from services.web.domain.problems import WebProblem
from services.web.handlers.imports import Imports
from services.web.handlers.sessions import Sessions
from services.web.handlers.writing import Writing
from services.web.routes.bodies import chunks
from services.web.routes.frame import Frame
from services.web.routes.posting import post
from services.web.routes.streamed import part, streamed_mark
from services.web.routes.visit import SeeOther, Visit

AT_ONCE = 1.5
"""Seconds that a page waits for a district's roster; then it shows how far it is."""

WORKING = frozenset({"checking", "applying", "undoing"})
SAID_THERE = frozenset(
    {"incident_open", "removals_need_confirmation", "other_school", "newer_import",
     "nothing_to_undo", "not_applied"}
)  # fmt: skip
"""Refusals that the roster remembers: the import's own page says them."""


class ImportPages:
    """The package streams to the roster; only the difference comes back."""

    def __init__(
        self, *, frame: Frame, imports: Imports, sessions: Sessions, writing: Writing
    ) -> None:
        self._frame = frame
        self._imports = imports
        self._sessions = sessions
        self._writing = writing
        self._going_on: set[asyncio.Task[Reply]] = set()

    async def page(self, visit: Visit) -> web.StreamResponse:
        return await self._frame.page(visit, "import.html")

    async def stage(self, visit: Visit) -> web.StreamResponse:
        parts = await streamed_mark(visit, self._sessions)
        package = await part(parts, "package")
        entry = await self._imports.begin(visit.person, chunks(package), package.filename or "")
        raise SeeOther(f"/import/{entry.id}")

    async def one(self, visit: Visit) -> web.StreamResponse:
        """How far it is, what it would change, or what became of it."""
        entry = await self._imports.entry(visit.person, visit.path["import"])
        return await self._frame.page(
            visit,
            "import_one.html",
            entry=entry,
            working=entry.state in WORKING,
            names=await self._imports.names(visit.at, [entry]),
        )

    async def history(self, visit: Visit) -> web.StreamResponse:
        entries = await self._imports.entries(visit.person)
        return await self._frame.page(
            visit,
            "import_history.html",
            entries=entries,
            working=any(entry.state in WORKING for entry in entries),
            names=await self._imports.names(visit.at, entries),
        )

    async def findings(self, visit: Visit) -> web.StreamResponse:
        entry = await self._imports.entry(visit.person, visit.path["import"])
        check = entry.staged.dry_run if entry.staged else None
        text = as_csv(check.errors, check.warnings) if check else as_csv((), ())
        name = f"import-{entry.at:%Y-%m-%d}-findings.csv"
        return web.Response(
            text=text,
            content_type="text/csv",
            charset="utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    async def apply(self, visit: Visit) -> web.StreamResponse:
        body = {"allow_removals": one(visit.fields, "allow_removals") == "yes"}
        return await self._act(visit, "applyImport", needed(visit.fields, "import"), body)

    async def undo(self, visit: Visit) -> web.StreamResponse:
        return await self._act(visit, "undoImport", visit.path["import"], {})

    async def _act(
        self, visit: Visit, operation: str, import_id: str, body: dict[str, bool]
    ) -> web.StreamResponse:
        """Sends it, and shows the import's page: at the latest when a person would wonder.

        It goes on in the roster whatever becomes of this request; a second press is the same
        act. Raises SeeOther, and WebProblem for what the import's page does not say.
        """
        fields = {**body, "also": await self._imports.reach(visit.person)}
        sending = post(self._writing, visit, operation, fields, {"import": import_id})
        act = asyncio.create_task(sending)
        self._going_on.add(act)
        act.add_done_callback(self._done)
        done, _ = await asyncio.wait({act}, timeout=AT_ONCE)
        if done and (problem := act.exception()) and not said_there(problem):
            raise problem
        raise SeeOther(f"/import/{import_id}")

    def _done(self, act: asyncio.Task[Reply]) -> None:
        self._going_on.discard(act)
        if not act.cancelled():
            # Read, so that it is not reported as forgotten: the import's page says it.
            act.exception()


def said_there(problem: BaseException) -> bool:
    return isinstance(problem, WebProblem) and problem.problem.code in SAID_THERE
