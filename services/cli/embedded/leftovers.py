"""What an earlier run left in a PostgreSQL data folder after it was killed."""

import os
import signal
import time
from pathlib import Path


def clear_leftovers(data: Path, patience: float = 8.0) -> None:
    """Make way for a new server. The caller holds the installation's lock, so none may be running.

    An old server that is still shutting down is awaited for `patience` seconds, then killed. A
    pid file whose pid now belongs to another program (after a reboot, say) is removed:
    PostgreSQL itself would take any living pid for a running server and refuse to start.
    """
    pid_file = data / "postmaster.pid"
    pid = _written_pid(pid_file)
    if pid is None or not Path("/proc/self").exists():
        return
    deadline = time.monotonic() + patience
    while _serves(pid, data):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
    pid_file.unlink(missing_ok=True)


def _written_pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _serves(pid: int, data: Path) -> bool:
    """Whether this pid is a PostgreSQL server on exactly this data folder."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return arguments[0].endswith(b"/postgres") and os.fsencode(data) in arguments
