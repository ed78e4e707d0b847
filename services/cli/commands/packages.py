"""`muster import` and `muster demo-school`: OneRoster packages in and out."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from schemas.roster import DryRun, Finding
from services.cli.connection import EXIT_REFUSED, connect
from services.cli.installation import find_running
from services.cli.output import print_json, print_table
from services.cli.roster_import import ImportResult, import_package
from services.roster.offline import dry_run as read_package
from services.roster.offline import write_demo_school

SHOWN = 20


def demo_school(path: Path) -> None:
    """Write a synthetic school as a OneRoster zip: 600 students, 45 staff, their guardians.

    Parameters
    ----------
    path
        The zip to write; an existing file is replaced.
    """
    write_demo_school(path)


def import_roster(
    path: Path, *, dry_run: bool = False, json: bool = False, allow_removals: bool = False
) -> int:
    """Import a OneRoster package. Exit code 2 when it is refused; nothing is changed then.

    Parameters
    ----------
    path
        A zip or a folder.
    dry_run
        Only check and count; needs no running Muster.
    json
        Print one JSON object.
    allow_removals
        Go on although more than a tenth of a school's students would leave.
    """
    if dry_run:
        return _report_check(read_package(path), json=json)
    result = asyncio.run(_import(path, allow_removals=allow_removals))
    if json:
        print_json(result)
    elif not result.staged.refused:
        _print_schools(result)
    if result.staged.refused:
        return EXIT_REFUSED if json else _report_check(result.staged.dry_run, json=False)
    return 0


async def _import(path: Path, *, allow_removals: bool) -> ImportResult:
    installation, running = find_running(os.environ)
    async with connect(installation, running) as services:
        return await import_package(services.roster, path, allow_removals=allow_removals)


def _report_check(check: DryRun, *, json: bool) -> int:
    if json:
        print_json(check)
    else:
        _print_check(check)
    return EXIT_REFUSED if check.errors else 0


def _print_check(check: DryRun) -> None:
    package, counts = check.package, check.counts
    print(f"{package.format} {package.version} ({package.mode})")
    print_table(
        ("what", "how many"),
        [(name, str(getattr(counts, name))) for name in counts.__struct_fields__],
    )
    print_findings("Refused", check.errors)
    print_findings("Warnings", check.warnings)


def print_findings(title: str, findings: Sequence[Finding]) -> None:
    """The first of them as a table; --json lists all."""
    if findings:
        print(f"\n{title}: {len(findings)}")
        rows = [(f"{f.file}:{f.line}", f.column, f.code, f.message) for f in findings[:SHOWN]]
        print_table(("where", "column", "code", "what"), rows)
    if len(findings) > SHOWN:
        print(f"… and {len(findings) - SHOWN} more; --json lists all.")


def _print_schools(result: ImportResult) -> None:
    print_table(
        ("school", "id", "new", "gone", "moved", "before"),
        [
            (
                school.name,
                school.school,
                str(school.new_students),
                str(school.gone_students),
                str(school.moved_students),
                str(school.students_before),
            )
            for school in result.staged.schools
        ],
    )
