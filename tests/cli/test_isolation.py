"""PostgreSQL never runs as root, whatever the machine allows."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from services.cli.child import Child
from services.cli.embedded.binaries import postgres_install
from services.cli.embedded.isolation import (
    Isolation,
    as_ourselves,
    as_unprivileged_user,
    choose_isolation,
    in_user_namespace,
    user_namespaces_work,
)
from services.cli.embedded.ports import free_ports
from services.cli.embedded.postgres import PostgresCluster
from services.cli.embedded.refuge import home_in, programs_in
from tests.servers import await_condition, stop


def ways_out() -> list[Isolation]:
    """Every way that this machine and this user allow."""
    if os.geteuid() != 0:
        return [as_ourselves()]
    return [as_unprivileged_user(), *([in_user_namespace()] if user_namespaces_work() else [])]


def way_name(way: Isolation) -> str:
    """A readable test id."""
    return "namespace" if way.before else way.user


@pytest.fixture
def refuge() -> Iterator[Path]:
    """A folder that other users can enter, as /var/lib/muster is."""
    folder = Path(tempfile.mkdtemp(prefix="muster-test-refuge-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("isolation", ways_out(), ids=way_name)
async def test_every_way_out_of_root_serves(isolation: Isolation, refuge: Path) -> None:
    """The namespace and the unprivileged user both give a working server that is not root."""
    install, home = postgres_install(), refuge / "home"
    if isolation.uid is not None:
        install, home = programs_in(refuge, install), home_in(refuge, home)
    cluster = PostgresCluster(
        install=install,
        home=home,
        port=free_ports(1)[0],
        password="not-a-secret",
        isolation=isolation,
        durable=False,
    )
    cluster.initialise()
    child = Child.start(cluster.command(log=refuge / "log"))
    try:
        await_condition(lambda: cluster.is_ready(child.pid) or not child.running, 60, "ready")
        connection = await asyncpg.connect(cluster.url())
        assert await connection.fetchval("SELECT 1") == 1
        await connection.close()
    finally:
        stop(child)
    assert home.stat().st_uid == (isolation.uid if isolation.uid is not None else os.geteuid())
    assert home.stat().st_mode & 0o777 == 0o700


def test_what_cannot_be_read_inside_is_not_chosen(tmp_path: Path) -> None:
    """Root's namespace is refused when it could not read what PostgreSQL needs."""
    missing = tmp_path / "unreadable"
    assert not user_namespaces_work(missing)
    if os.geteuid() == 0:
        assert choose_isolation(missing).uid not in (None, 0)
    else:
        assert choose_isolation(missing) == as_ourselves()
