"""What the command line refuses before anything is sent."""

import json
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
