"""`muster rights import`: files of a school's own facts, which no roster import touches."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import msgspec

from schemas.identifiers import SchoolId
from schemas.replies import Reply
from schemas.roster_people import StagedRights
from schemas.roster_rights import ApplyRightsImport
from services.chassis.commands import ServiceClient
from services.cli.commands.packages import print_findings
from services.cli.commands.schools import choose_school
from services.cli.connection import EXIT_REFUSED, OPERATOR, accepted, connect, new_op
from services.cli.installation import find_running
from services.cli.output import print_json, print_table
from services.cli.roster_import import zipped

CHUNK = 256 * 1024
APPLY_DEADLINE = 120.0


class RightsResult(msgspec.Struct, frozen=True, kw_only=True):
    """What `muster rights import --json` prints. applied: None of a dry run or a refusal."""

    staged: StagedRights
    applied: Reply | None = None


def import_rights(
    path: Path, *, school: str | None = None, dry_run: bool = False, json: bool = False
) -> int:
    """Import rights, consent, guardians and plans. Exit code 2 when refused; nothing changes then.

    Parameters
    ----------
    path
        A CSV file, a zip or a folder: rights.csv, consents.csv, guardians.csv, plans.csv.
    school
        The school's id; the only school when there is one.
    dry_run
        Only check, and say what would change. Needs a running Muster, which knows the people.
    json
        Print one JSON object.
    """
    result = asyncio.run(_import(path, school, dry_run=dry_run))
    if json:
        print_json(result)
    else:
        _print(result)
    return EXIT_REFUSED if result.staged.refused else 0


async def _import(path: Path, wanted: str | None, *, dry_run: bool) -> RightsResult:
    installation, running = find_running(os.environ)
    async with connect(installation, running) as services:
        school = choose_school(await services.schools(), wanted).id
        staged = await _stage(services.roster, path, school)
        if staged.refused or dry_run:
            return RightsResult(staged=staged)
        command = ApplyRightsImport(
            op_id=new_op(), school=school, actor=OPERATOR, import_id=staged.id
        )
        applied = await accepted(services.roster, command, timeout=APPLY_DEADLINE)
        return RightsResult(staged=staged, applied=applied)


async def _stage(roster: ServiceClient, path: Path, school: SchoolId) -> StagedRights:
    said = {
        "school": school,
        "reader": OPERATOR.person,
        "roles": ",".join(OPERATOR.roles),
        "name": path.name,
    }
    with zipped(path) as package:
        body = _chunks(package)
        return await roster.post(f"/rights-imports?{urlencode(said)}", body, StagedRights)


async def _chunks(package: Path) -> AsyncIterator[bytes]:
    with package.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk


def _print(result: RightsResult) -> None:
    difference = result.staged.difference
    if not result.staged.refused:
        print_table(
            ("what", "how many"),
            [(name, str(getattr(difference, name))) for name in difference.__struct_fields__],
        )
        print("Applied." if result.applied else "Nothing was changed.")
    print_findings("Refused", result.staged.errors)
    print_findings("Warnings", result.staged.warnings)
