"""What the command line may use without a running server: check a package, write the demo's."""

from __future__ import annotations

from pathlib import Path

from schemas.roster import DryRun
from services.roster.domain.demo.package import write_package
from services.roster.domain.package import read_package

DEMO_SEED = 20_261_122


def dry_run(path: Path) -> DryRun:
    """Reads a OneRoster zip or folder and changes nothing.

    Refused when `errors` is not empty; encodes to the JSON of `muster import --dry-run --json`.
    """
    return read_package(path)


def write_demo_school(path: Path, *, seed: int = DEMO_SEED) -> None:
    """Writes a plainly synthetic OneRoster 1.2 zip: 600 students, 45 staff, their guardians.

    The same seed gives the same bytes.
    """
    write_package(path, seed=seed)
