"""Real PostgreSQL and NATS servers for tests, with the faults that tests need."""

import secrets
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from services.cli.child import Child, Command
from services.cli.embedded.binaries import nats_server, postgres_install
from services.cli.embedded.isolation import choose_isolation
from services.cli.embedded.leftovers import clear_leftovers
from services.cli.embedded.nats import NatsServer
from services.cli.embedded.ports import free_ports
from services.cli.embedded.postgres import PostgresCluster
from services.cli.embedded.refuge import REFUGE, programs_in
from tests.cluster_template import ClusterTemplate

START_DEADLINE = 60.0


class Launchable(Protocol):
    """What both embedded servers offer."""

    def command(self, log: Path | None = None) -> Command: ...

    def is_ready(self, pid: int, /) -> bool: ...


class RunningServer:
    """A server in a private folder that ends, with its folder, at `close`.

    It dies with the test process as well, even when that is killed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        self._child: Child | None = None

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    def start(self) -> None:
        """Start (again), on the same ports and data, and wait until it serves."""
        server = self.prepare()
        self._child = Child.start(server.command(log=self.log))
        child = self._child
        await_condition(
            lambda: server.is_ready(child.pid) or not child.running, START_DEADLINE, "server ready"
        )
        assert child.running, self.log.read_text(errors="replace")[-2000:]

    def stop(self) -> None:
        """A clean end."""
        if self._child is not None:
            stop(self._child)

    def kill(self) -> None:
        """kill -9: connections break, nothing is tidied."""
        if self._child is not None:
            self._child.kill()

    def restart(self) -> None:
        """kill -9, then start on the same ports and data."""
        self.kill()
        self.start()

    def close(self) -> None:
        """End it and remove its folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def prepare(self) -> Launchable:
        """Everything before the start; returns what to start."""
        raise TypeError("use RunningPostgres or RunningNats")


class RunningPostgres(RunningServer):
    """PostgreSQL 18 on a free loopback port. `durable=True` keeps fsync on, as in production.

    `template` saves the initdb of all but the first server of a run.
    """

    def __init__(self, *, durable: bool = False, template: ClusterTemplate | None = None) -> None:
        super().__init__(_private_folder("pg"))
        self._template = template
        install = postgres_install()
        isolation = choose_isolation(install / "bin" / "postgres", self.folder)
        if isolation.uid is not None:
            # Another user runs it: one who may pass through the folder and read the programs.
            self.folder.chmod(0o711)
            install = programs_in(REFUGE, install)
        self.cluster = PostgresCluster(
            install=install,
            home=self.folder / "postgres",
            port=free_ports(1)[0],
            password=template.password() if template else secrets.token_urlsafe(12),
            isolation=isolation,
            durable=durable,
        )

    def prepare(self) -> Launchable:
        if self._template is not None:
            self._template.fill(self.cluster)
        self.cluster.initialise()
        clear_leftovers(self.cluster.data)
        return self.cluster

    @property
    def admin_url(self) -> str:
        """The superuser's address of the database `postgres`."""
        return self.cluster.url()

    def url(self, database: str, *, user: str = "postgres") -> str:
        """The address of another database (or for another user with the same password)."""
        return self.cluster.url(database, user=user)


class RunningNats(RunningServer):
    """nats-server with JetStream and `sync_interval: always` on free loopback ports."""

    def __init__(self) -> None:
        super().__init__(_private_folder("nats"))
        port, monitor_port = free_ports(2)
        self.server = NatsServer(
            program=nats_server(),
            home=self.folder / "nats",
            port=port,
            monitor_port=monitor_port,
            password=secrets.token_urlsafe(12),
        )

    def prepare(self) -> Launchable:
        self.server.write_configuration()
        return self.server

    @property
    def url(self) -> str:
        """The client address with user and password."""
        return self.server.url

    @property
    def monitor_url(self) -> str:
        """The monitor's address."""
        return self.server.monitor_url


def stop(child: Child) -> None:
    """Ask a child to end, and wait until it has."""
    child.ask_to_stop()
    await_condition(lambda: not child.running, START_DEADLINE, f"{child.command.name} ended")


def await_condition(condition: Callable[[], bool], deadline: float, what: str) -> None:
    """Poll until the condition holds; fail by name after `deadline` seconds."""
    end = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < end, f"not within {deadline} s: {what}"
        time.sleep(0.01)


def _private_folder(name: str) -> Path:
    return Path(tempfile.mkdtemp(prefix=f"muster-test-{name}-"))
