"""The command line: exit codes, JSON, and what needs no running server."""

import io
import json
import os
import subprocess
import sys
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.cli.application import run
from services.cli.commands.up import public_port, settle_kind
from services.cli.errors import CommandError
from services.cli.installation import Installation, data_folder


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


def muster(*arguments: str, data: Path) -> Said:
    """Run one command on a data folder, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("MUSTER_DATA", str(data))
        code = run(arguments)
    return Said(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def demo_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `muster demo-school` wrote."""
    path = tmp_path_factory.mktemp("package") / "school.zip"
    done = muster("demo-school", str(path), data=path.parent / "none")
    assert done.returncode == 0, done.stderr
    return path


def test_a_dry_run_counts_the_demo_school(demo_zip: Path, tmp_path: Path) -> None:
    """`import --dry-run --json` reads a zip without a server and prints the documented object."""
    done = muster("import", str(demo_zip), "--dry-run", "--json", data=tmp_path)
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert set(report) == {"package", "counts", "warnings", "errors"}
    assert set(report["package"]) == {"format", "version", "mode"}
    assert (report["counts"]["students"], report["counts"]["staff"]) == (600, 45)
    assert not list(tmp_path.iterdir())


def test_a_folder_counts_the_same_as_its_zip(demo_zip: Path, tmp_path: Path) -> None:
    """PATH is a zip or a folder, with the same result."""
    folder = tmp_path / "package"
    with zipfile.ZipFile(demo_zip) as archive:
        archive.extractall(folder)
    counts = [
        json.loads(muster("import", str(path), "--dry-run", "--json", data=tmp_path).stdout)[
            "counts"
        ]
        for path in (demo_zip, folder)
    ]
    assert counts[0] == counts[1]


def test_a_refused_package_ends_with_two(tmp_path: Path) -> None:
    """What is no OneRoster package gives exit code 2 and a stable code, no traceback."""
    wrong = tmp_path / "wrong.zip"
    wrong.write_bytes(b"not a zip")
    done = subprocess.run(
        [sys.executable, "-m", "services.cli", "import", str(wrong), "--dry-run", "--json"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MUSTER_DATA": str(tmp_path)},
    )
    assert done.returncode == 2
    assert json.loads(done.stdout)["errors"][0]["code"] == "not_a_zip"
    assert done.stderr == ""


@pytest.mark.parametrize(
    "command",
    [
        ("status",),
        ("user", "list"),
        ("token", "create", "--role", "office"),
        ("migrate",),
    ],
    ids=lambda words: words[0],
)
def test_without_a_run_commands_say_so(command: tuple[str, ...], tmp_path: Path) -> None:
    """Commands that need a running Muster fail with a code and a hint, for people and as JSON."""
    said = muster(*command, data=tmp_path / "none")
    assert (said.returncode, said.stdout) == (1, "")
    assert "[not_running]" in said.stderr
    as_json = muster(*command, "--json", data=tmp_path / "none")
    assert json.loads(as_json.stdout)["error"]["code"] == "not_running"


def test_a_wrong_command_line_ends_with_two(tmp_path: Path) -> None:
    """A typo is told apart from a failure."""
    assert muster("import", "--no-such-option", data=tmp_path).returncode == 2


def test_doctor_names_what_is_missing(tmp_path: Path) -> None:
    """Without a run the doctor finds the programs, says what to start, and ends with 1."""
    done = muster("doctor", "--json", data=tmp_path / "none")
    findings = {one["check"]: one for one in json.loads(done.stdout)["findings"]}
    assert done.returncode == 1
    assert findings["postgres_program"]["well"]
    assert findings["nats_program"]["well"]
    assert not findings["running"]["well"]
    assert "muster up" in findings["running"]["remedy"]


@pytest.mark.parametrize("port", ["0", "65535", "http", "-1", "８０"])
def test_a_port_that_cannot_be_is_refused(port: str) -> None:
    """MUSTER_PORT leaves room for the live socket beside it."""
    with pytest.raises(CommandError) as refused:
        public_port({"MUSTER_PORT": port})
    assert refused.value.code == "bad_port"


def test_a_schools_folder_never_becomes_a_demo(tmp_path: Path) -> None:
    """Demo sign-in without a password can never be switched on over a real school's data."""
    installation = Installation(tmp_path / "data")
    with installation.held():
        settle_kind(installation, demo=False)
        settle_kind(installation, demo=False)
        with pytest.raises(CommandError) as refused:
            settle_kind(installation, demo=True)
    assert refused.value.code == "wrong_kind"


def test_the_data_folder_is_as_given_or_the_users_own() -> None:
    """MUSTER_DATA is taken as it is; without it school and demo have separate folders."""
    assert data_folder({"MUSTER_DATA": "/srv/muster"}, demo=True) == Path("/srv/muster")
    own = {"XDG_DATA_HOME": "/home/x/.data"}
    assert data_folder(own, demo=False) == Path("/home/x/.data/muster/school")
    assert data_folder(own, demo=True) == Path("/home/x/.data/muster/demo")
