"""What the school keeps on paper, for when nothing else works."""

import msgspec
from aiohttp import web

from schemas.identifiers import ClassId
from schemas.roster_pages import PaperKind, PrintPaper
from services.web.domain.access import allows
from services.web.domain.forms import needed, one
from services.web.domain.people import class_rows
from services.web.domain.problems import bad_form
from services.web.handlers.directory import Directory
from services.web.handlers.reading import Reading
from services.web.handlers.writing import Writing
from services.web.routes.csv_answer import download
from services.web.routes.frame import Frame
from services.web.routes.posting import post
from services.web.routes.visit import SeeOther, Visit


class PaperPages:
    """The roster makes the PDF; this hands it over."""

    def __init__(
        self, *, frame: Frame, reading: Reading, directory: Directory, writing: Writing
    ) -> None:
        self._frame = frame
        self._reading = reading
        self._directory = directory
        self._writing = writing

    async def page(self, visit: Visit) -> web.StreamResponse:
        roster = await self._reading.roster(visit.at)
        return await self._frame.page(
            visit,
            "paper.html",
            roster=roster,
            rows=class_rows(roster),
            paper=await self._directory.paper(visit.at),
            may_set=allows("district", visit.roles),
        )

    async def sheets(self, visit: Visit) -> web.StreamResponse:
        return await self._print(visit, "sheets")

    async def reunification(self, visit: Visit) -> web.StreamResponse:
        return await self._print(visit, "reunification")

    async def status(self, visit: Visit) -> web.StreamResponse:
        return await self._print(visit, "status")

    async def save(self, visit: Visit) -> web.StreamResponse:
        body = {
            "at": needed(visit.fields, "at"),
            "office_phone": one(visit.fields, "office_phone")[:40],
        }
        await post(self._writing, visit, "setPaper", body)
        raise SeeOther("/paper")

    async def _print(self, visit: Visit, kind: PaperKind) -> web.StreamResponse:
        wanted = order_of(visit, kind)
        printed = await self._directory.print(wanted)
        name = f"{kind}-v{printed.version}{'-DRILL' if wanted.drill else ''}.pdf"
        answer = download(name, "application/pdf", printed.pdf, inline=True)
        answer.headers["X-Muster-Sheets"] = str(printed.sheets)
        answer.headers["X-Muster-Unprintable"] = str(printed.unprintable)
        return answer


def order_of(visit: Visit, kind: PaperKind) -> PrintPaper:
    """What the address asks for. Raises WebProblem bad_form."""
    said = {
        "school": visit.at,
        "kind": kind,
        "rooms": "classes" if visit.query("rooms") == "classes" else "homerooms",
        "class_id": ClassId(visit.query("class")) or None,
        "count": visit.query("count") or "20",
        "drill": visit.query("drill") == "yes",
    }
    try:
        return msgspec.convert(said, PrintPaper, strict=False)
    except msgspec.ValidationError as error:
        raise bad_form("count") from error
