"""One active instance of an owner: taking over, being deposed, coming back."""

import asyncio

import asyncpg
import pytest

from schemas.envelope import decode
from services.chassis.ledger import StandBy
from tests.chassis.probe import OAK, PROBES, Probe, admin_of, running, until, until_true
from tests.chassis_fixtures import Database, Databases
from tests.servers import RunningPostgres


@pytest.fixture
async def db(database: Databases) -> Database:
    return await database("probe", root=PROBES)


async def admin_run(db: Database, statement: str) -> object:
    async with admin_of(db) as admin:
        return await admin.fetchval(statement)


KILL_LOCK = """
    SELECT pg_terminate_backend(a.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND a.application_name = 'muster probe lock'
      AND a.datname = current_database()
"""


async def test_the_second_stands_by(db: Database) -> None:
    """Two that decide at once would number the same event twice."""
    async with running(db) as first, running(db) as second:
        assert (first.ledger.active, second.ledger.active) == (True, False)
        for attempt in (second.submit(), second.ledger.state(OAK), second.ledger.events(OAK, 0, 1)):
            with pytest.raises(StandBy):
                await attempt
        with pytest.raises(StandBy):
            second.ledger.heads()
        assert (await first.submit()).pos == 1


async def test_the_second_takes_over_when_the_lock_is_lost(db: Database) -> None:
    """The stand-by goes on where the first ended, under a later epoch; the first is silent."""
    async with running(db) as first, running(db) as second:
        await first.submit()
        epoch = first.ledger.heads().epoch
        await admin_run(db, KILL_LOCK)
        await until(lambda: second.ledger.active)
        assert second.ledger.heads().epoch > epoch
        with pytest.raises(StandBy):
            await first.submit()
        assert (await second.submit()).pos == 2
        assert (await second.ledger.state(OAK)).total == 2
        assert not first.ledger.active


async def test_a_clean_stop_hands_over(db: Database) -> None:
    """A planned restart leaves no gap longer than a connection takes to close."""
    async with running(db) as second_to_be, running(db) as waiting:
        await second_to_be.ledger.stop()
        await until(lambda: waiting.ledger.active, 2.0)
        assert (await waiting.submit()).pos == 1


async def test_a_deposed_owner_stores_nothing(db: Database) -> None:
    """An instance that has not noticed its loss is stopped by the epoch in its transaction."""
    async with running(db) as probe:
        await probe.submit()
        await admin_run(db, "UPDATE probe.tenure SET epoch = epoch + 1")
        with pytest.raises(StandBy):
            await probe.submit()
        assert await admin_run(db, "SELECT count(*) FROM probe.events") == 1
        assert await admin_run(db, "SELECT count(*) FROM probe.ops") == 1
        await until(lambda: probe.ledger.active)
        assert (await probe.submit()).pos == 2


async def test_what_was_under_way_when_the_lock_was_lost_is_not_stored(db: Database) -> None:
    """The next owner waits for transactions of the one before, and those do not commit."""
    async with running(db) as first, running(db) as second:
        await first.submit()
        blocker = await asyncpg.connect(db.admin_url)
        async with blocker.transaction():
            await blocker.execute("SELECT * FROM probe.tallies FOR UPDATE")
            under_way = asyncio.create_task(first.submit(op_id="under-way"))
            await waiting_for_a_lock(db)
            await admin_run(db, KILL_LOCK)
            await until(lambda: not first.ledger.active)
        await blocker.close()
        with pytest.raises(StandBy):
            await under_way
        await until(lambda: second.ledger.active)
        assert await op_ids(second) == [first.heard.events[0].op_id]


async def test_a_restarted_server_is_picked_up_again(private_postgres: RunningPostgres) -> None:
    """kill -9 of PostgreSQL: nothing acknowledged is lost, and the owner comes back by itself."""
    db = await Databases(private_postgres)("probe", root=PROBES)
    async with running(db) as probe:
        acknowledged = [(await probe.submit()).pos for _ in range(3)]
        private_postgres.kill()
        await until(lambda: not probe.ledger.active)
        with pytest.raises(StandBy):
            await probe.submit()
        private_postgres.start()
        await until(lambda: probe.ledger.active)
        assert (await probe.submit()).pos == acknowledged[-1] + 1
        assert (await probe.ledger.state(OAK)).total == 4


async def test_an_owner_may_start_before_its_database(private_postgres: RunningPostgres) -> None:
    """start() returns as a stand-by, and the owner is active soon after the server is there."""
    db = await Databases(private_postgres)("probe", root=PROBES)
    async with running(db) as first:
        private_postgres.kill()
        await until(lambda: not first.ledger.active)
        with pytest.raises(StandBy):
            await first.submit()
        private_postgres.start()
        await until(lambda: first.ledger.active)


async def op_ids(probe: Probe) -> list[str]:
    page = await probe.ledger.events(OAK, 0, 100)
    return [decode(bytes(raw)).op_id for raw in page.events]


async def waiting_for_a_lock(db: Database) -> None:
    """Until some backend of this database waits for another's lock."""
    async with admin_of(db) as admin:
        await until_true(
            admin,
            "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock' AND application_name = 'muster probe writer'",
        )
