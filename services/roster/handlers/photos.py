"""Photos of students: checked and matched when they arrive, stored when someone says so."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import msgspec

from schemas.identifiers import SchoolId
from schemas.replies import Reply
from schemas.roster_pull import ApplyPhotos, PhotosChanged, RemovePhoto, StagedPhotos
from services.roster.domain.imports import Refused, decide_actor
from services.roster.domain.problems import PackageRefused
from services.roster.ports.log import Clock, Log
from services.roster.ports.photos import Photos

NO_SUCH_PHOTOS = Refused("unknown_photos", "This zip does not wait any more. Upload it again.")
NO_SUCH_PHOTO = Refused("unknown_photo", "This student has no photo.")


@dataclass(frozen=True, kw_only=True)
class KeptPhotos:
    """One zip at a time: pictures take a processor each."""

    photos: Photos
    log: Log
    clock: Clock
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def stage(self, school: SchoolId, upload: str) -> StagedPhotos:
        """Checks the waiting zip; one that is refused is not kept."""
        async with self.turn:
            staged = await self.photos.check(school, upload)
            if staged.errors:
                await self.photos.drop(upload)
            else:
                await self.photos.keep(school, staged, self.clock.now())
        return staged

    async def apply(self, command: ApplyPhotos) -> Reply:
        """All photos or none; stored once, however often it is asked."""
        refused = decide_actor(command.actor)
        staged = None
        async with self.turn:
            if refused is None:
                staged = await self.photos.find(command.school, command.photos)
                refused = NO_SUCH_PHOTOS if staged is None else None
            if refused is None:
                staged, refused = await self._store(command)
        reply = await self._tell(command, refused)
        if staged is None:
            return reply
        return msgspec.structs.replace(reply, answer=msgspec.Raw(msgspec.json.encode(staged)))

    async def _store(self, command: ApplyPhotos) -> tuple[StagedPhotos | None, Refused | None]:
        try:
            staged = await self.photos.apply(command.school, command.photos, self.clock.now())
        except PackageRefused as error:
            return None, Refused(
                error.finding.code, error.finding.message, {"value": error.finding.value}
            )
        await self.photos.drop(command.photos)
        return staged, None

    async def remove(self, command: RemovePhoto) -> Reply:
        refused = decide_actor(command.actor)
        if refused is None and not await self.photos.remove(command.school, command.person):
            refused = NO_SUCH_PHOTO
        return await self._tell(command, refused)

    async def _tell(self, command: ApplyPhotos | RemovePhoto, refused: Refused | None) -> Reply:
        count = 0 if refused else len(await self.photos.marks(command.school))
        return await self.log.tell_change(command, refused, PhotosChanged(count=count))
