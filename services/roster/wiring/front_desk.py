"""People on site: visitors, the flagged list, kiosks, substitutes, itinerant staff."""

from __future__ import annotations

from services.chassis.logs import log
from services.roster.commands.site import site_routes
from services.roster.commands.site_log import LedgerSiteLog
from services.roster.handlers.desk_books import DeskBooks
from services.roster.handlers.visiting import Visiting
from services.roster.routes.site import SiteStores, site_posts, site_queries
from services.roster.store.site_daily import DailyRemoval
from services.roster.wiring.core import Area, Core, keep

REMOVAL_PAUSE = 3600.0


def front_desk(core: Core, stores: SiteStores) -> Area:
    """The front desk's books and what it keeps no longer."""
    own_log, daily = LedgerSiteLog(core.ledger), DailyRemoval(core.pool)
    books = DeskBooks(
        flagged=stores.flagged,
        kiosks=stores.kiosks,
        substitutes=stores.substitutes,
        itinerants=stores.itinerants,
        log=own_log,
        clock=stores.clock,
    )
    visiting = Visiting(visits=stores.visits, log=own_log, clock=stores.clock)
    return Area(
        commands=site_routes(own_log, visiting, books),
        queries=site_queries(stores),
        posts=site_posts(stores),
        acts=(keep("removal", core, lambda: _remove_old(core, daily), pause=REMOVAL_PAUSE),),
    )


async def _remove_old(core: Core, daily: DailyRemoval) -> None:
    for school in await core.rosters.schools():
        if removed := await daily.remove_old(school.id, core.clock.now()):
            log.info("old_visits_removed", school=school.id, count=removed)
