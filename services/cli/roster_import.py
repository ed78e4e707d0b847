"""Importing a OneRoster package into a running installation, over the roster's own HTTP."""

import asyncio
import tempfile
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from schemas.identifiers import SchoolId
from schemas.replies import Reply
from schemas.roster import ApplyImport, StagedImport
from services.chassis.commands import ServiceClient
from services.cli.connection import EXIT_REFUSED, INSTALLATION, OPERATOR, accepted, new_op
from services.cli.errors import CommandError

CHUNK = 256 * 1024
APPLY_DEADLINE = 120.0


class ImportResult(msgspec.Struct, frozen=True, kw_only=True):
    """What `muster import --json` prints. applied: None when the package was refused."""

    staged: StagedImport
    applied: Reply | None = None


async def import_package(
    roster: ServiceClient, path: Path, *, allow_removals: bool = False
) -> ImportResult:
    """Stage a zip or folder, then apply it in one transaction.

    Raises CommandError with the roster's code (removals_need_confirmation, incident_open, …).
    """
    with zipped(path) as package:
        staged = await roster.post("/imports", chunks(package), StagedImport)
    if staged.refused:
        return ImportResult(staged=staged)
    school = staged.schools[0].school if staged.schools else INSTALLATION
    command = ApplyImport(
        op_id=new_op(),
        school=SchoolId(school),
        actor=OPERATOR,
        import_id=staged.id,
        allow_removals=allow_removals,
    )
    return ImportResult(
        staged=staged, applied=await accepted(roster, command, timeout=APPLY_DEADLINE)
    )


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
