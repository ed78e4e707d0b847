"""One child process: what to run, and the running of it."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from services.cli.forked import fork_module

LEASH = Path(__file__).with_name("leash.py")


@dataclass(frozen=True, kw_only=True)
class Command:
    """How to run one program as our child: by its command line, or a module of ours by name.

    `before` runs in front of everything (such as `unshare …`) and must exec, not fork.
    `user` is `uid:gid` to become, or `-`. `stop_signal` asks for a clean end; `death_signal` is
    what the kernel sends when we die. `log` gets both outputs (appended, mode 0600 when new);
    None lets them through to ours.
    """

    name: str
    argv: tuple[str, ...] = ()
    module: str = ""
    before: tuple[str, ...] = ()
    user: str = "-"
    environment: Mapping[str, str] = field(default_factory=dict)
    log: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL


class Process(Protocol):
    """What subprocess.Popen and ForkedProcess have in common."""

    pid: int

    def poll(self) -> int | None: ...

    def wait(self) -> int: ...

    def send_signal(self, number: int, /) -> None: ...

    def kill(self) -> None: ...


class Child:
    """A started command. Call everything from the thread that started it.

    The kernel ties the child to the *thread* that forked it, so `start` belongs in the main
    thread, never in an executor.
    """

    def __init__(self, command: Command, process: Process) -> None:
        self.command = command
        self._process = process

    @classmethod
    def start(cls, command: Command) -> "Child":
        """Start it in a session of its own: Ctrl-C is for us to pass on."""
        output = _open_log(command.log) if command.log else None
        try:
            start = _fork if command.module else _execute
            return cls(command, start(command, output))
        finally:
            if output is not None:
                os.close(output)

    @property
    def pid(self) -> int:
        """The process id; it stays the program's own, because everything before it execs."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative for the number of the signal that ended it."""
        return self._process.poll()

    @property
    def running(self) -> bool:
        """Whether it has not ended (a zombie counts as ended, and is reaped)."""
        return self.exit_code is None

    def wait(self) -> int:
        """Block until it has ended; the exit code."""
        return self._process.wait()

    def ask_to_stop(self) -> None:
        """Send the command's own stop signal, if it still runs."""
        if self.running:
            self._process.send_signal(self.command.stop_signal)

    def kill(self) -> None:
        """SIGKILL and reap."""
        self._process.kill()
        self._process.wait()


def _fork(command: Command, output: int | None) -> Process:
    return fork_module(command.module, command.environment, output, command.death_signal)


def _execute(command: Command, output: int | None) -> Process:
    leash = (sys.executable, "-I", "-S", str(LEASH))
    tie = (str(os.getpid()), str(int(command.death_signal)), command.user)
    return subprocess.Popen(
        [*command.before, *leash, *tie, *command.argv],
        env={**os.environ, **command.environment},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )


def _open_log(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
