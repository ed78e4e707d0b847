"""Importing a OneRoster package into a running installation, over the roster's own HTTP."""

import asyncio
import tempfile
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import msgspec

from schemas.identifiers import SchoolId
from schemas.replies import Reply
from schemas.roster import ApplyImport, SchoolDifference, StagedImport
from schemas.roster_import import ImportEntry, ImportProgress, UndoImport
from services.chassis.commands import ServiceClient
from services.cli.connection import EXIT_REFUSED, INSTALLATION, OPERATOR, accepted, new_op
from services.cli.errors import CommandError

CHUNK = 256 * 1024
APPLY_DEADLINE = 120.0
UPLOAD_DEADLINE = 600.0
LOOK_AGAIN = 0.2
AT_WORK = frozenset({"checking", "applying", "undoing"})

Watch = Callable[[ImportProgress | None], None]
Read = Callable[[StagedImport], None]


class ImportResult(msgspec.Struct, frozen=True, kw_only=True):
    """What `muster import --json` prints. applied: None when the package was refused."""

    staged: StagedImport
    applied: Reply | None = None


def unwatched(_progress: ImportProgress | None) -> None:
    """Nobody looks."""


def unread(_staged: StagedImport) -> None:
    """Nobody reads."""


async def import_package(
    roster: ServiceClient,
    path: Path,
    *,
    allow_removals: bool = False,
    watch: Watch = unwatched,
    read: Read = unread,
) -> ImportResult:
    """Stage a zip or folder, then apply it in one transaction.

    watch: told how far it is. read: given what it would change, before anything is applied.
    Raises CommandError with the roster's code (removals_need_confirmation, incident_open, …).
    """
    staged = await stage(roster, path, watch)
    read(staged)
    if staged.refused:
        return ImportResult(staged=staged)
    command = ApplyImport(
        op_id=new_op(),
        school=first_school(staged.schools),
        actor=OPERATOR,
        import_id=staged.id,
        allow_removals=allow_removals,
    )
    applying = asyncio.create_task(accepted(roster, command, timeout=APPLY_DEADLINE))
    await watched(roster, staged.id, applying, watch)
    return ImportResult(staged=staged, applied=await applying)


async def undo_last(roster: ServiceClient, *, watch: Watch = unwatched) -> ImportEntry:
    """Take back the last applied import. Raises CommandError: nothing_to_undo, incident_open, …"""
    entries = await roster.get("/imports", list[ImportEntry])
    applied = [entry for entry in entries if entry.can_undo and entry.applied_at is not None]
    if not applied:
        said = "There is no import that could be undone."
        raise CommandError("nothing_to_undo", said, exit_code=EXIT_REFUSED)
    last = max(applied, key=lambda entry: entry.applied_at or entry.at)
    command = UndoImport(
        op_id=new_op(),
        school=first_school(last.staged.schools if last.staged else ()),
        actor=OPERATOR,
        import_id=last.id,
    )
    undoing = asyncio.create_task(accepted(roster, command, timeout=APPLY_DEADLINE))
    await watched(roster, last.id, undoing, watch)
    await undoing
    return last


async def stage(roster: ServiceClient, path: Path, watch: Watch) -> StagedImport:
    """Upload and wait for what it would change."""
    with zipped(path) as package:
        said = urlencode({"source": path.name})
        entry = await roster.post(f"/imports/later?{said}", chunks(package), ImportEntry)
    while entry.state in AT_WORK:
        watch(entry.progress)
        await asyncio.sleep(LOOK_AGAIN)
        entry = await entry_of(roster, entry.id)
    if entry.staged is None:
        raise CommandError("not_checked", "The package could not be checked. Import it again.")
    return entry.staged


async def watched(
    roster: ServiceClient, import_id: str, act: "asyncio.Task[Reply]", watch: Watch
) -> None:
    """Tells how far it is until it is done; what goes wrong with telling is no matter."""
    while not act.done():
        await asyncio.wait({act}, timeout=LOOK_AGAIN)
        if not act.done():
            watch((await entry_of(roster, import_id)).progress)


async def entry_of(roster: ServiceClient, import_id: str) -> ImportEntry:
    return await roster.get("/import", ImportEntry, id=import_id)


def first_school(schools: tuple[SchoolDifference, ...]) -> SchoolId:
    return SchoolId(schools[0].school) if schools else INSTALLATION


@contextmanager
def zipped(path: Path) -> Iterator[Path]:
    """A zip as it is; a folder packed into one, for as long as the block runs.

    Raises CommandError not_found, zip_symlink: refused as a dry run refuses it.
    """
    if not path.exists():
        raise CommandError("not_found", "There is no such file or folder.", exit_code=EXIT_REFUSED)
    if not path.is_dir():
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="muster-import-") as folder:
        package = Path(folder) / "package.zip"
        with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
            for member in sorted(path.rglob("*")):
                if member.is_symlink():
                    said = "The folder holds a link: put the file itself there."
                    raise CommandError("zip_symlink", said, exit_code=EXIT_REFUSED)
                if member.is_file():
                    archive.write(member, member.relative_to(path))
        yield package


async def chunks(package: Path) -> AsyncIterator[bytes]:
    """A package's bytes, for an upload."""
    with package.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk
