"""Fixture `database`: a fresh, migrated database for each test, copied from a template."""

import itertools
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from services.chassis.database import migrate
from services.chassis.database.migrations import SERVICES
from services.chassis.database.roles import password_of, role_of
from tests.servers import RunningPostgres

SERVICE_KEY = "test-installation-key-" + "0" * 32


@dataclass(frozen=True)
class Database:
    """A migrated database: `admin_url` for the superuser, `url(service)` for a service's role."""

    admin_url: str
    service_key: str = SERVICE_KEY

    def url(self, service: str) -> str:
        """The address with the service's own role and password."""
        parts = urlsplit(self.admin_url)
        account = f"{role_of(service)}:{password_of(self.service_key, service)}"
        return urlunsplit(parts._replace(netloc=f"{account}@{parts.hostname}:{parts.port}"))


@dataclass
class Databases:
    """Makes databases on one server: migrates a template once, then copies it (about 30 ms)."""

    server: RunningPostgres
    templates: dict[tuple[Path, tuple[str, ...]], str] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    async def __call__(self, *services: str, root: Path = SERVICES) -> Database:
        """A fresh database with the migrations of these services."""
        template = self.templates.get((root, services))
        if template is None:
            template = self.templates[root, services] = await self._template(services, root)
        name = f"test_{secrets.token_hex(4)}"
        await self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        self.made.append(name)
        return Database(self.server.url(name))

    async def drop_made(self) -> None:
        """Drop the copies; the templates stay for the next test."""
        while self.made:
            await self._run(f"DROP DATABASE {self.made.pop()} WITH (FORCE)")

    async def _template(self, services: tuple[str, ...], root: Path) -> str:
        name = f"template_{next(self.numbers)}"
        await self._run(f"CREATE DATABASE {name}")
        await migrate(self.server.url(name), services, service_key=SERVICE_KEY, root=root)
        return name

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(self.server.admin_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@pytest.fixture(scope="session")
def _databases(postgres_server: RunningPostgres) -> Databases:
    return Databases(postgres_server)


@pytest.fixture
async def database(_databases: Databases) -> AsyncIterator[Databases]:
    """`db = await database("incident")`: a fresh database, dropped after the test."""
    yield _databases
    await _databases.drop_made()
