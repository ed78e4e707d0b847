"""Paper over HTTP: GET /paper?school, POST /paper."""

from __future__ import annotations

import msgspec
from aiohttp import web

from schemas.roster_pages import PaperState, Printed, PrintPaper
from services.chassis.commands import ProblemError, Query, bad_body, school_of
from services.roster.handlers.printing import Printing

NOT_FOUND = ProblemError(404, "not_found", "No such school or class.")


def paper_queries(printing: Printing) -> tuple[Query, ...]:
    async def state(request: web.Request) -> PaperState:
        found = await printing.state(school_of(request))
        if found is None:
            raise NOT_FOUND
        return found

    return (Query("/paper", state),)


def paper_posts(printing: Printing) -> tuple[Query, ...]:
    decoder = msgspec.json.Decoder(PrintPaper)

    async def paper(request: web.Request) -> Printed:
        try:
            asked = decoder.decode(await request.read())
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise bad_body(error, "bad_request") from None
        printed = await printing.print(asked)
        if printed is None:
            raise NOT_FOUND
        return printed

    return (Query("/paper", paper),)
