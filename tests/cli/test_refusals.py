"""What the command line refuses before anything is sent."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli.application import run
from services.cli.errors import CommandError
from services.cli.roster_import import zipped


def refused(path: Path) -> CommandError:
    with pytest.raises(CommandError) as told, zipped(path):
        pass
    return told.value


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A mistyped path is told as such, and not as a service that does not answer."""
    error = refused(tmp_path / "nothing.zip")
    assert (error.code, error.exit_code) == ("not_found", 2)


def test_a_folder_with_a_link_is_refused(tmp_path: Path) -> None:
    """A folder is no way to read what lies elsewhere on the machine."""
    (tmp_path / "users.csv").symlink_to("/etc/hostname")
    error = refused(tmp_path)
    assert (error.code, error.exit_code) == ("zip_symlink", 2)


def test_a_reader_that_has_enough_is_no_failure(tmp_path: Path) -> None:
    """`muster import … | head` ends quietly, as every other program does."""
    package = tmp_path / "school.zip"
    assert run(("demo-school", str(package))) == 0
    muster = [sys.executable, "-m", "services.cli", "import", str(package), "--dry-run", "--json"]
    reading, writing = os.pipe()
    with subprocess.Popen(muster, stdout=writing, stderr=subprocess.PIPE) as running:
        os.close(writing)
        os.close(reading)
        told = running.stderr.read() if running.stderr else b""
    assert (told, running.returncode) == (b"", 141)


@pytest.mark.parametrize(
    "arguments", [("token", "create", "--json"), ("nonsense", "--json"), ("status", "-x", "--json")]
)
def test_a_command_that_is_not_understood_is_json_too(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """A script that asked for JSON can always read why nothing was done."""
    assert run(arguments) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["error"]["code"] == "usage"
    assert told["error"]["message"]
