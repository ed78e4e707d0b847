"""What the front desk's pages ask of the roster."""

import datetime as dt
from collections import Counter
from collections.abc import AsyncIterable
from urllib.parse import urlencode

from schemas.identifiers import PersonId, SchoolId
from schemas.roster_site import (
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
    Visit,
    Waiting,
)
from services.web.domain.problems import WebProblem, too_large
from services.web.handlers.asking import asked
from services.web.handlers.imports import Capped
from services.web.ports import Owners

PHOTO_CAP = 8 * 1024 * 1024


class Desk:
    """Every question raises WebProblem: no_answer, not_found, the roster's own."""

    def __init__(self, owners: Owners) -> None:
        self._roster = owners.roster

    async def book(self, school: SchoolId, *, day: dt.date | None, find: str) -> DeskBook:
        wanted = {"day": day.isoformat()} if day else {}
        return await asked(
            self._roster.get("/desk", DeskBook, school=school, find=find[:200], **wanted)
        )

    async def here(self, school: SchoolId) -> HereNow | None:
        """None while the roster does not answer: the rest of a page must not wait for it."""
        try:
            return await asked(self._roster.get("/desk/here", HereNow, school=school))
        except WebProblem:
            return None

    async def waiting(self, school: SchoolId) -> tuple[Visit, ...]:
        found = await asked(self._roster.get("/desk/waiting", Waiting, school=school))
        return found.visits

    async def waiting_if_known(self, school: SchoolId) -> tuple[Visit, ...]:
        """Nobody while the roster does not answer."""
        try:
            return await self.waiting(school)
        except WebProblem:
            return ()

    async def on_site(self, school: SchoolId, at: str) -> OnSite:
        when = {"at": at} if at else {}
        return await asked(self._roster.get("/on-site", OnSite, school=school, **when))

    async def visit(self, school: SchoolId, visit: str) -> Visit:
        return await asked(self._roster.get("/visit", Visit, school=school, visit=visit))

    async def photo(self, school: SchoolId, **of: str) -> bytes:
        """of: visit or entry."""
        return (await asked(self._roster.get("/desk/photo", Picture, school=school, **of))).jpeg

    async def keep_photo(self, school: SchoolId, chunks: AsyncIterable[bytes]) -> str:
        """The id under which the roster keeps it."""
        body = Capped(chunks, PHOTO_CAP)
        path = f"/desk/photos?{urlencode({'school': school})}"
        try:
            return (await asked(self._roster.post(path, body, StoredPhoto))).photo
        except WebProblem as problem:
            raise too_large(PHOTO_CAP) if body.over else problem from problem

    async def flagged(self, school: SchoolId, reader: PersonId) -> FlaggedList:
        """The roster records that this person read the list."""
        return await asked(
            self._roster.get("/flagged", FlaggedList, school=school, reader=reader, why="page")
        )

    async def kiosk(self, school: SchoolId, kiosk: str) -> Kiosk:
        return await asked(self._roster.get("/kiosk", Kiosk, school=school, kiosk=kiosk))

    async def substitutes(self, school: SchoolId) -> list[Substitute]:
        return await asked(self._roster.get("/substitutes", list[Substitute], school=school))

    async def folders(self, school: SchoolId) -> list[RoomFolder]:
        return await asked(self._roster.get("/room-folders", list[RoomFolder], school=school))

    async def my_schools(self, person: PersonId) -> list[MySchool]:
        return await asked(self._roster.get("/my-schools", list[MySchool], person=person))


KINDS = ("visitor", "volunteer", "contractor", "substitute", "itinerant")


def counted(here: HereNow) -> list[tuple[str, int]]:
    """Kind → how many, in a fixed order, without the empty ones."""
    counts: Counter[str] = Counter(one.kind for one in here.people)
    return [(kind, counts[kind]) for kind in KINDS if counts[kind]]
