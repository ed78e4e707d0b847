"""Commands of the front desk: which handler takes which."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from schemas import roster_site as site
from schemas.replies import Reply
from services.chassis.commands import Route
from services.roster.commands.site_log import LedgerSiteLog
from services.roster.handlers.desk_books import DeskBooks
from services.roster.handlers.visiting import Visiting


def site_routes(log: LedgerSiteLog, visiting: Visiting, books: DeskBooks) -> Sequence[Route]:
    """A stand-by writes nothing: it would be written twice, or under nobody's log."""

    def active(handle: Callable[[Any], Awaitable[Reply]]) -> Callable[[Any], Awaitable[Reply]]:
        async def handled(command: Any) -> Reply:
            log.refuse_stand_by()
            return await handle(command)

        return handled

    routes = (
        Route(site.SignIn, visiting.sign_in),
        Route(site.SignOut, visiting.sign_out),
        Route(site.DecideVisit, visiting.decide),
        Route(site.SetSitePolicy, visiting.set_policy),
        Route(site.RecordFlagged, books.record_flagged),
        Route(site.LiftFlagged, books.lift_flagged),
        Route(site.OpenKiosk, books.open_kiosk),
        Route(site.LeaveKiosk, books.leave_kiosk),
        Route(site.EndKiosk, books.end_kiosk),
        Route(site.RecordSubstitute, books.record_substitute),
        Route(site.EndSubstitute, books.end_substitute),
        Route(site.IssueDayCode, books.issue_day_code),
        Route(site.RotateRoomFolder, books.rotate_folder),
        Route(site.MarkItinerant, books.mark_itinerant),
        Route(site.ConfirmSchool, books.confirm_school),
    )
    return tuple(Route(route.command, active(route.handle)) for route in routes)
