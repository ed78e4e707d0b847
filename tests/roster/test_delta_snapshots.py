"""Which snapshot a delta's version has, whoever wrote the one before."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from schemas.roster import RosterSnapshot
from tests.chassis_fixtures import Databases
from tests.roster.crowds import crowd
from tests.roster.packages import USERS_11, user
from tests.roster.running import Running, running
from tests.roster.test_nasty_packages import GONE, changed, delta


@pytest.fixture
async def service(database: Databases, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(await database("roster"), tmp_path) as service:
        yield service


async def spoil(service: Running) -> None:
    """The snapshot that holds, as if a version of Muster without grades had written it."""
    connection = await service.connect()
    async with connection.transaction():
        school = (await service.school()).id
        await connection.execute("SELECT set_config('muster.school', $1, true)", school)
        done = await connection.execute(
            """
            UPDATE snapshots SET students = convert_to((
                SELECT jsonb_agg(one - 'grade' || '{"family": "Old"}')
                FROM jsonb_array_elements(convert_from(students, 'UTF8')::jsonb) one)::text, 'UTF8')
            """
        )
    await connection.close()
    assert done == "UPDATE 1"


async def one_leaves(service: Running) -> RosterSnapshot:
    rows = changed(user("k3", "student"), GONE)
    assert (await service.take(delta(users=USERS_11 + rows))).status == "accepted"
    return await service.snapshot()


async def test_a_delta_reads_few(service: Running) -> None:
    """What this process wrote is patched: of whomever the delta does not touch nothing is read."""
    await service.take(crowd(20))
    await spoil(service)
    after = await one_leaves(service)
    assert {one.family for one in after.students} == {"Old"}
    assert len(after.students) == 19


async def test_a_snapshot_of_another_process_is_made_anew(service: Running) -> None:
    """After an update the first delta writes all that this version puts into a snapshot."""
    await service.take(crowd(20))
    await spoil(service)
    await service.stop()
    await service.start()
    after = await one_leaves(service)
    assert "Old" not in {one.family for one in after.students}
    assert len(after.students) == 19
