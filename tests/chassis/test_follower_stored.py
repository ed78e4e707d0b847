"""A follower whose effects are in PostgreSQL, over HTTP from a real ledger, through restarts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from schemas.envelope import Envelope
from schemas.events import Event
from services.chassis.commands import ServiceClient, Tokens, build_app, open_session
from services.chassis.database import Connection, Pool, in_school, open_pool
from services.chassis.follower import Follower, StoreSink
from services.chassis.health import Health
from services.chassis.metrics import Metrics
from services.chassis.process import run_http
from tests.chassis.probe import OAK, PROBES, Probe, running
from tests.chassis.small_service import KEY
from tests.chassis_fixtures import Databases
from tests.conditions import until
from tests.fakes.clock import SettableClock


async def count(connection: Connection, envelope: Envelope, _data: Event) -> None:
    await connection.execute(
        "INSERT INTO tallies AS mine VALUES ($1, 1)"
        " ON CONFLICT (school) DO UPDATE SET total = mine.total + 1",
        envelope.school,
    )


@asynccontextmanager
async def served(probe: Probe) -> AsyncIterator[ServiceClient]:
    clock, tokens = SettableClock(), Tokens(KEY)
    app = build_app(
        service="incident",
        tokens=tokens,
        clock=clock,
        ledger=probe.ledger,
        health=Health("incident"),
        metrics=Metrics("incident"),
    )
    async with run_http(app, "127.0.0.1", 0) as port, open_session() as session:
        yield ServiceClient(
            caller="test",
            url=f"http://127.0.0.1:{port}",
            tokens=tokens,
            clock=clock,
            session=session,
        )


@asynccontextmanager
async def following(client: ServiceClient, pool: Pool) -> AsyncIterator[Follower]:
    follower = Follower(
        follows={"probe": client},
        sink=StoreSink(pool, count),
        bus=None,
        from_state=False,
        every=0.05,
    )
    await follower.start()
    try:
        yield follower
    finally:
        await follower.stop()


async def total(pool: Pool) -> int:
    async with in_school(pool, OAK) as connection:
        return int(await connection.fetchval("SELECT coalesce(max(total), 0) FROM tallies"))


async def test_each_event_has_one_effect_over_restarts(database: Databases) -> None:
    """A follower stopped anywhere goes on at its cursor: no effect is lost or doubled."""
    owner_database = await database("probe", root=PROBES)
    own_database = await database("probe", root=PROBES)
    pool = await open_pool(own_database.url("probe"), service="probe")
    async with running(owner_database) as probe, served(probe) as client:
        for so_far in range(1, 6):
            for _ in range(10):
                await probe.submit()
            async with following(client, pool) as follower:
                if so_far % 2:
                    await follower.catch_up("probe", OAK)
                    assert await total(pool) == 10 * so_far
        async with following(client, pool) as follower:
            await until(lambda: follower.ready, "ready")
        assert await total(pool) == 50
    pool.terminate()
