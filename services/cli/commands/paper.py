"""`muster paper`: roster sheets and blank cards as a PDF, from the command line."""

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Literal

import msgspec

from schemas.roster_pages import Printed, PrintPaper
from services.cli.commands.schools import choose_school
from services.cli.connection import EXIT_REFUSED, INSTALLATION, connect
from services.cli.errors import CommandError
from services.cli.installation import find_running
from services.cli.output import print_json


class PaperResult(msgspec.Struct, frozen=True, kw_only=True):
    """What `muster paper --json` prints. file: where the PDF is."""

    file: str
    sheets: int
    version: int
    unprintable: int


def paper(
    *,
    out: Path,
    school: str | None = None,
    kind: Literal["sheets", "reunification", "status"] = "sheets",
    rooms: Literal["homerooms", "classes"] = "homerooms",
    count: int = 20,
    drill: bool = False,
    json: bool = False,
) -> None:
    """Print the roster sheets of every room, or blank cards, into one PDF.

    Parameters
    ----------
    out
        The PDF to write, readable by this user alone; an existing file is replaced.
    school
        Its id or OneRoster sourcedId; needed when there are several.
    kind
        A sheet for each room, reunification cards in two parts, or status cards.
    rooms
        A sheet for each homeroom, or for each class.
    count
        How many blank cards.
    drill
        Mark every page DRILL.
    json
        Print one JSON object.
    """
    if not 1 <= count <= 500:
        raise CommandError("bad_count", "Print 1 to 500 cards at once.", exit_code=EXIT_REFUSED)
    if not out.parent.is_dir():
        raise CommandError("not_found", "There is no such folder.", exit_code=EXIT_REFUSED)
    printed = asyncio.run(_print(school, PrintPaper(
        school=INSTALLATION, kind=kind, rooms=rooms, count=count, drill=drill
    )))  # fmt: skip
    write_private(out, printed.pdf)
    result = PaperResult(
        file=str(out),
        sheets=printed.sheets,
        version=printed.version,
        unprintable=printed.unprintable,
    )
    if json:
        print_json(result)
        return
    print(f"{out}: {printed.sheets} sheets, roster version {printed.version}")
    if printed.unprintable:
        print(f"{printed.unprintable} names are in scripts that cannot be printed; see the sheets.")


async def _print(school: str | None, wanted: PrintPaper) -> Printed:
    installation, running = find_running(os.environ)
    async with connect(installation, running) as services:
        chosen = choose_school(await services.schools(), school)
        order = msgspec.structs.replace(wanted, school=chosen.id)
        return await services.roster.post("/paper", order, Printed)


def write_private(out: Path, pdf: bytes) -> None:
    """Whole or not at all, mode 0600: it holds every name of a school."""
    descriptor, part = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pdf)
        Path(part).replace(out)
    finally:
        Path(part).unlink(missing_ok=True)
