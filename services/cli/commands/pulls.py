"""`muster pull` and `muster photos`: the other two ways into the roster."""

import asyncio
import os
from pathlib import Path
from urllib.parse import quote

import msgspec

from schemas.replies import Reply
from schemas.roster_pull import (
    ApplyPhotos,
    PhotoFinding,
    PullAsked,
    PullNow,
    PullResult,
    PullSource,
    StagedPhotos,
)
from services.chassis.commands import ServiceClient
from services.cli.commands.schools import choose_school
from services.cli.connection import EXIT_REFUSED, OPERATOR, accepted, connect, new_op
from services.cli.errors import CommandError
from services.cli.installation import find_running
from services.cli.output import print_json, print_table
from services.cli.roster_import import chunks, zipped

LOOK_PAUSE = 0.3
APPLY_DEADLINE = 120.0
SHOWN = 20
DONE = frozenset({"applied", "nothing_changed"})


class PhotosResult(msgspec.Struct, frozen=True, kw_only=True):
    """What `muster photos --json` prints. stored: None for a dry run or a refused zip."""

    staged: StagedPhotos
    stored: Reply | None = None


def pull_source(name: str, *, json: bool = False) -> int:
    """Pull the roster from a student system now, and wait for the end.

    Exit code 2 when it failed or waits for a person; nothing is changed then.

    Parameters
    ----------
    name
        The source's name or id, as /import/sources shows it.
    json
        Print one JSON object: what became of the pull.
    """
    result = asyncio.run(_pull(name))
    if json:
        print_json(result)
    else:
        _print_result(result)
    return 0 if result.outcome in DONE else EXIT_REFUSED


async def _pull(name: str) -> PullResult:
    installation, running = find_running(os.environ)
    async with connect(installation, running) as services:
        source = choose_source(await services.roster.get("/sources", list[PullSource]), name)
        command = PullNow(
            op_id=new_op(), school=source.schools[0], actor=OPERATOR, source=source.id
        )
        reply = await accepted(services.roster, command)
        asked = msgspec.json.decode(reply.answer, type=PullAsked)
        return await _ended(services.roster, source.id, asked.op)


async def _ended(roster: ServiceClient, source: str, op: str) -> PullResult:
    while True:
        sources = await roster.get("/sources", list[PullSource])
        now = next((one for one in sources if one.id == source), None)
        if now is None:
            raise CommandError("unknown_source", "The source was removed meanwhile.")
        if now.last is not None and now.last.op == op:
            return now.last
        if now.waits and not now.pulling:
            said = "An incident is open: the pull waits until it is closed."
            raise CommandError(now.waits, said, exit_code=EXIT_REFUSED)
        await asyncio.sleep(LOOK_PAUSE)


def choose_source(sources: list[PullSource], wanted: str) -> PullSource:
    """By id, else by name. Raises CommandError, naming the sources that exist."""
    found = [one for one in sources if wanted in (one.id, one.name)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{one.id} ({one.name})" for one in sources) or "none yet"
    code = "source_needed" if found else "unknown_source"
    said = "Several sources have this name" if found else "There is no such source"
    raise CommandError(code, f"{said}. Known: {known}.", exit_code=EXIT_REFUSED)


def _print_result(result: PullResult) -> None:
    print(f"{result.outcome} ({result.mode}, {result.rows} rows)")
    if result.code:
        print(f"{result.reason} [{result.code}]")
    if result.outcome == "waits_for_person":
        print("Look at it and decide on the page /import/sources.")
    print_table(
        ("school", "new", "gone", "moved", "changed people"),
        [
            (
                one.name,
                str(one.new_students),
                str(one.gone_students),
                str(one.moved_students),
                str(one.changed_people),
            )
            for one in result.schools
        ],
    )


def store_photos(
    path: Path, *, school: str | None = None, dry_run: bool = False, json: bool = False
) -> int:
    """Store photos of students: a zip or folder of .jpg and .png named by student id.

    Needs a running Muster, also for a dry run: only it knows the ids. Exit code 2 when the zip
    is refused; nothing is changed then.

    Parameters
    ----------
    path
        A zip or a folder.
    school
        The school's id; the only school when there is one.
    dry_run
        Only check and match.
    json
        Print one JSON object.
    """
    result = asyncio.run(_photos(path, school, dry_run=dry_run))
    if json:
        print_json(result)
    else:
        _print_photos(result)
    return EXIT_REFUSED if result.staged.errors else 0


async def _photos(path: Path, wanted: str | None, *, dry_run: bool) -> PhotosResult:
    installation, running = find_running(os.environ)
    async with connect(installation, running) as services:
        school = choose_school(await services.schools(), wanted)
        with zipped(path) as package:
            where = f"/photos?school={quote(school.id)}"
            staged = await services.roster.post(where, chunks(package), StagedPhotos)
        if dry_run or staged.errors:
            return PhotosResult(staged=staged)
        command = ApplyPhotos(op_id=new_op(), school=school.id, actor=OPERATOR, photos=staged.id)
        reply = await accepted(services.roster, command, timeout=APPLY_DEADLINE)
        return PhotosResult(staged=staged, stored=reply)


def _print_photos(result: PhotosResult) -> None:
    counts = result.staged.counts
    _print_findings("Refused", result.staged.errors)
    print_table(
        ("what", "how many"),
        [(name, str(getattr(counts, name))) for name in counts.__struct_fields__],
    )
    _print_findings("Files that give nobody a photo", result.staged.findings)
    print("Stored." if result.stored else "Nothing was stored.")


def _print_findings(title: str, findings: tuple[PhotoFinding, ...]) -> None:
    if findings:
        print(f"\n{title}: {len(findings)}")
        print_table(
            ("file", "code", "what"), [(f.file, f.code, f.message) for f in findings[:SHOWN]]
        )
    if len(findings) > SHOWN:
        print(f"… and {len(findings) - SHOWN} more; --json lists more.")
