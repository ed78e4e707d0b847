"""`muster up` as people run it, and its commands, for tests and journeys."""

import io
import json
import os
import subprocess
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from services.cli.application import run
from services.cli.embedded.ports import free_ports
from services.cli.installation import Installation, Running
from tests.cli.runs import await_gone, own_processes


class MusterRun:
    """`muster up` on a folder and port of its own; it can be stopped and started again."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self._options = options
        self.port = free_ports(1)[0]
        self.environ = {
            **os.environ,
            "MUSTER_DATA": str(folder),
            "MUSTER_PORT": str(self.port),
        }
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> tuple[list[str], float]:
        """Printed lines up to ready, and the seconds until then."""
        began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "services.cli", "up", *self._options],
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line.strip())
            if line.startswith("Muster is ready"):
                return lines, time.monotonic() - began
        raise AssertionError(f"{lines} {self.process.communicate()[1]}")

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        self.process.terminate()
        code = self.process.wait(90)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()
        return code

    def muster(self, *arguments: str, stdin: str = "") -> tuple[int, str]:
        """Run one command against it, in this process: exit code and standard output."""
        said = io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(said):
            patch.setenv("MUSTER_DATA", str(self.folder))
            patch.setattr("sys.stdin", io.StringIO(stdin))
            return run(arguments), said.getvalue()

    def ask(self, *arguments: str, stdin: str = "") -> Any:
        """A command's JSON; it must have succeeded."""
        code, said = self.muster(*arguments, "--json", stdin=stdin)
        assert code == 0, said
        return json.loads(said)

    @property
    def running(self) -> Running:
        """What it announced."""
        running = Installation(self.folder).running()
        assert running is not None
        return running

    def is_ready(self) -> bool:
        """Whether every service says so."""
        return self.muster("status")[0] == 0

    def pids(self, module: str) -> list[int]:
        """The processes of one service."""
        found = own_processes(self.folder).items()
        return [pid for pid, command in found if command.split()[-1] == module]

    def close(self) -> None:
        """End it however it stands; nothing of it is left."""
        if self.process is not None and self.process.poll() is None:
            self.stop()
        await_gone(self.folder)
