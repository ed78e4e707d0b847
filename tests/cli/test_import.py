"""`muster import` against a running roster: what a terminal shows of it, and taking it back."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest

from schemas.roster_import import ImportProgress
from services.cli.application import run
from services.cli.progress import progress_line
from tests.cli.test_pulls import installation, muster, pulling_roster, student_system
from tests.roster.crowds import crowd
from tests.roster.packages import write_folder
from tests.roster.running import Running

__all__ = ["installation", "pulling_roster", "student_system"]


class Terminal(io.StringIO):
    """What a person looks at."""

    def isatty(self) -> bool:
        return True


async def test_the_last_import_is_taken_back(
    installation: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--undo brings back the roster before, once an import; then there is nothing to undo."""
    for number, students in enumerate((20, 22)):
        folder = write_folder(tmp_path / str(number), crowd(students))
        assert (await muster(capsys, "import", str(folder)))[0] == 0
    assert len((await installation.snapshot()).students) == 22
    undone = []
    code, told = await muster(capsys, "import", "--undo")
    assert len((await installation.snapshot()).students) == 20
    # The roster of this test had one import before these two.
    for _ in range(3):
        assert code == 0
        undone.append(told["undone"])
        code, told = await muster(capsys, "import", "--undo")
    assert (code, told["error"]["code"], len(set(undone))) == (2, "nothing_to_undo", 3)


async def test_a_terminal_is_told_what_was_taken_back(
    installation: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In words, with the name of the package; a path beside --undo is refused."""
    folder = write_folder(tmp_path / "crowd", crowd(20))
    assert (await muster(capsys, "import", str(folder)))[0] == 0
    code, told = await muster(capsys, "import", str(folder), "--undo")
    assert (code, told["error"]["code"]) == (2, "usage")
    assert await asyncio.to_thread(run, ["import", "--undo"]) == 0
    assert "The import of crowd is undone" in capsys.readouterr().out


def test_a_terminal_sees_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The step in words and its share, on one line of standard error."""
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    with progress_line(shown=True, stream=terminal) as told:
        told(None)
        told(ImportProgress(step="applying", done=20, total=80))
    shown = terminal.getvalue()
    assert "Applying" in shown
    assert "25 %" in shown


@pytest.mark.parametrize("shown", [True, False])
def test_nobody_looks_at_a_file(shown: bool) -> None:
    """A log, and a program that reads JSON, get no moving line."""
    pipe = io.StringIO() if shown else Terminal()
    with progress_line(shown=shown, stream=pipe) as told:
        told(ImportProgress(step="reading", done=1, total=2))
    assert pipe.getvalue() == ""
