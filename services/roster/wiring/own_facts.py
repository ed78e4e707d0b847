"""What the school says itself of guardians and students: rights, orders, plans, codes."""

from __future__ import annotations

from services.chassis.logs import log
from services.roster.commands.custody import custody_routes
from services.roster.commands.turning import PAUSE, tell_turned
from services.roster.handlers.custody import Custody
from services.roster.handlers.person_reading import PersonReading
from services.roster.handlers.rights_imports import RightsImports
from services.roster.handlers.sittings import Sittings
from services.roster.routes.custody import custody_posts, custody_queries
from services.roster.store.own_facts import StoredOwnFacts
from services.roster.store.sealing import KeyedSecrets, Seals
from services.roster.wiring.core import Area, Core, keep


def own_facts(core: Core) -> Area:
    """Everything that no import touches."""
    keys = KeyedSecrets(core.settings.service_key)
    store = StoredOwnFacts(core.pool, Seals(core.settings.service_key), keys)
    sittings = Sittings(facts=store, log=core.own_log, clock=core.clock)
    imports = RightsImports(sittings=sittings, ids=keys)
    reading = PersonReading(facts=store, clock=core.clock)
    custody = Custody(sittings=sittings, secrets=keys)
    return Area(
        commands=custody_routes(core.own_log, custody, imports),
        queries=custody_queries(reading),
        posts=custody_posts(reading, imports),
        acts=(keep("orders", core, lambda: _turn_orders(core, store), pause=PAUSE),),
    )


async def _turn_orders(core: Core, store: StoredOwnFacts) -> None:
    """With the day orders begin and end: whoever keeps contacts reads them again."""
    if turned := await tell_turned(core.own_log, core.rosters, store, core.clock):
        log.info("orders_turned", count=turned)
