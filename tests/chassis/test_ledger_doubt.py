"""Commits whose outcome nobody told us: never acknowledged unless stored, never applied twice."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from schemas.envelope import decode
from schemas.replies import Reply
from services.chassis.database import Connection
from services.chassis.ledger import InDoubt, StandBy
from tests.chassis.probe import ELM, OAK, PROBES, Probe, admin_of, running, until, until_true
from tests.chassis_fixtures import Database, Databases
from tests.servers import RunningPostgres

KILL_COMMIT = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND query = 'COMMIT' AND state = 'active'
"""
COMMITTING = """
    SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database()
    AND query = 'COMMIT' AND state = 'active' AND wait_event IS NOT NULL
"""
KILL_SOME = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < $1
"""
# A constraint that is checked at COMMIT: it makes Oak's commits wait for a lock that tests hold.
SLOW_OAK = """
    CREATE FUNCTION probe.wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.school = 'oak' THEN PERFORM pg_advisory_xact_lock_shared(42); END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER slow AFTER INSERT OR UPDATE ON probe.tallies
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION probe.wait_at_commit();
"""


@pytest.fixture
async def db(database: Databases) -> Database:
    db = await database("probe", root=PROBES)
    async with admin_of(db) as admin:
        await admin.execute(SLOW_OAK)
    return db


@asynccontextmanager
async def commit_of_oak_held(
    db: Database, probe: Probe, op_id: str
) -> AsyncIterator["asyncio.Task[Reply]"]:
    """An op of Oak whose COMMIT was sent and waits until the block ends."""
    async with admin_of(db) as holder, admin_of(db) as watcher:
        await holder.execute("SELECT pg_advisory_lock(42)")
        task = asyncio.create_task(probe.submit(op_id=op_id, shown=True))
        await until_true(watcher, COMMITTING)
        yield task


async def op_ids(probe: Probe) -> list[str]:
    page = await probe.ledger.events(OAK, 0, 10_000)
    return [decode(bytes(raw)).op_id for raw in page.events]


async def test_a_late_commit_is_neither_cancelled_nor_acknowledged(db: Database) -> None:
    """Past the patience the caller hears "not known"; the commit goes on, and memory follows it."""
    async with running(db, patience=0.1) as probe:
        async with commit_of_oak_held(db, probe, "late-op-1") as late:
            with pytest.raises(InDoubt):
                await late
            assert probe.heard.events == []
            assert OAK not in probe.ledger.heads().heads
        await until(lambda: probe.ledger.heads().heads.get(OAK) == 1)
        assert [event.op_id for event in probe.heard.events] == ["late-op-1"]
        reply = await probe.submit(op_id="late-op-1", shown=True)
        assert (reply.pos, bytes(reply.answer)) == (1, b'{"total":1}')
        assert await op_ids(probe) == ["late-op-1"]


async def test_a_school_in_doubt_decides_nothing_and_others_go_on(db: Database) -> None:
    """Deciding on a state that may not be would number events twice; other schools are well."""
    async with running(db, patience=0.1) as probe:
        async with commit_of_oak_held(db, probe, "late-op-1") as late:
            with pytest.raises(InDoubt):
                await late
            for attempt in (probe.submit(), probe.ledger.state(OAK)):
                with pytest.raises(InDoubt):
                    await attempt
            assert (await probe.submit(school=ELM)).pos == 1
            assert (await probe.submit(school=ELM)).pos == 2
        await until(lambda: OAK in probe.ledger.heads().heads)
        assert (await probe.submit()).pos == 2


async def test_a_connection_killed_before_the_commit_record(db: Database) -> None:
    """The commit did not happen: nothing is acknowledged, the retry is stored once."""
    async with running(db) as probe:
        async with commit_of_oak_held(db, probe, "killed-op") as killed, admin_of(db) as admin:
            assert await admin.fetchval(KILL_COMMIT) == 1
            with pytest.raises(InDoubt):
                await killed
        reply = await retried(probe, "killed-op")
        assert (reply.pos, bytes(reply.answer)) == (1, b'{"total":1}')
        assert await op_ids(probe) == ["killed-op"]
        assert (await probe.ledger.state(OAK)).total == 1


async def until_commits_wait(admin: Connection) -> None:
    """Until the server has taken the setting over: another process of it does, in its own time."""
    async with asyncio.timeout(30):
        for number in itertools.count():
            try:
                async with asyncio.timeout(0.3):
                    await admin.execute(f"CREATE TEMPORARY TABLE waits_{number} ()")
            except TimeoutError:
                return
            await asyncio.sleep(0.01)


async def test_a_connection_killed_after_the_commit_record(
    private_postgres: RunningPostgres,
) -> None:
    """The commit happened and nobody said so: the retry finds it and applies nothing twice."""
    db = await Databases(private_postgres)("probe", root=PROBES)
    async with running(db) as probe, admin_of(db) as admin:
        await probe.submit(op_id="before-it")
        # A standby that does not exist: the record is written, the answer is withheld.
        await admin.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        await admin.execute("SELECT pg_reload_conf()")
        await until_commits_wait(admin)
        in_doubt = asyncio.create_task(probe.submit(op_id="stored-op"))
        await until_true(admin, COMMITTING)
        await admin.execute("ALTER SYSTEM RESET synchronous_standby_names")
        assert await admin.fetchval(KILL_COMMIT) == 1
        with pytest.raises(InDoubt):
            await in_doubt
        await admin.execute("SELECT pg_reload_conf()")
        assert (await retried(probe, "stored-op")).pos == 2
        assert await op_ids(probe) == ["before-it", "stored-op"]
        assert (await probe.ledger.state(OAK)).total == 2
        assert [event.op_id for event in probe.heard.events] == ["before-it", "stored-op"]
        assert (await probe.submit()).pos == 3


async def test_the_server_killed_during_the_commit(private_postgres: RunningPostgres) -> None:
    """kill -9 in the middle: after the restart the same op is stored exactly once."""
    db = await Databases(private_postgres)("probe", root=PROBES)
    async with admin_of(db) as admin:
        await admin.execute(SLOW_OAK)
    async with running(db) as probe:
        try:
            async with commit_of_oak_held(db, probe, "killed-op") as task:
                private_postgres.kill()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            pass  # the test's own connections died with the server
        with pytest.raises((InDoubt, StandBy)):
            await task
        private_postgres.start()
        reply = await retried(probe, "killed-op")
        assert reply.pos == 1
        assert await op_ids(probe) == ["killed-op"]


async def test_random_kills_lose_and_double_nothing(database: Databases) -> None:
    """Backends die at random while clients retry: what was acknowledged is stored, each op once."""
    db = await database("probe", root=PROBES)
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    choice = random.Random(seed)
    async with running(db) as probe, admin_of(db) as admin:
        acknowledged: list[str] = []

        async def client(number: int) -> None:
            for n in range(20):
                op_id = f"client-{number}-{n}"
                await retried(probe, op_id)
                acknowledged.append(op_id)

        clients = asyncio.gather(*(client(number) for number in range(6)))
        for _ in range(30):
            await admin.execute(KILL_SOME, choice.choice([0.1, 0.4]))
            await asyncio.sleep(choice.random() * 0.1)
        await clients
        await until(lambda: probe.ledger.active)
        stored = await op_ids(probe)
        assert sorted(stored) == sorted(acknowledged)
        assert len(acknowledged) == 120
        assert (await probe.ledger.state(OAK)).total == 120
        assert await probe.ledger.verify(OAK) is None


async def retried(probe: Probe, op_id: str) -> Reply:
    """What a client does: the same op again until there is an answer."""
    async with asyncio.timeout(90):
        while True:
            try:
                return await probe.submit(op_id=op_id, shown=True)
            except (InDoubt, StandBy):
                await asyncio.sleep(0.02)
