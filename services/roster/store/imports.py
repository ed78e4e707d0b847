"""Imports: one transaction over every school of a package, or none."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from schemas.identifiers import SchoolId
from schemas.roster import DryRun, SchoolDifference, StagedImport
from services.chassis.database import Connection, Pool, set_school
from services.roster.domain.imports import Refused
from services.roster.offline import read_package
from services.roster.ports.imports import Applied, Judge
from services.roster.store.compare import difference
from services.roster.store.intake import take_in
from services.roster.store.merge import merge, register_schools
from services.roster.store.packages import PackageFolder
from services.roster.store.spool import Spool

WAITS = dt.timedelta(days=1)
# Any number that no other part of this database uses as its lock.
IMPORT_LOCK = 0x726F_7374


class StoredImports:
    """Fulfils ports.Imports. key: the installation's secret for ids."""

    def __init__(self, pool: Pool, packages: PackageFolder, *, key: bytes) -> None:
        self._pool = pool
        self._packages = packages
        self._key = key

    async def compare(self, import_id: str, now: dt.datetime) -> StagedImport:
        with Spool(self._key) as spool:
            read = await self._read(import_id, spool)
            if read.errors:
                return StagedImport(id=import_id, dry_run=read, refused=True)
            async with self._transaction() as connection:
                await take_in(connection, spool, now.date())
                differences = await compare_schools(connection, await package_schools(connection))
        return StagedImport(id=import_id, dry_run=read, schools=differences)

    async def keep(self, staged: StagedImport, now: dt.datetime) -> None:
        async with self._pool.acquire(timeout=5.0) as connection:
            await connection.execute(
                "INSERT INTO imports (id, state, staged, created_at) VALUES ($1, 'staged', $2, $3)"
                " ON CONFLICT (id) DO UPDATE SET staged = excluded.staged",
                staged.id,
                msgspec.json.encode(staged),
                now,
            )
            forgotten = await connection.fetch(
                "DELETE FROM imports WHERE state = 'staged' AND created_at < $1 RETURNING id",
                now - WAITS,
            )
        # A package is the whole school in one file: it does not lie about for longer.
        for row in forgotten:
            self._packages.remove(row["id"])

    async def find(self, import_id: str) -> tuple[StagedImport, bool] | None:
        async with self._pool.acquire(timeout=5.0) as connection:
            row = await connection.fetchrow(
                "SELECT state, staged FROM imports WHERE id = $1", import_id
            )
        if row is None:
            return None
        return msgspec.json.decode(row["staged"], type=StagedImport), row["state"] == "applied"

    async def apply(self, import_id: str, judge: Judge, now: dt.datetime) -> Applied:
        with Spool(self._key) as spool:
            read = await self._read(import_id, spool)
            if read.errors:
                gone = Refused(read.errors[0].code, read.errors[0].message)
                return Applied(differences=(), versions={}, refused=gone)
            async with self._transaction() as connection:
                await take_in(connection, spool, now.date())
                applied = await apply_all(connection, judge, now)
                if applied.refused is None:
                    await mark_applied(connection, import_id, applied.differences)
        return applied

    async def drop(self, import_id: str) -> None:
        self._packages.remove(import_id)

    async def _read(self, import_id: str, spool: Spool) -> DryRun:
        """In a thread: a district takes seconds, and the service goes on answering."""
        path = self._packages.path(import_id)
        return await asyncio.to_thread(read_package, path, sink=spool)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Connection]:
        async with self._pool.acquire(timeout=5.0) as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", IMPORT_LOCK)
            yield connection


async def package_schools(connection: Connection) -> list[tuple[SchoolId, str]]:
    """(id, name) of the package's schools, always in the same order."""
    rows = await connection.fetch(
        "SELECT school, name FROM in_orgs WHERE type = 'school' ORDER BY school"
    )
    return [(SchoolId(row["school"]), row["name"]) for row in rows]


async def compare_schools(
    connection: Connection, schools: list[tuple[SchoolId, str]]
) -> tuple[SchoolDifference, ...]:
    differences = []
    for school, name in schools:
        await set_school(connection, school)
        differences.append(await difference(connection, school, name))
    return tuple(differences)


async def apply_all(connection: Connection, judge: Judge, now: dt.datetime) -> Applied:
    """Each school in turn, always in the same order, so that two never wait for each other."""
    schools = await package_schools(connection)
    differences = await compare_schools(connection, schools)
    refused = judge(differences, await schools_in_incident(connection, schools))
    if refused is not None:
        return Applied(differences=differences, versions={}, refused=refused)
    await register_schools(connection)
    versions: dict[SchoolId, int] = {}
    for school, _name in schools:
        await set_school(connection, school)
        version = await merge(connection, school, now)
        if version is not None:
            versions[school] = version
    return Applied(differences=differences, versions=versions)


async def schools_in_incident(
    connection: Connection, schools: list[tuple[SchoolId, str]]
) -> list[SchoolId]:
    found = []
    for school, _name in schools:
        await set_school(connection, school)
        if await connection.fetchval(
            "SELECT true FROM open_incidents WHERE school = $1 LIMIT 1", school
        ):
            found.append(school)
    return found


async def mark_applied(
    connection: Connection, import_id: str, differences: tuple[SchoolDifference, ...]
) -> None:
    staged = await connection.fetchval("SELECT staged FROM imports WHERE id = $1", import_id)
    shown = msgspec.json.decode(staged, type=StagedImport)
    await connection.execute(
        "UPDATE imports SET state = 'applied', staged = $2 WHERE id = $1",
        import_id,
        msgspec.json.encode(msgspec.structs.replace(shown, schools=differences)),
    )
