"""What others read of sources and photos, and where a zip of photos arrives."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from schemas.identifiers import PersonId
from schemas.roster import StagedImport
from schemas.roster_pull import Photo, PhotoMark, PullSource, StagedPhotos
from services.chassis.commands import ProblemError, Query, identifier, school_of
from services.roster.handlers.photos import KeptPhotos
from services.roster.handlers.sources import KeptSources
from services.roster.store.packages import PackageFolder, TooLarge

CHUNK = 256 * 1024
# The same words for what does not exist and for another school's.
NOT_FOUND = ProblemError(404, "not_found", "No such source or photo.")


def pull_queries(sources: KeptSources, photos: KeptPhotos) -> Sequence[Query]:
    """GET /sources[?school], /sources/waiting?school&source, /photos?school,
    /photo?school&person[&known]."""

    async def listed(request: web.Request) -> list[PullSource]:
        school = school_of(request) if "school" in request.query else None
        return await sources.listed(school)

    async def waiting(request: web.Request) -> StagedImport:
        found = await sources.waiting(school_of(request), identifier(request, "source"))
        if found is None:
            raise NOT_FOUND
        return found

    async def marks(request: web.Request) -> list[PhotoMark]:
        return await photos.photos.marks(school_of(request))

    async def photo(request: web.Request) -> Photo:
        person = PersonId(identifier(request, "person"))
        known = request.query.get("known", "")[:64]
        found = await photos.photos.photo(school_of(request), person, known)
        if found is None:
            raise NOT_FOUND
        return found

    return (
        Query("/sources", listed),
        Query("/sources/waiting", waiting),
        Query("/photos", marks),
        Query("/photo", photo),
    )


def photo_posts(photos: KeptPhotos, folder: PackageFolder) -> Sequence[Query]:
    """POST /photos?school, body: the zip, streamed to disk; answers whose photos it holds."""

    async def stage(request: web.Request) -> StagedPhotos:
        school = school_of(request)
        try:
            upload = await folder.receive(request.content.iter_chunked(CHUNK))
        except TooLarge:
            raise ProblemError(413, "body_too_large", "The zip is too large.") from None
        return await photos.stage(school, upload)

    return (Query("/photos", stage),)
