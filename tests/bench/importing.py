"""A district's roster through the real service: whole, the same again, and a delta.

The service is a process of its own on a database of its own, on the server of the run (fsync
on). Beside each wall time stands the processor time, which other load does not swing.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import psutil

from schemas.identifiers import SchoolId
from schemas.roster import ApplyImport, StagedImport
from services.chassis.clock import SystemClock
from services.chassis.commands import (
    ProblemError,
    ServiceClient,
    Tokens,
    Unavailable,
    open_session,
)
from services.chassis.database import migrate
from services.chassis.database.roles import password_of, role_of
from services.cli.connection import OPERATOR
from services.cli.embedded.ports import free_ports
from services.cli.installation import Installation, Running
from services.roster.offline import read_rows
from services.roster.store.spool import Spool
from tests.bench.district import District, write, write_delta
from tests.bench.figures import Figure, against
from tests.bench.limits import bare_import

DATABASE = "bench_roster"
BARE = "bench_roster_bare"
SLICE = District(schools=16, students=10_000, guardians=14_000)
WHOLE_LIMIT, SAME_LIMIT, DELTA_LIMIT, MEMORY_LIMIT = 15.0, 8.0, 3.0, 500.0
DATABASE_GOAL = 4.0
SHARE = 0.01


@dataclass(frozen=True)
class Spent:
    """Seconds: by the clock, of the service's processor, of the database's processors."""

    wall: float
    service: float
    database: float


async def measure_imports(folder: Path, servers: Running, *, smoke: bool) -> list[Figure]:
    """All figures of the group "roster import". folder: of the installation that runs."""
    district = SLICE if smoke else District()
    scale = district.people / District().people
    key = Installation(folder).service_key_file.read_text().strip()
    async with AsyncExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="muster-bench-")))
        whole = write(place / "whole.zip", district)
        delta = write_delta(place / "delta.zip", district, SHARE)
        bare = await _measure_bare(servers, whole, place)
        roster = await stack.enter_async_context(_serving(servers, key, place))
        first = await roster.take(whole)
        same = await roster.take(whole)
        again = await roster.take(write(place / "again.zip", district, level=1))
        more = replace(district, staff=district.staff + 1)
        night = await roster.take(write(place / "night.zip", more))
        some = await roster.take(delta)
        peak = roster.peak()
    ratio = first.database / bare
    return [
        *timed("roster_import_whole", first, WHOLE_LIMIT * scale),
        *timed("roster_import_same_file", same, SAME_LIMIT * scale),
        *timed("roster_import_packed_anew", again, SAME_LIMIT * scale),
        *timed("roster_import_a_few_rows_more", night, WHOLE_LIMIT * scale),
        *timed("roster_import_delta", some, DELTA_LIMIT * scale),
        against("roster_import_peak_memory", "MB", peak / 1e6, MEMORY_LIMIT),
        Figure(
            name="roster_import_database_cpu",
            unit="s",
            value=round(first.database, 2),
            limit=round(bare, 2),
            ratio=round(ratio, 2),
            goal=DATABASE_GOAL,
            within=ratio <= DATABASE_GOAL,
        ),
    ]


def timed(name: str, spent: Spent, limit: float) -> list[Figure]:
    return [
        against(name, "s", spent.wall, round(limit, 2)),
        Figure(name=f"{name}_service_cpu", unit="s", value=round(spent.service, 2)),
        Figure(name=f"{name}_database_cpu", unit="s", value=round(spent.database, 2)),
    ]


class Roster:
    """The service's process and a client of it."""

    def __init__(self, client: ServiceClient, pid: int, server: psutil.Process) -> None:
        self._client = client
        self._process = psutil.Process(pid)
        self._server = server
        self._ops = 0

    async def take(self, package: Path) -> Spent:
        """Upload, check, compare and apply, as a person does it."""
        body = await asyncio.to_thread(package.read_bytes)
        before = cpu(self._process), database_cpu(self._server)
        began = time.monotonic()
        staged = await self._client.post("/imports", body, StagedImport)
        self._ops += 1
        command = ApplyImport(
            op_id=f"bench-{self._ops:06}",
            school=SchoolId(""),
            actor=OPERATOR,
            import_id=staged.id,
            allow_removals=True,
        )
        reply = await self._client.send(command, timeout=300.0)
        assert reply.status == "accepted", reply
        wall = time.monotonic() - began
        service, database = cpu(self._process), database_cpu(self._server)
        return Spent(wall, service - before[0], database - before[1])

    def peak(self) -> float:
        """Bytes: the most that the service ever held."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        (line,) = [one for one in status.splitlines() if one.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024.0


def cpu(process: psutil.Process) -> float:
    """User and system seconds of a process and of its children that have ended."""
    return float(sum(process.cpu_times()[:4]))


def database_cpu(server: psutil.Process) -> float:
    return cpu(server) + sum(cpu(child) for child in server.children())


async def _measure_bare(servers: Running, whole: Path, place: Path) -> float:
    """Processor seconds of the database for a bare COPY and merge of the same rows."""
    rows = place / "bare.rows"

    def spool() -> None:
        with Spool(b"bench", rows, "2026-01-01") as sink:
            sink.finish(read_rows(whole, sink))

    await asyncio.to_thread(spool)
    async with _database(servers, BARE) as url:
        connection = await asyncpg.connect(url)
        try:
            await bare_import.prepare(connection)
            backend = psutil.Process(await connection.fetchval("SELECT pg_backend_pid()"))
            before = cpu(backend)
            await bare_import.merge(connection, rows)
            return cpu(backend) - before
        finally:
            await connection.close()


@asynccontextmanager
async def _serving(servers: Running, key: str, place: Path) -> AsyncIterator[Roster]:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(_database(servers, DATABASE))
        await migrate(url, ["roster"], service_key=key)
        parts = urlsplit(url)
        login = f"{role_of('roster')}:{password_of(key, 'roster')}"
        own = urlunsplit(parts._replace(netloc=f"{login}@{parts.hostname}:{parts.port}"))
        (port,) = free_ports(1)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.roster",
            env={
                **os.environ,
                "MUSTER_SERVICE_KEY": key,
                "MUSTER_ROSTER_DATABASE_URL": own,
                "MUSTER_ROSTER_PORT": str(port),
                "MUSTER_DATA": str(place / "data"),
                "MUSTER_INCIDENT_URL": "http://127.0.0.1:9",
            },
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        stack.push_async_callback(_end, process)
        session = await stack.enter_async_context(open_session())
        client = ServiceClient(
            caller="cli",
            url=f"http://127.0.0.1:{port}",
            tokens=Tokens(key),
            clock=SystemClock(0.0),
            session=session,
        )
        await _until(client)
        admin = await asyncpg.connect(url)
        backend = psutil.Process(await admin.fetchval("SELECT pg_backend_pid()"))
        server = backend.parent()
        await admin.close()
        assert server is not None
        yield Roster(client, process.pid, server)


async def _until(client: ServiceClient) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                await client.heads()
                return
            except (Unavailable, ProblemError):
                await asyncio.sleep(0.05)


async def _end(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    await process.wait()


@asynccontextmanager
async def _database(servers: Running, name: str) -> AsyncIterator[str]:
    """A fresh database on the run's server, dropped with the context; its URL."""
    admin = await asyncpg.connect(servers.database_url)
    try:
        await admin.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(urlsplit(servers.database_url)._replace(path=f"/{name}"))
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close()
