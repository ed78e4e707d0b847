"""`muster up --demo` with every real service, and the commands that talk to it."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from services.cli.supervisor.services import DEMO_SERVICES, SERVICES
from tests.cli.muster_run import MusterRun
from tests.cli.runs import own_processes
from tests.servers import await_condition


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MusterRun]:
    """One demo for this whole module, filled by its first start."""
    started = MusterRun(tmp_path_factory.mktemp("demo") / "data", "--demo")
    try:
        lines, _ = started.start()
        assert lines[-1] == f"Muster is ready: http://127.0.0.1:{started.port}"
        yield started
    finally:
        started.close()


def test_everything_is_ready(demo: MusterRun) -> None:
    """`status` and `doctor` agree that every process of the demo is well."""
    status = demo.ask("status")
    assert status["ready"]
    names = {service["service"] for service in status["services"]}
    assert names == {spec.name for spec in (*SERVICES, *DEMO_SERVICES)}
    assert demo.ask("doctor")["well"]


def test_the_demo_school_came_through_the_importer(demo: MusterRun, tmp_path: Path) -> None:
    """Importing the same school again finds all 600 students and changes none of them."""
    package = tmp_path / "school.zip"
    demo.muster("demo-school", str(package))
    (school,) = demo.ask("import", str(package))["staged"]["schools"]
    assert school["students_before"] == 600
    assert school.get("new_students", 0) == 0
    assert school.get("gone_students", 0) == 0


def test_every_role_has_someone_to_sign_in_as(demo: MusterRun) -> None:
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


def test_a_person_is_added_and_enrolled(demo: MusterRun) -> None:
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


def test_what_cannot_be_is_refused_with_two(demo: MusterRun) -> None:
    """Unknown people and schools, and short passwords, are refusals and not failures."""
    assert demo.muster("user", "link", "nobody.here")[0] == 2
    assert demo.muster("token", "create", "--role", "office", "--school", "x")[0] == 2
    code, said = demo.muster("user", "create", "short", "Short", "--password", stdin="short\n")
    assert (code, said) == (2, "")


def test_a_token_is_created_for_the_only_school(demo: MusterRun) -> None:
    """`token create --json` gives a bearer token with its role, school and end."""
    token = demo.ask("token", "create", "--role", "office")
    assert token["role"] == "office"
    assert token["token"].count(".") == 2
    again = demo.ask("token", "create", "--role", "office", "--school", token["school"])
    assert again["token"] != token["token"]


@pytest.mark.parametrize("spec", SERVICES, ids=lambda spec: spec.name)
def test_a_killed_service_is_ready_again(demo: MusterRun, spec: Any) -> None:
    """kill -9 of any one service: a new process serves, and the rest never stopped."""
    before = demo.pids(spec.module)
    assert len(before) == 1
    os.kill(before[0], signal.SIGKILL)
    await_condition(lambda: demo.pids(spec.module) not in ([], before), 60, "a new process")
    await_condition(demo.is_ready, 60, f"{spec.name} ready again")


@pytest.mark.parametrize("program", ["/postgres", "/nats-server"])
def test_every_service_recovers_from_a_killed_server(demo: MusterRun, program: str) -> None:
    """kill -9 of PostgreSQL or NATS: it comes back on its data and no service needs a hand."""
    found = own_processes(demo.folder).items()
    (server,) = [pid for pid, command in found if command.split()[0].endswith(program)]
    os.kill(server, signal.SIGKILL)
    await_condition(lambda: server not in own_processes(demo.folder), 60, "the old one is gone")
    await_condition(demo.is_ready, 60, "everything ready again")
    assert len(demo.ask("user", "list")) > 45


def test_it_fits_a_small_computer(demo: MusterRun) -> None:
    """All processes together stay within 700 MB of memory, shared pages counted once."""
    pss = sum(psutil.Process(pid).memory_full_info().pss for pid in own_processes(demo.folder))
    assert pss < 700 * 2**20, f"{pss / 2**20:.0f} MB"


def test_a_second_start_finds_everything(demo: MusterRun) -> None:
    """After a stop nothing is left running; the next start is quick and has the same people."""
    people = sorted(account["person"] for account in demo.ask("user", "list"))
    assert demo.stop() == 0
    assert own_processes(demo.folder) == {}
    demo.start()
    assert sorted(account["person"] for account in demo.ask("user", "list")) == people
