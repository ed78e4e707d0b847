"""Start a module of ours by forking: what we have imported already, it need not import again.

A service imports for about a second; forked from a supervisor that has the same libraries loaded
it serves in a fifth of that, after a kill -9 too, and shares their memory with all others. To the
outside it is `python -P -m <module>`.
"""

import ctypes
import os
import runpy
import signal
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from services.cli.leash import tie_to

CAUGHT = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
MOST_DESCRIPTORS = 1 << 20
# Of /proc/self/stat, counted after the name in brackets: where the command line lies in memory.
ARG_START, ARG_END = 45, 46


class ForkedProcess:
    """A forked child: the part of subprocess.Popen that we use."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    def poll(self) -> int | None:
        """The exit code, None while it runs."""
        return self._reap(os.WNOHANG)

    def wait(self) -> int:
        """The exit code, when it has ended."""
        code = self._reap(0)
        assert code is not None
        return code

    def send_signal(self, number: int) -> None:
        """A signal, unless it has ended: its pid may be another's then."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def _reap(self, options: int) -> int | None:
        if self._code is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code


def fork_module(
    module: str, environment: Mapping[str, str], output: int | None, death_signal: int
) -> ForkedProcess:
    """Run `module` as `__main__` in a child. output: a descriptor for both its outputs.

    From the main thread only, with no other thread at work. A signal that arrived in the child
    before it let go of our event loop would reach ours: all are blocked meanwhile.
    """
    parent = os.getpid()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        pid = os.fork()
        if pid == 0:
            _live_as(module, environment, output, parent, death_signal)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return ForkedProcess(pid)


def _live_as(
    module: str, environment: Mapping[str, str], output: int | None, parent: int, death_signal: int
) -> NoReturn:
    code = 1
    try:
        tie_to(parent, death_signal)
        _let_go(output)
        os.environ.update(environment)
        _rename(f"python -P -m {module}")
        sys.argv = [module]
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals())
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Never back into the frames of the supervisor below us.
        os._exit(code)


def _let_go(output: int | None) -> None:
    """Signals, terminal, session and open files of the supervisor are not ours."""
    signal.set_wakeup_fd(-1)
    for number in CAUGHT:
        default = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
        signal.signal(number, default)
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    if output is not None:
        os.dup2(output, 1)
        os.dup2(output, 2)
    os.closerange(3, MOST_DESCRIPTORS)
    # What the supervisor's own streams still hold is the supervisor's to say.
    sys.stdout = open(1, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115


def _rename(title: str) -> None:
    """What `ps` and `pgrep -f` show; cut to the room that our own command line took."""
    if not sys.platform.startswith("linux"):
        return
    fields = Path("/proc/self/stat").read_text().rpartition(") ")[2].split()
    start, size = int(fields[ARG_START]), int(fields[ARG_END]) - int(fields[ARG_START])
    words = title.encode().replace(b" ", b"\0")[: size - 1]
    ctypes.memmove(start, words.ljust(size, b"\0"), size)
