"""`muster import` and `muster demo-school`: OneRoster packages in and out."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from schemas.roster import DryRun, Finding, StagedImport
from schemas.roster_findings import as_csv
from schemas.roster_import import ImportEntry
from services.cli.connection import EXIT_REFUSED, connect
from services.cli.difference import sentence
from services.cli.errors import CommandError
from services.cli.installation import find_running
from services.cli.output import print_json, print_table
from services.cli.progress import progress_line
from services.cli.roster_import import ImportResult, Read, import_package, undo_last
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
    path: Path | None = None,
    *,
    dry_run: bool = False,
    json: bool = False,
    allow_removals: bool = False,
    findings: Path | None = None,
    undo: bool = False,
) -> int:
    """Import a OneRoster package. Exit code 2 when it is refused; nothing is changed then.

    Parameters
    ----------
    path
        A zip or a folder, whole (bulk) or with changes only (delta).
    dry_run
        Only check and count; needs no running Muster.
    json
        Print one JSON object.
    allow_removals
        Go on although more than a tenth of a school's students would leave.
    findings
        Write every warning and error to this file, as CSV.
    undo
        Take back the last import; without PATH.
    """
    if undo == (path is not None):
        said = "Give a zip or a folder to import, or --undo, and not both."
        raise CommandError("usage", said, exit_code=EXIT_REFUSED)
    if path is None:
        return _report_undo(asyncio.run(_undo(json=json)), json=json)
    if dry_run:
        check = read_package(path)
        _write_findings(findings, check)
        return _report_check(check, json=json)

    def read(staged: StagedImport) -> None:
        _write_findings(findings, staged.dry_run)
        if not (json or staged.refused):
            _print_schools(staged)

    result = asyncio.run(_import(path, allow_removals=allow_removals, json=json, read=read))
    if json:
        print_json(result)
    elif not result.staged.refused:
        print("Applied. Take it back with: muster import --undo")
    if result.staged.refused:
        return EXIT_REFUSED if json else _report_check(result.staged.dry_run, json=False)
    return 0


async def _import(path: Path, *, allow_removals: bool, json: bool, read: Read) -> ImportResult:
    installation, running = find_running(os.environ)
    async with connect(installation, running) as services:
        with progress_line(shown=not json) as watch:
            return await import_package(
                services.roster, path, allow_removals=allow_removals, watch=watch, read=read
            )


async def _undo(*, json: bool) -> ImportEntry:
    installation, running = find_running(os.environ)
    async with connect(installation, running) as services:
        with progress_line(shown=not json) as watch:
            return await undo_last(services.roster, watch=watch)


def _report_undo(entry: ImportEntry, *, json: bool) -> int:
    if json:
        print_json({"undone": entry.id})
    else:
        print(f"The import of {entry.source or 'a package'} is undone: the roster before it holds.")
    return 0


def _write_findings(file: Path | None, check: DryRun) -> None:
    if file is None:
        return
    try:
        file.write_text(as_csv(check.errors, check.warnings), encoding="utf-8", newline="")
    except OSError as error:
        raise CommandError("not_written", f"{file} cannot be written.") from error


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
        print(f"… and {len(findings) - SHOWN} more; --findings FILE writes all.")


def _print_schools(staged: StagedImport) -> None:
    """The difference, before anything is applied."""
    rows = [(one.name, one.school, sentence(one)) for one in staged.schools]
    print_table(("school", "id", "what would change"), rows)
    if staged.dry_run.warnings:
        print(f"{len(staged.dry_run.warnings)} warnings; --findings FILE writes all.")
