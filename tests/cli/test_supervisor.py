"""The supervisor with the real servers and two example services."""

import json
import os
import signal
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from services.cli.embedded.isolation import in_user_namespace
from services.cli.installation import Installation
from tests.cli.runs import ExampleRun, await_gone, fill, own_processes
from tests.cluster_template import ClusterTemplate
from tests.servers import RunningNats, RunningPostgres, await_condition

Start = Callable[..., ExampleRun]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start runs of one installation; whatever is left of them ends with the test."""
    runs: list[ExampleRun] = []

    def start_one(environ: Mapping[str, str] | None = None) -> ExampleRun:
        runs.append(ExampleRun(tmp_path / "data", environ))
        return runs[-1]

    yield start_one
    for run in runs:
        run.close()


@pytest.fixture
def filled(tmp_path: Path, cluster_template: ClusterTemplate) -> None:
    """The installation was started before: its database exists."""
    fill(tmp_path / "data", cluster_template)


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExampleRun]:
    """One run for all tests that leave it serving; a first start in an empty folder."""
    run = ExampleRun(tmp_path_factory.mktemp("serving") / "data")
    try:
        lines = run.await_ready()
        assert lines[-1] == f"Muster is ready: http://127.0.0.1:{run.port}"
        yield run
    finally:
        run.close()


def pid_of(run: ExampleRun, program: str) -> int:
    """The pid that the supervisor last logged for a program."""
    lines = (run.folder / "logs" / "supervisor.log").read_text().splitlines()
    facts = [json.loads(line) for line in lines]
    started = [fact for fact in facts if fact["action"] == "program_started"]
    return int([fact["pid"] for fact in started if fact["program"] == program][-1])


def test_it_answers_where_the_last_line_says(serving: ExampleRun) -> None:
    """`Muster is ready: URL` is the last line of a first start, and the address answers by then."""
    assert serving.answer().isdigit()


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_everything(start: Start, number: signal.Signals) -> None:
    """SIGTERM and SIGINT end every process, with exit code 0, before the supervisor ends."""
    run = start()
    run.await_ready()
    assert len(own_processes(run.folder)) >= 5
    assert run.signal(number) == 0
    assert own_processes(run.folder) == {}


@pytest.mark.usefixtures("filled")
def test_a_signal_while_starting_stops_everything(start: Start) -> None:
    """SIGTERM in the middle of coming up leaves nothing behind either."""
    run = start()
    log = run.folder / "logs" / "nats.log"
    await_condition(log.exists, 60, "NATS starting")
    run.signal(signal.SIGTERM)
    assert own_processes(run.folder) == {}


@pytest.mark.usefixtures("filled")
def test_a_service_that_cannot_start_is_named(start: Start) -> None:
    """A service that only crashes ends the start soon, by name, with nothing left behind."""
    run = start({"EXAMPLE_CRASHES": "incident"})
    _, errors = run.process.communicate(timeout=60)
    assert run.process.returncode == 1
    assert errors.startswith("start_failed incident ended 5 times")
    assert own_processes(run.folder) == {}


@pytest.mark.usefixtures("filled")
def test_nothing_outlives_a_killed_supervisor(start: Start) -> None:
    """kill -9 of the supervisor takes services and both servers along."""
    run = start()
    run.await_ready()
    assert len(own_processes(run.folder)) >= 5
    run.signal(signal.SIGKILL)
    await_gone(run.folder)


@pytest.mark.usefixtures("filled")
def test_it_starts_again_at_once_after_being_killed(start: Start) -> None:
    """A start right after kill -9 waits for the old database instead of refusing."""
    first = start()
    first.await_ready()
    first.signal(signal.SIGKILL)
    assert start().await_ready()


@pytest.mark.parametrize("program", ["web", "incident", "nats", "postgres"])
def test_a_killed_program_is_started_again(serving: ExampleRun, program: str) -> None:
    """kill -9 of any program brings it back, though nobody asks for it."""
    old = pid_of(serving, program)
    os.kill(old, signal.SIGKILL)
    await_condition(lambda: pid_of(serving, program) != old, 30, f"{program} back")
    await_condition(lambda: answers(serving), 30, "web serves")


def answers(run: ExampleRun) -> bool:
    """Whether the public example answers at all."""
    try:
        return bool(run.answer())
    except OSError:
        return False


@pytest.mark.usefixtures("filled")
def test_a_second_start_finds_the_same_secrets(start: Start) -> None:
    """Keys and the database survive a stop; the second start makes no new database."""
    run = start()
    run.await_ready()
    before = kept(run.folder)
    run.signal(signal.SIGTERM)
    again = start()
    again.await_ready()
    assert kept(again.folder) == before


def kept(folder: Path) -> dict[str, str]:
    """The secrets by name, and which cluster the database is."""
    secrets = {path.name: path.read_text() for path in (folder / "secrets").iterdir()}
    version = folder / "postgres" / "data" / "PG_VERSION"
    return {**secrets, "cluster": str(version.stat().st_ino)}


def test_secrets_are_for_the_owner_alone(serving: ExampleRun) -> None:
    """Every file with a secret is 0600, in folders that others cannot enter."""
    folder = serving.folder
    files = [*(folder / "secrets").iterdir(), folder / "run.json", folder / "nats" / "nats.conf"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_no_mode_of_an_existing_folder_changes(start: Start, tmp_path: Path) -> None:
    """The data folder and its parents keep the modes that their owner gave them."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o750)
    folder.chmod(0o750)
    before = [path.stat().st_mode for path in (folder, *folder.parents)]
    start().await_ready()
    assert [path.stat().st_mode for path in (folder, *folder.parents)] == before


