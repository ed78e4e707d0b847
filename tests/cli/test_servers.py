"""The embedded servers, started for real."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import nats
import pytest

from services.cli.child import Child, Command
from services.cli.embedded.leftovers import clear_leftovers
from services.cli.embedded.nats import refuse_lazy_disk
from services.cli.errors import CommandError
from tests.cluster_template import ClusterTemplate
from tests.servers import RunningNats, RunningPostgres, await_condition


async def test_postgres_keeps_what_was_committed_before_kill(
    private_postgres: RunningPostgres,
) -> None:
    """A committed row survives kill -9 of the server and its restart on the same data."""
    connection = await asyncpg.connect(private_postgres.admin_url)
    await connection.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
    private_postgres.restart()
    connection = await asyncpg.connect(private_postgres.admin_url)
    assert await connection.fetchval("SELECT n FROM kept") == 7
    await connection.close()


async def test_postgres_refuses_a_wrong_password(postgres_server: RunningPostgres) -> None:
    """Being on the same machine is not enough to read the database."""
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(
            host="127.0.0.1", port=postgres_server.cluster.port, user="postgres", password="guess"
        )


async def test_postgres_syncs_unless_a_test_asked_otherwise(
    cluster_template: ClusterTemplate,
) -> None:
    """The production settings keep fsync and synchronous commit on."""
    with RunningPostgres(durable=True, template=cluster_template) as server:
        connection = await asyncpg.connect(server.admin_url)
        shown = [
            await connection.fetchval(f"SHOW {name}") for name in ("fsync", "synchronous_commit")
        ]
        await connection.close()
    assert shown == ["on", "on"]


def test_a_pid_file_of_another_program_does_not_block_the_start(
    private_postgres: RunningPostgres,
) -> None:
    """After a reboot the written pid may be anybody's; the database still starts."""
    pid_file = private_postgres.cluster.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    private_postgres.stop()
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]))
        private_postgres.start()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_server_that_outlived_its_supervisor_is_ended_first(
    private_postgres: RunningPostgres,
) -> None:
    """Two servers never share a data folder: the old one is gone when the new one starts."""
    pid = private_postgres.pid
    clear_leftovers(private_postgres.cluster.data, patience=0.1)
    assert not private_postgres.cluster.is_ready(pid)


async def test_nats_refuses_strangers(nats_server: RunningNats) -> None:
    """Without the password nobody publishes or listens."""
    bare = nats_server.url.replace(nats_server.url.split("@")[0], "nats://x:y")

    async def quiet(_: Exception) -> None:
        return None

    with pytest.raises(nats.errors.Error):
        await nats.connect(bare, allow_reconnect=False, max_reconnect_attempts=1, error_cb=quiet)


async def test_nats_keeps_an_acknowledged_message_over_kill(private_nats: RunningNats) -> None:
    """An acknowledged JetStream message survives kill -9 of the server."""
    client = await nats.connect(private_nats.url)
    stream = client.jetstream()
    await stream.add_stream(name="KEEP", subjects=["keep.>"])
    await stream.publish("keep.one", b"1")
    await client.close()
    private_nats.restart()
    client = await nats.connect(private_nats.url)
    state = (await client.jetstream().stream_info("KEEP")).state
    await client.close()
    assert state.messages == 1


def test_the_embedded_nats_writes_before_it_acknowledges(nats_server: RunningNats) -> None:
    """The check for `sync_interval: always` accepts our own configuration."""
    refuse_lazy_disk(nats_server.monitor_url)


def test_a_nats_that_syncs_late_is_refused(private_nats: RunningNats) -> None:
    """A server with the default sync interval may not be used."""
    configuration = private_nats.folder / "nats" / "nats.conf"
    text = configuration.read_text().replace("sync_interval: always", "sync_interval: 2m")
    lazy = private_nats.folder / "lazy.conf"
    lazy.write_text(text)
    private_nats.kill()
    argv = (str(private_nats.server.program), "--config", str(lazy))
    process = Child.start(Command(name="nats", argv=argv, log=private_nats.log))
    try:
        await_condition(private_nats.server.is_ready, 30, "lazy server")
        with pytest.raises(CommandError) as refused:
            refuse_lazy_disk(private_nats.monitor_url)
    finally:
        process.kill()
    assert refused.value.code == "nats_sync_interval"


ORPHANING = """
import os, sys
from tests.servers import RunningNats, RunningPostgres
for server in (RunningPostgres(), RunningNats()):
    server.start()
    print(server.pid, server.folder, flush=True)
os.kill(os.getpid(), 9)
"""


def test_both_servers_die_with_a_killed_parent(tmp_path: Path) -> None:
    """kill -9 of whoever started them leaves no server behind."""
    done = subprocess.run(
        [sys.executable, "-c", ORPHANING],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.getcwd(), "TMPDIR": str(tmp_path)},
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    pids = [int(line.split()[0]) for line in done.stdout.splitlines()]
    assert len(pids) == 2
    await_condition(lambda: not any(map(_alive, pids)), 30, "servers gone")


def _alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
