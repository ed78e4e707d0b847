"""Packages: uploaded, or pulled from a student system; and photos."""

from __future__ import annotations

import asyncio
import contextlib

from schemas.vocabulary import SYSTEM
from services.chassis.logs import log, where
from services.chassis.settings import derive
from services.roster.commands import pull_routes, routes
from services.roster.handlers.importing import Importing
from services.roster.handlers.own_facts import OwnFacts
from services.roster.handlers.photos import KeptPhotos
from services.roster.handlers.pulling import Pulling
from services.roster.handlers.sources import KeptSources
from services.roster.routes import queries
from services.roster.routes.packages import PackagePosts, package_queries
from services.roster.routes.pulls import photo_posts, pull_queries
from services.roster.senders.oneroster import OneRosterSystems
from services.roster.store.imports import StoredImports
from services.roster.store.packages import PackageFolder
from services.roster.store.photos import StoredPhotos
from services.roster.store.pulled import PackageWriter
from services.roster.store.sealing import Seals
from services.roster.store.sources import StoredSources
from services.roster.wiring.core import Area, Core, keep

REPAIR_PAUSE = 2.0
PULL_PAUSE = 5.0
FORGET_PAUSE = 60.0


def importing(core: Core) -> Area:
    """Everything by which people come into the roster."""
    packages, zips = core.folder("imports"), core.folder("photos")
    key = derive(core.settings.service_key, "ids").encode()
    imports = StoredImports(core.pool, packages, key=key)
    kept = Importing(imports=imports, log=core.own_log, clock=core.clock)
    pulling = _pulling(core, packages, kept)
    sources = KeptSources(pulling=pulling, log=core.own_log, allowed_hosts=core.settings.pull_hosts)
    photos = KeptPhotos(photos=StoredPhotos(core.pool, zips), log=core.own_log, clock=core.clock)
    facts = OwnFacts(rosters=core.rosters, log=core.own_log)
    return Area(
        commands=(
            *routes(core.own_log, kept, facts),
            *pull_routes(core.own_log, sources, photos),
        ),
        queries=(
            *queries(core.rosters),
            *package_queries(kept),
            *pull_queries(sources, photos),
        ),
        posts=(*PackagePosts(kept, packages).posts(), *photo_posts(photos, zips)),
        acts=(
            keep("announcing", core, lambda: _announce_missed(core), pause=REPAIR_PAUSE),
            keep("forgetting", core, lambda: _forget_zips(photos), pause=FORGET_PAUSE),
            _keep_pulling(core, pulling),
        ),
    )


def _pulling(core: Core, packages: PackageFolder, kept: Importing) -> Pulling:
    settings = core.settings
    return Pulling(
        sources=StoredSources(core.pool, Seals(settings.service_key)),
        systems=OneRosterSystems(clock=core.clock, allowed=settings.pull_hosts, demo=settings.demo),
        packages=PackageWriter(packages),
        rosters=core.rosters,
        importing=kept,
        clock=core.clock,
        active=lambda: core.ledger.active,
    )


async def _announce_missed(core: Core) -> None:
    """What a crash or a doubt kept between import and event."""
    if missed := await core.own_log.announce_missed(SYSTEM):
        log.info("missed_imports_announced", count=missed)


async def _forget_zips(photos: KeptPhotos) -> None:
    """Zips of photos that nobody stored."""
    await photos.photos.forget(photos.clock.now())


async def _keep_pulling(core: Core, pulling: Pulling) -> None:
    """While this instance owns the log: every source whose time has come."""
    while True:
        pulling.wake.clear()
        try:
            if core.ledger.active:
                await pulling.run_due()
        # A pull stands on other people's data: whatever it meets, the next one comes.
        except Exception as error:
            log.warning("pull_broke_off", error_type=type(error).__name__, where=where(error))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(pulling.wake.wait(), PULL_PAUSE)
