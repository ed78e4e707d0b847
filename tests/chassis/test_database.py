"""Migrations, roles and the pool on the real PostgreSQL."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from services.chassis.database import (
    MigrationChanged,
    SchemaTooOld,
    check_schema,
    migrate,
    open_pool,
)
from tests.chassis_fixtures import SERVICE_KEY, Databases

PROBES = Path(__file__).parent / "probe_services"


def written(root: Path, name: str, text: str) -> None:
    folder = root / "probe" / "migrations"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


async def test_files_are_applied_once_and_in_order(database: Databases, tmp_path: Path) -> None:
    """A second migration finds nothing to do; a new file is applied alone."""
    db = await database()
    written(tmp_path, "0001_first.sql", "CREATE TABLE one (n int);")

    async def again() -> list[str]:
        return await migrate(db.admin_url, ["probe"], service_key=SERVICE_KEY, root=tmp_path)

    assert await again() == ["probe:chassis/0001_log.sql", "probe:0001_first.sql"]
    assert await again() == []
    written(tmp_path, "0002_second.sql", "ALTER TABLE one ADD m int;")
    assert await again() == ["probe:0002_second.sql"]


async def test_a_changed_file_is_refused(database: Databases, tmp_path: Path) -> None:
    """What ran on one school's database must be what runs on every other."""
    db = await database()
    written(tmp_path, "0001_first.sql", "CREATE TABLE one (n int);")
    await migrate(db.admin_url, ["probe"], service_key=SERVICE_KEY, root=tmp_path)
    written(tmp_path, "0001_first.sql", "CREATE TABLE one (n bigint);")
    with pytest.raises(MigrationChanged, match=r"0001_first\.sql"):
        await migrate(db.admin_url, ["probe"], service_key=SERVICE_KEY, root=tmp_path)


async def test_a_failing_file_leaves_nothing_of_itself(database: Databases, tmp_path: Path) -> None:
    """A file is applied whole or not at all, and can be corrected and run again."""
    db = await database()
    written(tmp_path, "0001_first.sql", "CREATE TABLE one (n int); SELECT 1/0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(db.admin_url, ["probe"], service_key=SERVICE_KEY, root=tmp_path)
    written(tmp_path, "0001_first.sql", "CREATE TABLE one (n int);")
    assert await migrate(db.admin_url, ["probe"], service_key=SERVICE_KEY, root=tmp_path) == [
        "probe:0001_first.sql"
    ]


async def test_two_migrations_at_once_wait_for_each_other(database: Databases) -> None:
    """Two machines that start together apply each file once."""
    db = await database()
    both = await asyncio.gather(
        *(migrate(db.admin_url, ["probe"], service_key=SERVICE_KEY, root=PROBES) for _ in "ab")
    )
    assert sorted(len(applied) for applied in both) == [0, 2]


async def test_a_service_refuses_an_older_schema(database: Databases, tmp_path: Path) -> None:
    """New code on an old schema says so at start instead of failing in an emergency."""
    db = await database("probe", root=PROBES)
    pool = await open_pool(db.url("probe"), service="probe")
    await check_schema(pool, "probe", root=PROBES)
    written(tmp_path, "0001_tallies.sql", "SELECT 1;")
    written(tmp_path, "0002_later.sql", "SELECT 1;")
    with pytest.raises(SchemaTooOld, match=r"0002_later\.sql"):
        await check_schema(pool, "probe", root=tmp_path)
    await pool.close()


async def test_an_empty_database_is_an_old_schema(database: Databases) -> None:
    """Never migrated and partly migrated are told apart by nobody: both say `muster migrate`."""
    await database("probe", root=PROBES)
    bare = await database()
    pool = await open_pool(bare.url("probe"), service="probe")
    with pytest.raises(SchemaTooOld, match="muster migrate"):
        await check_schema(pool, "probe", root=PROBES)
    await pool.close()


async def test_a_service_s_role_has_rows_and_nothing_else(database: Databases) -> None:
    """A service cannot change tables, rewrite events, bypass policies or read another schema."""
    db = await database("probe", "other", root=PROBES)
    connection = await asyncpg.connect(db.url("probe"), server_settings={"search_path": "probe"})
    role = await connection.fetchrow(
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles"
        " WHERE rolname = current_user"
    )
    assert role is not None
    assert not any(role.values())
    for statement in (
        "CREATE TABLE mine (n int)",
        "ALTER TABLE tallies DISABLE ROW LEVEL SECURITY",
        "UPDATE events SET wire = ''",
        "DELETE FROM events",
        "TRUNCATE events",
        "DELETE FROM migrations",
        "SELECT * FROM other.events",
        "SET ROLE muster_owner",
        "CREATE TABLE public.mine (n int)",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()


async def test_a_new_key_changes_the_password(database: Databases) -> None:
    """The database password follows the installation's secret."""
    db = await database()
    await migrate(db.admin_url, ["rekeyed"], service_key=SERVICE_KEY)
    old = db.url("rekeyed")
    await (await asyncpg.connect(old)).close()
    await migrate(db.admin_url, ["rekeyed"], service_key="another-key-" + "1" * 32)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(old)


async def test_names_out_of_form_are_refused(database: Databases, tmp_path: Path) -> None:
    """A service name or a file name never reaches SQL or the order of files by accident."""
    db = await database()
    with pytest.raises(ValueError, match="service name"):
        await migrate(db.admin_url, ["probe; drop"], service_key=SERVICE_KEY)
    written(tmp_path, "later.sql", "SELECT 1;")
    with pytest.raises(ValueError, match=r"later\.sql"):
        await migrate(db.admin_url, ["probe"], service_key=SERVICE_KEY, root=tmp_path)
