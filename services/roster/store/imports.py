"""Imports: one transaction over every school of a package, or none."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec

from schemas.identifiers import PersonId, SchoolId
from schemas.roster import StagedImport
from services.chassis.database import Connection, Pool
from services.roster.domain.history import Facts, KeptImport, still_the_same
from services.roster.domain.imports import Refused
from services.roster.offline import content_hash, read_rows
from services.roster.ports.imports import Applied, Judge, Tell, UndoJudge
from services.roster.store import history
from services.roster.store.applying import (
    Package,
    RolledBack,
    apply_all,
    compare_package,
    compare_schools,
    fill_now,
    school_names,
    schools_in_incident,
    undo_all,
)
from services.roster.store.intake import copy_nothing
from services.roster.store.packages import PackageFolder
from services.roster.store.spool import Spool, Spooled, spooled

# Any number that no other part of this database uses as its lock.
IMPORT_LOCK = 0x726F_7374


class StoredImports:
    """Fulfils ports.Imports. key: the installation's secret for ids."""

    def __init__(self, pool: Pool, packages: PackageFolder, *, key: bytes) -> None:
        self._pool = pool
        self._packages = packages
        self._key = key
        self._written: dict[SchoolId, int] = {}

    async def begin(self, import_id: str, facts: Facts, now: dt.datetime) -> None:
        async with self._connection() as connection:
            await history.insert(connection, import_id, facts, now)

    async def compare(self, import_id: str, now: dt.datetime, tell: Tell) -> StagedImport:
        sha256 = await asyncio.to_thread(content_hash, self._packages.path(import_id))
        async with self._transaction() as connection:
            same = await self._same(connection, sha256, now)
            await history.set_file(connection, import_id, sha256, same.id if same else "")
            if same:
                return await self._unchanged(connection, import_id, same, tell)
        about = await self._read(import_id, now, tell)
        read = about.result
        if read.errors:
            return StagedImport(id=import_id, dry_run=read, refused=True)
        async with self._transaction() as connection:
            package = Package(import_id, self._packages.rows(import_id), about)
            found, _held = await fill_now(connection, package, now)
            shown = await compare_package(connection, package, tell)
        read = msgspec.structs.replace(read, warnings=(*read.warnings, *found))
        return StagedImport(id=import_id, dry_run=read, schools=shown)

    async def keep(self, staged: StagedImport, now: dt.datetime) -> None:
        async with self._connection() as connection:
            await history.insert(connection, staged.id, Facts(), now)
            await history.set_staged(connection, staged)
            expired = await history.expire(connection, now)
        for import_id in expired:
            self._packages.remove(import_id)

    async def find(self, import_id: str) -> KeptImport | None:
        async with self._connection() as connection:
            return await history.find(connection, import_id)

    async def newest(self, limit: int) -> list[KeptImport]:
        async with self._connection() as connection:
            return await history.newest(connection, limit)

    async def is_newest(self, kept: KeptImport) -> bool:
        async with self._connection() as connection:
            return await history.is_newest(connection, kept.number, kept.facts.touched)

    async def open_at(self, schools: Sequence[SchoolId]) -> list[str]:
        async with self._connection() as connection, connection.transaction():
            names = await school_names(connection, schools)
            return [names[one] for one in await schools_in_incident(connection, list(names))]

    async def note(self, import_id: str, refused: Refused) -> None:
        async with self._connection() as connection:
            kept = await history.find(connection, import_id)
            if kept is None:
                return
            facts = msgspec.structs.replace(kept.facts, code=refused.code, reason=refused.reason)
            waits = refused.code == "incident_open" and kept.state == "staged"
            state = "waiting" if waits else kept.state
            await history.set_facts(connection, kept, facts, state=state)

    async def apply(
        self, import_id: str, judge: Judge, now: dt.datetime, *, by: PersonId, tell: Tell
    ) -> Applied:
        async with self._transaction() as connection:
            unchanged = await self._apply_unchanged(connection, import_id, judge, now, by)
        if unchanged:
            return unchanged
        about = await self._rows(import_id, now, tell)
        if about.result.errors:
            found = about.result.errors[0]
            gone = Refused(found.code, found.message)
            return Applied(differences=(), versions={}, refused=gone)
        rows = self._packages.rows(import_id)
        package = Package(import_id, rows, about, self._written)
        try:
            async with self._transaction() as connection:
                _found, holds = await fill_now(connection, package, now)
                kept = await history.find(connection, import_id) if holds else None
                shown = kept.staged.schools if kept and kept.staged else None
                applied, touched = await apply_all(connection, package, shown, judge, now, tell)
                await self._mark_applied(
                    connection, import_id, applied, touched, about.next_end, now, by
                )
        except RolledBack as rolled_back:
            return rolled_back.applied
        self._written.update(applied.versions)
        return applied

    async def undo(
        self, import_id: str, judge: UndoJudge, now: dt.datetime, *, by: PersonId, tell: Tell
    ) -> Applied:
        async with self._transaction() as connection:
            kept = await history.find(connection, import_id)
            assert kept is not None
            names = await school_names(connection, kept.facts.touched)
            newest = await history.is_newest(connection, kept.number, kept.facts.touched)
            in_incident = await schools_in_incident(connection, list(names))
            refused = judge(kept, not newest, names, in_incident)
            if refused is not None:
                return Applied(differences=(), versions={}, refused=refused)
            versions = await undo_all(connection, import_id, list(names), now, tell)
            facts = msgspec.structs.replace(
                kept.facts,
                undone_at=now,
                undone_by=by,
                undone_number=await history.next_number(connection),
                code="",
                reason="",
            )
            await history.set_facts(connection, kept, facts, state="undone")
        self._written.update(versions)
        return Applied(differences=(), versions=versions)

    async def drop(self, import_id: str) -> None:
        self._packages.remove(import_id)

    async def _same(
        self, connection: Connection, sha256: str, now: dt.datetime
    ) -> KeptImport | None:
        """The import that brought exactly this, when nothing was imported since."""
        same = await history.same_file(connection, sha256)
        if same is None or same.staged is None or not still_the_same(same.facts, now.date()):
            return None
        newest = await history.is_newest(connection, same.number, same.facts.reached)
        return same if newest else None

    async def _unchanged(
        self, connection: Connection, import_id: str, same: KeptImport, tell: Tell
    ) -> StagedImport:
        """What is shown of a file that holds already: the numbers of before, and no change."""
        await copy_nothing(connection)
        names = await school_names(connection, same.facts.reached)
        assert same.staged is not None
        return StagedImport(
            id=import_id,
            dry_run=same.staged.dry_run,
            schools=await compare_schools(connection, names, tell, whole=False),
        )

    async def _apply_unchanged(
        self,
        connection: Connection,
        import_id: str,
        judge: Judge,
        now: dt.datetime,
        by: PersonId,
    ) -> Applied | None:
        """Applies the file that holds already, if it still does: there is nothing to do."""
        kept = await history.find(connection, import_id)
        if kept is None or not kept.facts.same_as or kept.staged is None:
            return None
        same = await history.find(connection, kept.facts.same_as)
        if same is None or same.state != "applied":
            return None
        if not still_the_same(same.facts, now.date()):
            return None
        if not await history.is_newest(connection, same.number, same.facts.reached):
            return None
        reached = list(same.facts.reached)
        shown = kept.staged.schools
        refused = judge(shown, await schools_in_incident(connection, reached))
        if refused is not None:
            return Applied(differences=shown, versions={}, refused=refused)
        applied = Applied(differences=shown, versions={})
        await self._mark_applied(connection, import_id, applied, (), same.facts.next_end, now, by)
        return applied

    async def _mark_applied(
        self,
        connection: Connection,
        import_id: str,
        applied: Applied,
        touched: Sequence[SchoolId],
        next_end: str,
        now: dt.datetime,
        by: PersonId,
    ) -> None:
        kept = await history.find(connection, import_id)
        assert kept is not None
        assert kept.staged is not None
        facts = msgspec.structs.replace(
            kept.facts,
            applied_at=now,
            applied_by=by,
            code="",
            reason="",
            reached=tuple(one.school for one in applied.differences),
            touched=tuple(touched),
            versions=applied.versions,
            day=now.date().isoformat(),
            next_end=next_end,
        )
        await history.set_facts(
            connection,
            kept,
            facts,
            state="applied",
            number=await history.next_number(connection),
            staged=msgspec.structs.replace(kept.staged, schools=applied.differences),
        )

    async def _rows(self, import_id: str, now: dt.datetime, tell: Tell) -> Spooled:
        """The package's rows as they were read when it was checked; read again when lost."""
        if not self._packages.path(import_id).exists():
            return await self._read(import_id, now, tell)
        about = spooled(self._packages.rows(import_id))
        return about or await self._read(import_id, now, tell)

    async def _read(self, import_id: str, now: dt.datetime, tell: Tell) -> Spooled:
        """In a thread: a district takes seconds, and the service goes on answering."""

        def told(share: float) -> None:
            tell("reading", round(share * 100), 100)

        def read() -> Spooled:
            folder = self._packages.rows(import_id)
            with Spool(self._key, folder, now.date().isoformat()) as spool:
                path = self._packages.path(import_id)
                return spool.finish(read_rows(path, spool, told=told))

        return await asyncio.to_thread(read)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        async with self._pool.acquire(timeout=5.0) as connection:
            yield connection

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Connection]:
        async with self._connection() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", IMPORT_LOCK)
            yield connection
