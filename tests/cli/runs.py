"""Runs of the example installation as a process of its own, watched from outside."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from services.cli.embedded.binaries import postgres_install
from services.cli.embedded.isolation import choose_isolation
from services.cli.embedded.ports import free_ports
from services.cli.embedded.postgres import PostgresCluster
from services.cli.installation import Installation
from tests.cluster_template import ClusterTemplate
from tests.servers import await_condition

ROOT = Path(__file__).parents[2]


class ExampleRun:
    """`tests.cli.example_up` on a folder; `close` leaves nothing of it behind."""

    def __init__(
        self,
        folder: Path,
        environ: Mapping[str, str] | None = None,
        *,
        port: int = 0,
        before: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self.port = port or free_ports(1)[0]
        command = (sys.executable, "-m", "tests.cli.example_up", str(folder), str(self.port))
        ours = {"PYTHONPATH": str(ROOT), "MUSTER_DATA": str(folder)}
        self.process = subprocess.Popen(
            [*before, *command],
            env={**os.environ, **ours, **(environ or {})},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def await_ready(self) -> list[str]:
        """The printed lines up to the last one, `Muster is ready: …`."""
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line.strip())
            if line.startswith("Muster is ready"):
                return lines
        raise AssertionError(f"never ready: {self.process.communicate()[1]}")

    def signal(self, number: signal.Signals) -> int:
        """Send it to the supervisor alone and wait for its end; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)

    def answer(self) -> str:
        """What the public example answers: its pid."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=10) as reply:
            return str(reply.read().decode())

    def close(self) -> None:
        """End it however it stands."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()


def fill(folder: Path, template: ClusterTemplate) -> None:
    """What a first start makes in a folder, for tests of what comes after it."""
    install, isolation = postgres_install(), choose_isolation()
    if isolation.uid is not None:
        return  # the database of such a run is not in its folder
    installation = Installation(folder)
    installation.create()
    secret = folder / "secrets" / "postgres.password"
    secret.touch(mode=0o600)
    secret.write_text(template.password())
    template.fill(
        PostgresCluster(
            install=install,
            home=folder / "postgres",
            port=0,
            password=template.password(),
            isolation=isolation,
            durable=False,
        )
    )


def own_processes(folder: Path) -> dict[int, str]:
    """Living processes that belong to an installation: pid → command line.

    Known by the folder in their command line or in their environment (MUSTER_DATA, PGDATA).
    """
    marks = re.compile(re.escape(os.fsencode(folder)) + rb"(/|\0|$)")
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            environment = (entry / "environ").read_bytes()
        except OSError:
            continue
        if command and (marks.search(command) or marks.search(environment)):
            found[int(entry.name)] = command.replace(b"\0", b" ").decode(errors="replace")
    return found


def await_gone(folder: Path, deadline: float = 30.0) -> None:
    """Every process of the installation ends within the deadline."""
    await_condition(lambda: not own_processes(folder), deadline, f"gone: {own_processes(folder)}")
