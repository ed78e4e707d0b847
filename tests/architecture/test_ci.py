"""What runs on every change passes only when something was tested and everything passed."""

import shutil
import subprocess
from pathlib import Path

RUN = Path(__file__).parents[2] / ".ci" / "run"
PASSED = "echo '=== 3 passed in 0.10s ==='"


def run(folder: Path, **targets: str) -> subprocess.CompletedProcess[str]:
    """Run .ci/run beside a Makefile whose targets do what the test says."""
    lines = {"test": PASSED, "check": "true", "bench": "true", "chaos": "true", **targets}
    makefile = "".join(f"{target}:\n\t@{line}\n" for target, line in lines.items())
    (folder / ".ci").mkdir()
    (folder / "Makefile").write_text(makefile)
    shutil.copy(RUN, folder / ".ci" / "run")
    command = ["bash", ".ci/run"]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)


def test_all_steps_pass(tmp_path: Path) -> None:
    """The run ends with pytest's own summary and says how long each step took."""
    done = run(tmp_path)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "=== 3 passed in 0.10s ==="
    for step in ("make test", "make check", "make bench", "make chaos"):
        assert f" s  {step}" in done.stdout


def test_a_run_without_tests_fails(tmp_path: Path) -> None:
    """A runner that found no test and exits 0 is no green run."""
    done = run(tmp_path, test="echo 'no tests ran in 0.01s'")
    assert done.returncode == 1
    assert "no test was executed" in done.stdout


def test_the_first_failure_stops_the_run(tmp_path: Path) -> None:
    """What failed is the last thing printed; nothing after it runs."""
    done = run(tmp_path, check="exit 3", bench="touch benched")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith("== FAILED")
    assert not (tmp_path / "benched").exists()


def test_the_measurements_are_slices(tmp_path: Path) -> None:
    """A change waits for slices of the measurements, never for all of them."""
    done = run(tmp_path, bench='test -n "$$SMOKE"', chaos='test -n "$$SMOKE"')
    assert done.returncode == 0
