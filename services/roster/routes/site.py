"""What others read of the front desk; who may see it is decided before it is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import msgspec
from aiohttp import web

from schemas.identifiers import PersonId
from schemas.roster_site import (
    CoverFound,
    DeskBook,
    FlaggedList,
    HereNow,
    Kiosk,
    MySchool,
    OnSite,
    Picture,
    RoomFolder,
    StoredPhoto,
    Substitute,
    VerifyCover,
    Visit,
    Waiting,
)
from services.chassis.commands import ProblemError, Query, bad_body, identifier, school_of
from services.chassis.database import Pool
from services.roster.domain.day.decide import is_date
from services.roster.ports.log import Clock
from services.roster.routes.moments import instant
from services.roster.store.sealing import Seals
from services.roster.store.site_desk import StoredDesk
from services.roster.store.site_flagged import StoredFlagged
from services.roster.store.site_itinerant import StoredItinerants
from services.roster.store.site_kiosks import StoredKiosks
from services.roster.store.site_photos import NoPhoto, PhotoTooLarge, StoredPhotos
from services.roster.store.site_substitutes import StoredSubstitutes
from services.roster.store.site_visits import StoredVisits

CHUNK = 64 * 1024
NOT_FOUND = ProblemError(404, "not_found", "Nothing here has this id.")
NOT_COVERED = ProblemError(
    403, "not_covered", "This code does not open this room. Ask the office for today's code."
)


@dataclass(frozen=True, kw_only=True)
class SiteStores:
    """Every book of the front desk."""

    desk: StoredDesk
    visits: StoredVisits
    flagged: StoredFlagged
    kiosks: StoredKiosks
    substitutes: StoredSubstitutes
    itinerants: StoredItinerants
    photos: StoredPhotos
    clock: Clock


def open_stores(pool: Pool, seals: Seals, secret: bytes, clock: Clock) -> SiteStores:
    """All of them over one pool. secret: what codes and ids are drawn with."""
    kiosks, substitutes = StoredKiosks(pool, secret), StoredSubstitutes(pool, secret)
    itinerants = StoredItinerants(pool)
    return SiteStores(
        desk=StoredDesk(
            pool,
            seals,
            secret,
            kiosks=kiosks,
            substitutes=substitutes,
            itinerants=itinerants,
        ),
        visits=StoredVisits(pool, seals, secret),
        flagged=StoredFlagged(pool, seals, secret),
        kiosks=kiosks,
        substitutes=substitutes,
        itinerants=itinerants,
        photos=StoredPhotos(pool, seals, secret),
        clock=clock,
    )


def site_queries(stores: SiteStores) -> Sequence[Query]:
    """GET /on-site, /desk, /desk/here, /desk/waiting, /visit, /flagged, /kiosk and others."""

    async def on_site(request: web.Request) -> OnSite:
        school, now = school_of(request), stores.clock.now()
        at = instant(request) or now
        return OnSite(school=school, at=at, adults=await stores.desk.adults_on_site(school, at))

    async def desk(request: web.Request) -> DeskBook:
        find = request.query.get("find", "")[:200]
        found = await stores.desk.book(
            school_of(request), stores.clock.now(), day=day_of(request), find=find
        )
        if found is None:
            raise NOT_FOUND
        return found

    async def here(request: web.Request) -> HereNow:
        now = stores.clock.now()
        school = school_of(request)
        people = await stores.desk.people_here(school, now)
        return HereNow(people=people, left_over=await stores.desk.left_over(school, now))

    async def waiting(request: web.Request) -> Waiting:
        now = stores.clock.now()
        return Waiting(visits=await stores.desk.waiting(school_of(request), now))

    async def visit(request: web.Request) -> Visit:
        wanted = identifier(request, "visit")
        found = await stores.visits.find(school_of(request), wanted, stores.clock.now())
        if found is None:
            raise NOT_FOUND
        return found

    return (
        Query("/on-site", on_site),
        Query("/desk", desk),
        Query("/desk/here", here),
        Query("/desk/waiting", waiting),
        Query("/visit", visit),
        Query("/desk/photo", _photo(stores)),
        *_book_queries(stores),
    )


def _book_queries(stores: SiteStores) -> Sequence[Query]:
    """The desk's other books."""

    async def flagged(request: web.Request) -> FlaggedList:
        reader, why = identifier(request, "reader"), identifier(request, "why")
        return await stores.flagged.read(school_of(request), reader, why, stores.clock.now())

    async def kiosk(request: web.Request) -> Kiosk:
        found = await stores.kiosks.find(school_of(request), identifier(request, "kiosk"))
        if found is None:
            raise NOT_FOUND
        return found

    async def substitutes(request: web.Request) -> list[Substitute]:
        now = stores.clock.now()
        return await stores.substitutes.listed(school_of(request), now, day_of(request))

    async def folders(request: web.Request) -> list[RoomFolder]:
        return await stores.substitutes.folders(school_of(request))

    async def my_schools(request: web.Request) -> list[MySchool]:
        person = PersonId(identifier(request, "person"))
        return await stores.itinerants.my_schools(person, stores.clock.now())

    return (
        Query("/flagged", flagged),
        Query("/kiosk", kiosk),
        Query("/substitutes", substitutes),
        Query("/room-folders", folders),
        Query("/my-schools", my_schools),
    )


def _photo(stores: SiteStores) -> Callable[[web.Request], Awaitable[Picture]]:
    async def photo(request: web.Request) -> Picture:
        school = school_of(request)
        if request.query.get("entry"):
            jpeg = await stores.photos.of_entry(school, identifier(request, "entry"))
        else:
            jpeg = await stores.photos.of_visit(school, identifier(request, "visit"))
        if jpeg is None:
            raise NOT_FOUND
        return Picture(jpeg=jpeg)

    return photo


def site_posts(stores: SiteStores) -> Sequence[Query]:
    """POST /photos?school (body: the picture), POST /covers/verify (body: VerifyCover)."""
    decoder = msgspec.json.Decoder(VerifyCover)

    async def photos(request: web.Request) -> StoredPhoto:
        school = school_of(request)
        chunks = request.content.iter_chunked(CHUNK)
        try:
            photo = await stores.photos.receive(school, chunks, stores.clock.now())
        except PhotoTooLarge:
            raise ProblemError(413, "body_too_large", "The photo is too large.") from None
        except NoPhoto:
            raise ProblemError(
                422,
                "not_a_photo",
                "This is no photo that can be read. Take another, or go without.",
            ) from None
        return StoredPhoto(photo=photo)

    async def verify(request: web.Request) -> CoverFound:
        try:
            asked = decoder.decode(await request.read())
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise bad_body(error) from None
        found = await stores.substitutes.verify(asked, stores.clock.now())
        if found is None:
            raise NOT_COVERED
        return found

    return (Query("/desk/photos", photos), Query("/covers/verify", verify))


def day_of(request: web.Request) -> dt.date | None:
    """`day` of the query. Raises ProblemError 400."""
    text = request.query.get("day", "")
    if not text:
        return None
    if not is_date(text):
        raise ProblemError(400, "bad_query", "day: write it as 2026-09-15.")
    return dt.date.fromisoformat(text)
