"""`muster up --demo` with every real service, and the commands that talk to it."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import psutil
import pytest

from services.cli.application import run
from services.cli.embedded.ports import free_ports
from services.cli.installation import Installation, Running
from services.cli.supervisor.services import DEMO_SERVICES, SERVICES
from tests.cli.runs import await_gone, own_processes
from tests.servers import await_condition

pytestmark = pytest.mark.xdist_group("demo_installation")


class Demo:
    """One demo in a folder of its own; it can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
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
            [sys.executable, "-m", "services.cli", "up", "--demo"],
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
        code = self.process.wait(40)
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


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo for this whole module, filled by its first start."""
    started = Demo(tmp_path_factory.mktemp("demo") / "data")
    try:
        lines, _ = started.start()
        assert lines[-1] == f"Muster is ready: http://127.0.0.1:{started.port}"
        yield started
    finally:
        if started.process is not None and started.process.poll() is None:
            started.stop()
        await_gone(started.folder)


def test_everything_is_ready(demo: Demo) -> None:
    """`status` and `doctor` agree that every process of the demo is well."""
    status = demo.ask("status")
    assert status["ready"]
    names = {service["service"] for service in status["services"]}
    assert names == {spec.name for spec in (*SERVICES, *DEMO_SERVICES)}
    assert demo.ask("doctor")["well"]


def test_the_demo_school_came_through_the_importer(demo: Demo, tmp_path: Path) -> None:
    """Importing the same school again finds all 600 students and changes none of them."""
    package = tmp_path / "school.zip"
    demo.muster("demo-school", str(package))
    (school,) = demo.ask("import", str(package))["staged"]["schools"]
    assert school["students_before"] == 600
    assert school.get("new_students", 0) == 0
    assert school.get("gone_students", 0) == 0


def test_every_role_has_someone_to_sign_in_as(demo: Demo) -> None:
    """The demo offers one-tap sign-in per role: an account with each role exists."""
    roles = {
        role
        for account in demo.ask("user", "list")
        for held in account.get("roles", {}).values()
        for role in held
    }
    assert roles == {
        *("teacher", "staff", "office", "principal", "administrator"),
        *("sro", "responder", "it", "screen"),
    }


def test_a_person_is_added_and_enrolled(demo: Demo) -> None:
    """create, grant, password and link work on a new person, by login."""
    made = demo.ask(
        "user",
        "create",
        "new.person",
        "New Person",
        "--role",
        "office",
        "--password",
        stdin="a long enough password\n",
    )
    assert list(made["roles"].values()) == [["office"]]
    assert demo.muster("user", "grant", "new.person", "--role", "teacher")[0] == 0
    accounts = {account["person"]: account for account in demo.ask("user", "list")}
    assert list(accounts[made["person"]]["roles"].values()) == [["teacher"]]
    assert demo.muster("user", "password", "new.person", stdin="another long password\n")[0] == 0
    link = demo.ask("user", "link", "new.person")
    assert link["url"].startswith(f"http://127.0.0.1:{demo.port}/enroll#")


def test_what_cannot_be_is_refused_with_two(demo: Demo) -> None:
    """Unknown people and schools, and short passwords, are refusals and not failures."""
    assert demo.muster("user", "link", "nobody.here")[0] == 2
    assert demo.muster("token", "create", "--role", "office", "--school", "x")[0] == 2
    code, said = demo.muster("user", "create", "short", "Short", "--password", stdin="short\n")
    assert (code, said) == (2, "")


def test_a_token_is_created_for_the_only_school(demo: Demo) -> None:
    """`token create --json` gives a bearer token with its role, school and end."""
    token = demo.ask("token", "create", "--role", "office")
    assert token["role"] == "office"
    assert token["token"].count(".") == 2
    again = demo.ask("token", "create", "--role", "office", "--school", token["school"])
    assert again["token"] != token["token"]


@pytest.mark.parametrize("spec", SERVICES, ids=lambda spec: spec.name)
def test_a_killed_service_is_ready_again(demo: Demo, spec: Any) -> None:
    """kill -9 of any one service: a new process serves, and the rest never stopped."""
    before = demo.pids(spec.module)
    assert len(before) == 1
    os.kill(before[0], signal.SIGKILL)
    await_condition(lambda: demo.pids(spec.module) not in ([], before), 10, "a new process")
    await_condition(demo.is_ready, 20, f"{spec.name} ready again")


def test_it_fits_a_small_computer(demo: Demo) -> None:
    """All processes together stay within 700 MB of memory, shared pages counted once."""
    pss = sum(psutil.Process(pid).memory_full_info().pss for pid in own_processes(demo.folder))
    assert pss < 700 * 2**20, f"{pss / 2**20:.0f} MB"


def test_a_second_start_finds_everything(demo: Demo) -> None:
    """After a stop nothing is left running; the next start is quick and has the same people."""
    people = sorted(account["person"] for account in demo.ask("user", "list"))
    assert demo.stop() == 0
    assert own_processes(demo.folder) == {}
    demo.start()
    assert sorted(account["person"] for account in demo.ask("user", "list")) == people
