"""Where a package arrives, and what became of each."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiohttp import web

from schemas.identifiers import PersonId
from schemas.roster import StagedImport
from schemas.roster_import import ImportEntry
from schemas.vocabulary import SYSTEM
from services.chassis.commands import ProblemError, Query
from services.chassis.logs import log
from services.roster.handlers.importing import Importing
from services.roster.store.packages import IMPORT_ID, PackageFolder, TooLarge

CHUNK = 256 * 1024
NAME_LENGTH = 120
NO_IMPORT = ProblemError(404, "not_found", "No such import.")


def package_queries(importing: Importing) -> Sequence[Query]:
    """GET /imports: the newest, without their rows. GET /import?id: one, with all findings."""

    async def imports(_request: web.Request) -> list[ImportEntry]:
        return await importing.entries()

    async def one(request: web.Request) -> ImportEntry:
        import_id = request.query.get("id", "")
        found = await importing.entry(import_id) if IMPORT_ID.fullmatch(import_id) else None
        if found is None:
            raise NO_IMPORT
        return found

    return (Query("/imports", imports), Query("/import", one))


class PackagePosts:
    """Uploads. Checks that nobody waits for go on by themselves."""

    def __init__(self, importing: Importing, packages: PackageFolder) -> None:
        self._importing = importing
        self._packages = packages
        self._checking: set[asyncio.Task[StagedImport]] = set()

    def posts(self) -> Sequence[Query]:
        """POST /imports[?by&source]: the zip, streamed to disk → what it would change.

        POST /imports/later: the same, answered as soon as the file is here; GET /import follows.
        """
        return (Query("/imports", self._now), Query("/imports/later", self._later))

    async def _now(self, request: web.Request) -> StagedImport:
        return await self._stage(await self._receive(request), request)

    async def _later(self, request: web.Request) -> ImportEntry:
        import_id = await self._receive(request)
        checking = asyncio.create_task(self._stage(import_id, request))
        self._checking.add(checking)
        checking.add_done_callback(self._done)
        while (entry := await self._importing.entry(import_id)) is None:
            if checking.done():
                await checking
            await asyncio.sleep(0.01)
        return entry

    async def _receive(self, request: web.Request) -> str:
        try:
            return await self._packages.receive(request.content.iter_chunked(CHUNK))
        except TooLarge:
            raise ProblemError(413, "body_too_large", "The package is too large.") from None

    async def _stage(self, import_id: str, request: web.Request) -> StagedImport:
        return await self._importing.stage(
            import_id,
            by=PersonId(request.query.get("by", "") or SYSTEM.person),
            source=request.query.get("source", "")[:NAME_LENGTH],
        )

    def _done(self, checking: asyncio.Task[StagedImport]) -> None:
        self._checking.discard(checking)
        if not checking.cancelled() and (error := checking.exception()):
            log.warning("import_not_checked", error_type=type(error).__name__)
