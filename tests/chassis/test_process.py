"""A service process: it stops in time, dies with its parent and prints no personal data."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from tests.chassis.small_process import NAME
from tests.servers import await_condition

ROOT = Path(__file__).parents[2]
# Less than the 60 s that every stuck part would take, more than any busy machine.
PATIENCE = 30.0
# A supervisor kills after 3 s: by then the process has ended by itself, and has said why.
GIVEN_MS = 2700
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "PYTHONPATH": str(ROOT),
    "MUSTER_SERVICE_KEY": "a key of the tests, long enough to be one",
}


@contextmanager
def started(how: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.chassis.small_process", how],
        env=ENVIRONMENT | environment,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def read_until(process: subprocess.Popen[str], word: str) -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if word in line:
            return said
    raise AssertionError(f"{word} was never said: {said}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly(number: signal.Signals) -> None:
    """A supervisor's SIGTERM and a person's Ctrl-C end with exit code 0."""
    with started("well") as process:
        read_until(process, '"action":"started"')
        process.send_signal(number)
        rest, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert '"action":"stopped"' in rest


@pytest.mark.parametrize("how", ["slow_to_stop", "stuck_at_stop"])
def test_it_gives_up_within_three_seconds(how: str) -> None:
    """A part that does not end, or a blocked loop, cannot hold the process."""
    with started(how) as process:
        read_until(process, '"action":"started"')
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 1
        last = json.loads(rest.splitlines()[-1])
        assert (last["action"], last["ms"]) == ("stop_took_too_long", GIVEN_MS)


def test_a_signal_during_the_start_is_heard() -> None:
    """Stopping a service that still waits for its database does not need a kill."""
    with started("slow_to_start") as process:
        read_until(process, "starting")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
        assert process.returncode == 0


@pytest.mark.parametrize(("how", "code"), [("fails", 1), ("background_failure", 0)])
def test_a_failure_is_named_without_its_text(how: str, code: int) -> None:
    """An exception's text may quote a row: only its kind and place are printed."""
    with started(how) as process:
        if code == 0:
            said = read_until(process, '"action":"started"')
            process.send_signal(signal.SIGTERM)
        else:
            said = ""
        rest, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == code
    assert NAME not in said + rest
    assert '"error_type":"ValueError"' in said + rest
    assert "small_process.py:" in said + rest


def test_a_wrong_setting_is_named() -> None:
    """A typo ends the start with exit code 2 and the name of the variable."""
    with started("well", MUSTER_BELL_HOTS="x") as process:
        said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 2
        assert "MUSTER_BELL_HOTS" in said


def test_a_dead_parent_takes_it_along() -> None:
    """kill -9 of a supervisor leaves no service behind, even one started without a leash."""
    with started("parent") as parent:
        said = read_until(parent, "\n")
        child = psutil.Process(int(said.split()[0]))
        read_until(parent, '"action":"started"')
        parent.kill()
        parent.wait()
        try:
            await_condition(lambda: has_ended(child), PATIENCE, "the child's end")
        finally:
            # One that lived on would keep the output open, and the test waiting for its end.
            with suppress(psutil.NoSuchProcess):
                child.kill()


def has_ended(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_it_steps_back_as_far_as_it_is_told() -> None:
    """A service that is told to be nice leaves the processor to those who are not."""
    with started("well", MUSTER_BELL_NICE="7") as process:
        read_until(process, '"started"')
        assert psutil.Process(process.pid).nice() == psutil.Process().nice() + 7
