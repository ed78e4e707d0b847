"""Plain SQL files, each applied once, whole, in one transaction, by the owner role.

Every schema gets the chassis' files first, then the service's own. A file that was applied is
never edited: the next file changes what it made.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from services.chassis.database.pool import Connection, Pool
from services.chassis.database.roles import OWNER, prepare_roles, prepare_schema

SERVICES = Path(__file__).parents[2]
CHASSIS = SERVICES / "chassis" / "migrations"
SERVICE_NAME = re.compile(r"[a-z][a-z_]{1,30}")
FILE_NAME = re.compile(r"\d{4}_[a-z0-9_]+\.sql")
LOCK = 0x6D75_7374_6572  # "muster"


class MigrationChanged(Exception):
    """A file that was already applied has other text now."""


class SchemaTooOld(Exception):
    """The database lacks a migration that this code needs. Run `muster migrate`."""


@dataclass(frozen=True)
class Migration:
    """One file. name: "chassis/0001_log.sql" or the service's "0001_state.sql"."""

    name: str
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations_of(service: str, root: Path = SERVICES) -> list[Migration]:
    """The files of a schema, in order. Raises ValueError for a name out of form."""
    if not SERVICE_NAME.fullmatch(service):
        raise ValueError(f"{service!r} is no service name")
    return _files(CHASSIS, "chassis/") + _files(root / service / "migrations", "")


async def migrate(
    admin_url: str, services: Sequence[str], *, service_key: str, root: Path = SERVICES
) -> list[str]:
    """Bring each service's schema up to date; returns "service:file" of what was applied.

    Two at once wait for each other. Raises MigrationChanged; a file that fails leaves nothing
    of itself.
    """
    connection = await asyncpg.connect(admin_url, timeout=10)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        applied = []
        for service in services:
            files = migrations_of(service, root)
            await prepare_roles(connection, service, service_key)
            await prepare_schema(connection, service)
            applied += [f"{service}:{name}" for name in await _apply(connection, service, files)]
        return applied
    finally:
        await connection.close()


async def check_schema(pool: Pool, service: str, root: Path = SERVICES) -> None:
    """Raise SchemaTooOld unless every file of this code was applied; a newer schema is fine."""
    try:
        rows = await pool.fetch("SELECT name FROM migrations")
    except asyncpg.UndefinedTableError:
        rows = []
    known = {row["name"] for row in rows}
    for file in migrations_of(service, root):
        if file.name not in known:
            raise SchemaTooOld(
                f"The database of {service} lacks {file.name}. Run `muster migrate`."
            )


async def _apply(connection: Connection, service: str, files: Sequence[Migration]) -> list[str]:
    rows = await connection.fetch(f"SELECT name, sha256 FROM {service}.migrations")  # noqa: S608
    known = {row["name"]: row["sha256"] for row in rows}
    fresh = []
    for file in files:
        if known.get(file.name, file.sha256) != file.sha256:
            raise MigrationChanged(f"{service}: {file.name} was changed after it was applied.")
        if file.name not in known:
            await _apply_one(connection, service, file)
            fresh.append(file.name)
    return fresh


async def _apply_one(connection: Connection, service: str, file: Migration) -> None:
    async with connection.transaction():
        await connection.execute(
            f"SET LOCAL search_path = {service}; SET LOCAL lock_timeout = '10s';"
            f" SET LOCAL statement_timeout = '10min'; SET LOCAL ROLE {OWNER}"
        )
        await connection.execute(file.text)
        await connection.execute(
            "INSERT INTO migrations (name, sha256) VALUES ($1, $2)", file.name, file.sha256
        )


def _files(folder: Path, prefix: str) -> list[Migration]:
    paths = sorted(folder.glob("*.sql"))
    for path in paths:
        if not FILE_NAME.fullmatch(path.name):
            raise ValueError(f"{path.name}: a migration is named 0001_what_it_does.sql")
    return [Migration(prefix + path.name, path.read_text()) for path in paths]
