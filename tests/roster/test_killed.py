"""kill -9 at any moment of an apply: the old roster or the new one, and its event is told."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from schemas.roster import RosterSnapshot
from services.chassis.clock import SystemClock
from services.chassis.commands import ProblemError, Unavailable
from tests.chassis_fixtures import Database, Databases
from tests.roster.crowds import crowd
from tests.roster.packages import ENROLLMENTS
from tests.roster.rosters import tables_of
from tests.roster.running import Running, running

KILLS = 8
UP = 60.0


def sized(students: int) -> dict[str, str]:
    """Two schools, so that a kill can fall between them."""
    files = crowd(students)
    files["orgs.csv"] += "s2,,,Second,school,,d\n"
    users = files["users.csv"].splitlines(keepends=True)
    files["users.csv"] = "".join(
        row.replace('"s",student', '"s2",student') if at % 2 else row
        for at, row in enumerate(users)
    )
    files["enrollments.csv"] = ENROLLMENTS + "".join(
        f"e{at},,,c1,s,k{at},student,,,\n" for at in range(0, students, 2)
    )
    return files


class Child:
    """The roster as a process of its own, under the pid that the test kills."""

    def __init__(self, service: Running) -> None:
        self._service = service
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        settings = self._service.settings
        ahead = (self._service.clock.now() - SystemClock(0.0).now()).total_seconds()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.roster",
            env={
                **os.environ,
                "MUSTER_SERVICE_KEY": settings.service_key,
                "MUSTER_ROSTER_DATABASE_URL": settings.database_url,
                "MUSTER_ROSTER_PORT": str(settings.port),
                "MUSTER_DATA": settings.data,
                "MUSTER_CLOCK": str(ahead),
                "MUSTER_INCIDENT_URL": settings.incident_url,
            },
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(UP):
            while True:
                assert self._process.returncode is None
                try:
                    await self._service.client.heads()
                    return
                except (Unavailable, ProblemError):
                    await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """-9, to this process alone, and only when it is still there."""
        assert self._process is not None
        if self._process.returncode is None:
            os.kill(self._process.pid, signal.SIGKILL)
        await self._process.wait()


@asynccontextmanager
async def child_of(database: Database, folder: Path) -> AsyncIterator[tuple[Running, Child]]:
    async with running(database, folder) as service:
        await service.stop()
        child = Child(service)
        await child.start()
        try:
            yield service, child
        finally:
            await child.kill()
            await service.start()


async def students(service: Running) -> dict[str, tuple[int, int]]:
    """School → version and number of students of what everyone else reads."""
    found = {}
    for school in await service.schools():
        snapshot = await service.client.get("/snapshot", RosterSnapshot, school=school.id)
        assert snapshot.version == school.version
        found[school.name] = (school.version, len(snapshot.students))
    return found


@pytest.mark.parametrize("seed", [20261124])
async def test_killed_while_it_applies(database: Databases, tmp_path: Path, seed: int) -> None:
    """Whatever instant it is: both schools old, or both new, row for row; the version is told."""
    draw = random.Random(seed)
    async with child_of(await database("roster"), tmp_path) as (service, child):
        await service.take(sized(60))
        size, died = 60, 0
        took = 0.3
        for _ in range(KILLS):
            old = await students(service)
            before = await tables_of(service)
            size += 10
            staged = await service.upload(sized(size))
            applying = asyncio.create_task(service.apply(staged, allow_removals=True))
            # From before the first row to after the commit, wherever this machine has them.
            await asyncio.wait({applying}, timeout=draw.uniform(0.0, took))
            await child.kill()
            await asyncio.wait({applying})
            await child.start()
            new = await students(service)
            if new == old:
                died += 1
                assert await tables_of(service) == before
                reply = await service.apply(staged, allow_removals=True)
                assert reply.status == "accepted", reply
                took *= 1.5
            else:
                assert sum(number for _version, number in new.values()) == size
                assert all(new[name][0] == version + 1 for name, (version, _n) in old.items())
                took *= 0.8
            for school in await service.schools():
                # Told once the child has found what the killed one kept from the log.
                await service.await_events(school.id, school.version)
                assert len(await service.events(school.id)) == school.version
        assert died, "no kill fell before the commit"


async def test_killed_between_two_schools(database: Databases, tmp_path: Path) -> None:
    """One school is merged, the other waits: killed there, both have the old roster."""
    db = await database("roster")
    async with child_of(db, tmp_path) as (service, child):
        await service.take(sized(60))
        before = await tables_of(service)
        staged = await service.upload(sized(80))
        last = max(school.id for school in await service.schools())
        blocker = await service.connect()
        transaction = blocker.transaction()
        await transaction.start()
        await blocker.execute("SELECT FROM schools WHERE school = $1 FOR UPDATE", last)
        applying = asyncio.create_task(service.apply(staged, allow_removals=True))
        admin = await asyncpg.connect(db.admin_url)
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        async with asyncio.timeout(UP):
            while not await admin.fetchval(f"{waits} AND datname = current_database()"):
                assert not applying.done()
        await child.kill()
        await asyncio.wait({applying})
        await transaction.rollback()
        await blocker.close()
        await admin.close()
        await child.start()
        assert await tables_of(service) == before
        assert (await service.apply(staged, allow_removals=True)).status == "accepted"
