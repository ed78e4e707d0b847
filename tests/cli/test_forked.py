"""Services are forked from the supervisor: nothing of it may leak into them, or back."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from services.cli.child import Child, Command
from services.cli.embedded.ports import free_ports
from tests.cli.runs import ROOT
from tests.servers import await_condition


def ended(module: str, log: Path) -> tuple[int, str]:
    """Run a module to its end: exit code and output."""
    child = Child.start(Command(name="example", module=module, log=log))
    return child.wait(), log.read_text()


def test_the_exit_code_is_the_modules_own(tmp_path: Path) -> None:
    """`sys.exit(7)` in a service is seen as 7, and what it printed is in its log."""
    assert ended("tests.cli.exits_with_seven", tmp_path / "log") == (7, "said before the end\n")


def test_a_failure_is_in_the_services_log(tmp_path: Path) -> None:
    """An exception ends the child alone, with code 1 and its traceback in its own log."""
    code, said = ended("tests.cli.fails", tmp_path / "log")
    assert code == 1
    assert said.rstrip().endswith("LookupError: as intended")


def test_a_signal_is_seen_as_such(tmp_path: Path) -> None:
    """kill -9 gives the negative number, as for every other child."""
    child = start_example(tmp_path / "log")
    child.kill()
    assert child.exit_code == -signal.SIGKILL


def start_example(log: Path) -> Child:
    """The example service, which serves until it is ended."""
    environment = {"MUSTER_WEB_PORT": str(free_ports(1)[0])}
    return Child.start(
        Command(name="web", module="tests.cli.example_web", environment=environment, log=log)
    )


def test_it_looks_like_a_process_of_its_own(tmp_path: Path) -> None:
    """`ps` shows the module's name; it has its own session and none of our open files."""
    secret = os.open(tmp_path / "ours", os.O_RDWR | os.O_CREAT)
    os.set_inheritable(secret, True)
    child = start_example(tmp_path / "log")
    place = Path(f"/proc/{child.pid}")
    try:
        await_condition(
            lambda: b"-m\0tests.cli.example_web" in (place / "cmdline").read_bytes(), 5, "renamed"
        )
        opened = {os.readlink(file) for file in (place / "fd").iterdir()}
        assert str(tmp_path / "ours") not in opened
        assert os.getsid(child.pid) == child.pid
    finally:
        child.kill()
        os.close(secret)


SIGNALLED = """
import asyncio, os, signal, sys
from pathlib import Path
from services.cli.child import Child, Command
from services.cli.supervisor.keeper import ended

async def main():
    told = []
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.append, 1)
    command = Command(name="x", module="tests.cli.example_web", log=Path(sys.argv[1]))
    for _ in range(20):
        child = Child.start(command)
        os.kill(child.pid, signal.SIGTERM)
        await ended(child)
    print(len(told))

asyncio.run(main())
"""


def test_a_childs_signal_never_reaches_the_supervisor(tmp_path: Path) -> None:
    """SIGTERM to a service that was forked this instant ends that service and nothing else."""
    done = subprocess.run(
        [sys.executable, "-c", SIGNALLED, str(tmp_path / "log")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MUSTER_WEB_PORT": "0"},
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "0\n"), done.stderr
