"""What pages look up in the roster, and what is printed of it."""

from __future__ import annotations

from pathlib import Path

from schemas.roster import School
from schemas.roster_pages import SetPaper
from services.chassis.commands import Route
from services.chassis.logs import log
from services.roster.handlers.finding import Finding
from services.roster.handlers.printing import Printing
from services.roster.routes.pages import page_queries
from services.roster.routes.paper import paper_posts, paper_queries
from services.roster.store.page_rows import StoredPageRows
from services.roster.store.paper.book import StoredPaper
from services.roster.store.paper.folder import PrintedFolder
from services.roster.store.paper.press import TypstPress
from services.roster.wiring.core import Area, Core, keep


def pages(core: Core) -> Area:
    """Search, lists, the quality report, paper."""
    rows = StoredPageRows(core.pool)
    folder = PrintedFolder(Path(core.settings.data) / "paper")
    printing = Printing(
        rows=rows,
        rosters=core.rosters,
        book=StoredPaper(core.pool, folder),
        folder=folder,
        press=TypstPress(),
        log=core.own_log,
        clock=core.clock,
    )
    nightly = keep(
        "printing", core, lambda: _print_all(core, printing), pause=core.settings.paper_pause
    )
    return Area(
        commands=(Route(SetPaper, printing.set),),
        queries=(
            *page_queries(Finding(rows=rows), rows, core.clock),
            *paper_queries(printing),
        ),
        posts=paper_posts(printing),
        acts=(nightly,),
    )


async def _print_all(core: Core, printing: Printing) -> None:
    """Each school's sheets at its own hour; one school a look, or a district's would hold up all
    else that the roster has to do after an import."""
    for school in await core.rosters.schools():
        if await _print_of(printing, school):
            return


async def _print_of(printing: Printing, school: School) -> bool:
    """Whether it was printed. A school whose paper fails must not take it from those after it."""
    try:
        if (file := await printing.nightly(school)) is not None:
            log.info("paper_printed", school=school.id, version=file.version, count=file.sheets)
            return True
    except Exception as error:
        log.error("printing_failed", school=school.id, error_type=type(error).__name__)
    return False
