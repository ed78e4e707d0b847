"""Row-level security: no school sees another's rows, whatever the query forgot."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from schemas.identifiers import SchoolId
from services.chassis.database import Pool, in_school, open_pool, set_school
from services.chassis.database.migrations import SERVICES
from tests.chassis_fixtures import Database, Databases

PROBES = Path(__file__).parent / "probe_services"
OUTSIDE = {"heads", "schools", "orgs", "campuses"}
"""Tables with a school but without personal data that stand outside, as the design lists them."""

OAK, ELM, NOBODY = SchoolId("oak"), SchoolId("elm"), SchoolId("")


@pytest.fixture
async def probe(database: Databases) -> Database:
    return await database("probe", root=PROBES)


@pytest.fixture
async def pool(probe: Database) -> AsyncIterator[Pool]:
    pool = await open_pool(probe.url("probe"), service="probe")
    for school in (OAK, ELM):
        async with in_school(pool, school) as connection:
            await connection.execute("INSERT INTO tallies VALUES ($1, 7)", school)
            await connection.execute("INSERT INTO relay VALUES ($1, 7)", school)
    yield pool
    await pool.close()


async def test_each_school_sees_its_own_rows(pool: Pool) -> None:
    """A query without any condition shows one school."""
    for school in (OAK, ELM):
        async with in_school(pool, school) as connection:
            assert [r["school"] for r in await connection.fetch("SELECT * FROM tallies")] == [
                school
            ]


async def test_no_school_and_a_wrong_school_see_nothing(pool: Pool) -> None:
    """Unset, emptied after a transaction, or unknown: no rows, in each protected table."""
    for table in ("tallies", "relay", "events", "ops", "cursors", "dead_letters"):
        assert await pool.fetch(f"SELECT * FROM {table}") == []
        for school in (NOBODY, SchoolId("ash"), SchoolId("oak' OR true --")):
            async with in_school(pool, school) as connection:
                assert await connection.fetch(f"SELECT * FROM {table}") == []


async def test_rows_of_another_school_cannot_be_written(pool: Pool) -> None:
    """Not inserted, not moved, not changed, not deleted."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with in_school(pool, OAK) as connection:
            await connection.execute("INSERT INTO tallies VALUES ('ash', 1)")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with in_school(pool, OAK) as connection:
            await connection.execute("UPDATE tallies SET school = 'ash'")
    async with in_school(pool, OAK) as connection:
        await connection.execute("UPDATE tallies SET total = 0")
        await connection.execute("DELETE FROM relay")
    async with in_school(pool, ELM) as connection:
        assert await connection.fetchval("SELECT total FROM tallies") == 7
        assert await connection.fetchval("SELECT count(*) FROM relay") == 1


async def test_one_transaction_goes_from_school_to_school(pool: Pool) -> None:
    """A batch over several schools sees one at a time, and the end of it forgets the last."""
    async with in_school(pool, OAK) as connection:
        await set_school(connection, ELM)
        assert [r["school"] for r in await connection.fetch("SELECT * FROM tallies")] == [ELM]
    assert await pool.fetchval("SELECT count(*) FROM tallies") == 0


async def test_every_table_with_a_school_is_forced(database: Databases) -> None:
    """A new table that forgets muster_protect fails here, in whichever service it appears."""
    services = sorted(
        path.parent.name for path in SERVICES.glob("*/migrations") if path.parent.name != "chassis"
    )
    db = await database(*services, "probe_bare")
    assert await unprotected(db, [*services, "probe_bare"]) == []


async def test_a_forgotten_table_is_found(database: Databases, tmp_path: Path) -> None:
    """The check above can fail: enabled but not forced, and not protected at all."""
    folder = tmp_path / "lax" / "migrations"
    folder.mkdir(parents=True)
    (folder / "0001_lax.sql").write_text(
        "CREATE TABLE open_to_all (school text, n int); CREATE TABLE halfway (school text);"
        "ALTER TABLE halfway ENABLE ROW LEVEL SECURITY;"
    )
    db = await database("lax", root=tmp_path)
    assert await unprotected(db, ["lax"]) == ["lax.halfway", "lax.open_to_all"]


async def unprotected(db: Database, schemas: list[str]) -> list[str]:
    """Tables with a `school` that do not enforce a policy even on their owner."""
    connection = await asyncpg.connect(db.admin_url)
    rows = await connection.fetch(
        """
        SELECT n.nspname || '.' || c.relname AS name, c.relname AS bare
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'school' AND NOT a.attisdropped
        WHERE n.nspname = ANY($1::text[]) AND c.relkind IN ('r', 'p')
          AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                   AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))
        ORDER BY 1
        """,
        schemas,
    )
    await connection.close()
    return [row["name"] for row in rows if row["bare"] not in OUTSIDE]