def test_a_second_supervisor_is_refused(serving: ExampleRun) -> None:
    """Two never run on one data folder, and the first goes on unharmed."""
    second = ExampleRun(serving.folder)
    _, errors = second.process.communicate(timeout=60)
    assert second.process.returncode == 1
    assert errors.startswith("already_running ")
    assert serving.answer().isdigit()


def test_a_taken_port_is_refused_before_anything_starts(
    serving: ExampleRun, tmp_path: Path
) -> None:
    """Another program on MUSTER_PORT gets a clear refusal instead of a crash loop."""
    second = ExampleRun(tmp_path / "second", port=serving.port)
    _, errors = second.process.communicate(timeout=60)
    assert second.process.returncode == 1
    assert errors.startswith("port_taken ")
    assert not (second.folder / "postgres").exists()


def test_an_ordinary_user_needs_nothing_special(tmp_path: Path) -> None:
    """Without root's rights it comes up just the same (root plays one in a user namespace)."""
    before = in_user_namespace().before if os.geteuid() == 0 else ()
    run = ExampleRun(tmp_path / "data", before=before)
    try:
        run.await_ready()
        assert run.answer().isdigit()
        run.signal(signal.SIGKILL)
        await_gone(run.folder)
    finally:
        run.close()


@pytest.mark.usefixtures("filled")
def test_other_commands_find_the_run(start: Start) -> None:
    """run.json names every service while it runs, and nothing is found once it was killed."""
    run = start()
    run.await_ready()
    running = Installation(run.folder).running()
    assert running is not None
    assert running.url == f"http://127.0.0.1:{run.port}"
    assert set(running.services) == {"incident", "web"}
    run.signal(signal.SIGKILL)
    assert Installation(run.folder).running() is None


def test_given_servers_replace_the_embedded_ones(
    start: Start, postgres_server: RunningPostgres, nats_server: RunningNats
) -> None:
    """DATABASE_URL and NATS_URL are used, and no server of our own starts."""
    run = start(
        {
            "DATABASE_URL": postgres_server.admin_url,
            "NATS_URL": nats_server.url,
            "NATS_MONITOR_URL": nats_server.monitor_url,
        }
    )
    run.await_ready()
    running = Installation(run.folder).running()
    assert running is not None
    assert (running.database_url, running.nats_url) == (
        postgres_server.admin_url,
        nats_server.url,
    )
    assert not (run.folder / "postgres").exists()


def test_an_unverified_nats_is_refused(start: Start, nats_server: RunningNats) -> None:
    """Without its monitor nobody knows that a given NATS writes to disk: no start."""
    run = start({"NATS_URL": nats_server.url})
    _, errors = run.process.communicate(timeout=60)
    assert run.process.returncode == 1
    assert errors.startswith("nats_monitor_url_missing ")
