"""`muster up` for a real school: empty at first, filled by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.muster_run import MusterRun


@pytest.fixture
def school(tmp_path: Path) -> Iterator[MusterRun]:
    """An installation that was never started before."""
    run = MusterRun(tmp_path / "data")
    try:
        run.start()
        yield run
    finally:
        run.close()


def test_a_school_starts_empty_and_is_filled_by_commands(school: MusterRun, tmp_path: Path) -> None:
    """No demo in it; a package brings the school, and the first administrator is enrolled."""
    services = {one["service"] for one in school.ask("status")["services"]}
    assert "sinks" not in services
    assert not school.running.demo
    assert school.running.clock == 0.0
    assert school.ask("user", "list") == []
    assert school.muster("token", "create", "--role", "office")[0] == 2
    package = tmp_path / "school.zip"
    school.muster("demo-school", str(package))
    (imported,) = school.ask("import", str(package))["staged"]["schools"]
    assert imported["new_students"] == 600
    made = school.ask("user", "create", "first.admin", "First Admin", "--role", "administrator")
    assert made["roles"] == {imported["school"]: ["administrator"]}
    assert "/enroll#" in school.ask("user", "link", "first.admin")["url"]
