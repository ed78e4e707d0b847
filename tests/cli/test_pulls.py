"""`muster pull` and `muster photos` against a running roster."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.chassis.clock import SystemClock
from services.cli.application import run
from services.cli.installation import Installation
from services.cli.installation import Running as Announced
from tests.fakes.student_system import StudentSystem, user_12
from tests.roster.conftest import pulling_roster, student_system
from tests.roster.packages import write_folder
from tests.roster.pictures import jpeg
from tests.roster.pulling import incident, keep
from tests.roster.running import Running

__all__ = ["pulling_roster", "student_system"]


@pytest.fixture
def installation(
    pulling_roster: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Running]:
    """The roster as the command line finds it: a folder that says what runs."""
    found = Installation(tmp_path / "installation")
    monkeypatch.setenv("MUSTER_DATA", str(found.folder))
    with found.held():
        found.service_key_file.write_text(pulling_roster.settings.service_key)
        ahead = pulling_roster.clock.now() - SystemClock().now()
        roster = f"http://127.0.0.1:{pulling_roster.settings.port}"
        found.announce(
            Announced(
                pid=0,
                url="",
                live_url="",
                services={"roster": roster},
                database_url="",
                nats_url="",
                nats_monitor_url="",
                demo=False,
                clock=ahead.total_seconds(),
            )
        )
        yield pulling_roster


async def muster(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """Exit code, and the JSON that was printed."""
    code = await asyncio.to_thread(run, [*arguments, "--json"])
    # The roster of this test logs to the same place.
    printed = "\n" + capsys.readouterr().out
    return code, json.JSONDecoder().raw_decode(printed[printed.index("\n{") + 1 :])[0]


async def test_a_pull_is_waited_for(
    installation: Running, student_system: StudentSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its name, with what became of it as one JSON object and 0 when the roster is right."""
    await keep(installation, student_system)
    student_system.tables["users"].append(user_12("k3", "student"))
    code, told = await muster(capsys, "pull", "Student system")
    assert (code, told["outcome"], told["schools"][0]["new_students"]) == (0, "applied", 1)
    code, told = await muster(capsys, "pull", "sis")
    assert (code, told["outcome"]) == (0, "nothing_changed")


async def test_a_pull_that_did_not_change_the_roster_exits_with_two(
    installation: Running, student_system: StudentSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script sees that nothing came in: failed, held by an incident, or no such source."""
    await keep(installation, student_system, secret="wrong")
    code, told = await muster(capsys, "pull", "sis")
    assert (code, told["outcome"], told["code"]) == (2, "failed", "credentials_refused")
    code, told = await muster(capsys, "pull", "nothing")
    assert (code, told["error"]["code"]) == (2, "unknown_source")
    school = (await installation.school()).id
    await incident(installation, school, "INSERT INTO open_incidents VALUES ($1, 'i')")
    code, told = await muster(capsys, "pull", "sis")
    assert (code, told["error"]["code"]) == (2, "incident_open")


async def test_a_folder_of_photos_is_checked_then_stored(
    installation: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A dry run counts and stores nothing; without it the same folder is stored."""
    folder = write_folder(tmp_path / "faces", {"k1.jpg": jpeg(), "k9.jpg": jpeg()})
    code, told = await muster(capsys, "photos", str(folder), "--dry-run")
    assert (code, told["staged"]["counts"]) == (
        0, {"files": 2, "matched": 1, "unknown": 1, "without": 1},
    )  # fmt: skip
    assert told["stored"] is None
    code, told = await muster(capsys, "photos", str(folder))
    assert (code, told["stored"]["status"]) == (0, "accepted")
    code, told = await muster(capsys, "photos", str(folder), "--dry-run")
    assert told["staged"]["counts"]["replaced"] == 1


async def test_a_refused_zip_exits_with_two(
    installation: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is stored of a zip that cannot be trusted."""
    folder = write_folder(tmp_path / "faces", {"k1.jpg": jpeg(), "more.zip": b"x"})
    code, told = await muster(capsys, "photos", str(folder))
    assert (code, told["staged"]["errors"][0]["code"]) == (2, "zip_nested")
    assert told["stored"] is None


async def test_microsoft_sds_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The wrong export is called by its name, with what to ask for instead."""
    sds = {f"{name}.csv": "SIS ID,Name\n1,2\n" for name in ("school", "section", "student")}
    folder = write_folder(tmp_path / "sds", sds)
    code, told = await muster(capsys, "import", str(folder), "--dry-run")
    [error] = told["errors"]
    assert (code, error["code"], told["package"]["format"]) == (2, "microsoft_sds", "Microsoft SDS")
    assert "OneRoster CSV 1.1 or 1.2" in error["message"]
