"""Sources of pulls, and what became of each pull."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import asyncpg
import msgspec

from schemas.identifiers import SchoolId
from schemas.roster_pull import PullResult, SetSource
from services.chassis.database import Pool, set_school
from services.roster.domain.pulling.failures import PullFailed
from services.roster.domain.pulling.sources import KnownSource
from services.roster.ports.pulling import Endpoint
from services.roster.store.sealing import INSTALLATION, CannotOpen, Seals


def secret_place(source: str) -> str:
    return f"source/{source}"


class StoredSources:
    """Fulfils ports.pulling.Sources."""

    def __init__(self, pool: Pool, seals: Seals) -> None:
        self._pool = pool
        self._seals = seals
        self._result = msgspec.json.Decoder(PullResult)

    async def all(self) -> list[KnownSource]:
        async with self._pool.acquire(timeout=5.0) as connection:
            rows = await connection.fetch("SELECT * FROM pull_sources ORDER BY name, source")
        return [self._known(row) for row in rows]

    async def find(self, source: str) -> KnownSource | None:
        async with self._pool.acquire(timeout=5.0) as connection:
            row = await connection.fetchrow("SELECT * FROM pull_sources WHERE source = $1", source)
        return None if row is None else self._known(row)

    async def put(self, command: SetSource, now: dt.datetime) -> None:
        """What was pulled stays known, unless the schools or the address are other ones."""
        secret = self._sealed(command.source, command.secret) if command.secret else ""
        async with self._pool.acquire(timeout=5.0) as connection:
            await connection.execute(
                """
                INSERT INTO pull_sources AS p (source, name, base_url, token_url, client_id,
                    secret, scopes, version, schools, hour, every_hours, apply, changes_only,
                    created_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                ON CONFLICT (source) DO UPDATE SET name = excluded.name,
                    base_url = excluded.base_url, token_url = excluded.token_url,
                    client_id = excluded.client_id, scopes = excluded.scopes,
                    version = excluded.version, schools = excluded.schools,
                    hour = excluded.hour, every_hours = excluded.every_hours,
                    apply = excluded.apply, changes_only = excluded.changes_only,
                    secret = CASE WHEN excluded.secret = '' THEN p.secret
                        ELSE excluded.secret END,
                    since = CASE WHEN (p.base_url, p.version, p.schools)
                        IS DISTINCT FROM (excluded.base_url, excluded.version, excluded.schools)
                        THEN NULL ELSE p.since END
                """,
                command.source,
                command.name,
                command.base_url,
                command.token_url,
                command.client_id,
                secret,
                list(command.scopes),
                command.version,
                sorted(set(command.schools)),
                command.hour,
                command.every_hours,
                command.apply,
                command.changes_only,
                now,
            )

    async def remove(self, source: str) -> None:
        async with self._pool.acquire(timeout=5.0) as connection:
            await connection.execute("DELETE FROM pull_sources WHERE source = $1", source)

    async def ask(self, source: str, op: str) -> None:
        async with self._pool.acquire(timeout=5.0) as connection:
            await connection.execute(
                "UPDATE pull_sources SET asked_op = $2 WHERE source = $1", source, op
            )

    async def begin(self, source: KnownSource, now: dt.datetime) -> None:
        async with self._pool.acquire(timeout=5.0) as connection:
            await connection.execute(
                "UPDATE pull_sources SET started_at = $2, failures = failures + 1"
                " WHERE source = $1",
                source.source,
                now,
            )

    async def end(self, source: KnownSource, result: PullResult, *, complete: bool) -> None:
        full = complete and result.mode == "bulk"
        async with self._pool.acquire(timeout=5.0) as connection:
            await connection.execute(
                """
                UPDATE pull_sources SET last = $2,
                    failures = CASE WHEN $3 THEN failures ELSE 0 END,
                    asked_op = CASE WHEN asked_op = $4 THEN '' ELSE asked_op END,
                    -- Whoever changed the address meanwhile begins anew.
                    since = CASE WHEN (base_url, version, schools)
                        = ($7::text, $8::text, $9::text []) THEN $5::timestamptz END,
                    full_at = $6::timestamptz
                WHERE source = $1
                """,
                source.source,
                msgspec.json.encode(result),
                result.again,
                result.op,
                result.through if complete else source.since,
                result.started if full else source.full_at,
                source.base_url,
                source.version,
                list(source.schools),
            )

    def _sealed(self, source: str, secret: str) -> str:
        return self._seals.seal(INSTALLATION, secret_place(source), secret.encode()).decode()

    def _opened(self, source: KnownSource) -> str:
        sealed = source.secret.encode()
        try:
            opened = self._seals.open_bytes(INSTALLATION, secret_place(source.source), sealed)
        except CannotOpen:
            raise PullFailed("secret_unreadable") from None
        return opened.decode()

    def endpoint(self, source: KnownSource) -> Endpoint:
        """Raises PullFailed secret_unreadable: another key, another row's, or changed."""
        return Endpoint(
            base_url=source.base_url,
            token_url=source.token_url,
            client_id=source.client_id,
            secret=self._opened(source),
            scopes=source.scopes,
            version=source.version,
        )

    async def in_incident(self, schools: Collection[SchoolId]) -> bool:
        async with self._pool.acquire(timeout=5.0) as connection, connection.transaction():
            for school in schools:
                await set_school(connection, school)
                if await connection.fetchval(
                    "SELECT true FROM open_incidents WHERE school = $1 LIMIT 1", school
                ):
                    return True
        return False

    def _known(self, row: asyncpg.Record) -> KnownSource:
        return KnownSource(
            source=row["source"],
            name=row["name"],
            base_url=row["base_url"],
            token_url=row["token_url"],
            client_id=row["client_id"],
            secret=row["secret"],
            scopes=tuple(row["scopes"]),
            version=row["version"],
            schools=tuple(SchoolId(school) for school in row["schools"]),
            hour=row["hour"],
            every_hours=row["every_hours"],
            apply=row["apply"],
            changes_only=row["changes_only"],
            created_at=row["created_at"],
            asked_op=row["asked_op"],
            started_at=row["started_at"],
            failures=row["failures"],
            since=row["since"],
            full_at=row["full_at"],
            last=None if row["last"] is None else self._result.decode(row["last"]),
        )
