"""What in the roster would fail in an emergency, before it does."""

from aiohttp import web

from schemas.roster_pages import QualityItem
from services.web.domain.people import EVERYONE
from services.web.domain.problems import not_found
from services.web.handlers.directory import Directory
from services.web.routes.csv_answer import csv_answer
from services.web.routes.frame import Frame
from services.web.routes.visit import Visit

SHOWN = 50
HEADER = ("finding", "text", "detail", "fault", "people", "classes")


class QualityPages:
    """Shows the roster's own report; decides nothing."""

    def __init__(self, *, frame: Frame, directory: Directory) -> None:
        self._frame = frame
        self._directory = directory

    async def page(self, visit: Visit) -> web.StreamResponse:
        report = await self._directory.quality(visit.at, limit=SHOWN)
        return await self._frame.page(
            visit,
            "data_quality.html",
            report=report,
            found=[issue for issue in report.issues if issue.count],
            fine=[issue for issue in report.issues if not issue.count],
            shown=SHOWN,
        )

    async def csv(self, visit: Visit) -> web.StreamResponse:
        report = await self._directory.quality(visit.at, code=visit.path["code"], limit=EVERYONE)
        if not report.issues:
            raise not_found()
        (issue,) = report.issues
        return csv_answer(
            f"{issue.code}-v{report.version}", HEADER, (row(issue.code, one) for one in issue.items)
        )


def row(code: str, one: QualityItem) -> tuple[str, ...]:
    said = ", ".join(one.names) or one.text
    people, classes = " ".join(one.people), " ".join(one.classes)
    return (code, said, one.detail, one.fault or "", people, classes)
