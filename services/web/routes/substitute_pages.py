"""Substitutes: who covers what, today's codes, and the sheets of the rooms' folders."""

from aiohttp import web

from services.web.domain.desk_words import day_of, zone_of
from services.web.domain.forms import needed, one
from services.web.domain.problems import bad_form
from services.web.handlers.desk import Desk
from services.web.handlers.reading import Reading
from services.web.handlers.writing import Writing
from services.web.routes.account_pages import drawn
from services.web.routes.cookies import Place
from services.web.routes.frame import Frame
from services.web.routes.office_pages import rooms_of
from services.web.routes.posting import post
from services.web.routes.visit import SeeOther, Visit

LINE_CAP = 400
HERE = "/visitors/substitutes"
# The token stands in the fragment, which no server along the way is sent.
COVER = "/cover#"


class SubstitutePages:
    """Records and codes; signing in with them is identity's."""

    def __init__(
        self, *, frame: Frame, reading: Reading, desk: Desk, writing: Writing, place: Place
    ) -> None:
        self._frame = frame
        self._reading = reading
        self._desk = desk
        self._writing = writing
        self._place = place

    async def page(self, visit: Visit) -> web.StreamResponse:
        roster = await self._reading.roster(visit.at)
        listed = await self._desk.substitutes(visit.at)
        return await self._frame.page(
            visit,
            "substitutes.html",
            substitutes=listed,
            today=visit.now.astimezone(zone_of(roster.school.zone)).date(),
            teachers=sorted(roster.staff, key=lambda a: (a.family, a.given)),
            names={a.id: f"{a.given} {a.family}" for a in roster.staff},
            rooms=rooms_of(roster),
        )

    async def record(self, visit: Visit) -> web.StreamResponse:
        first = day_of(needed(visit.fields, "first_day"), "first_day")
        last = day_of(one(visit.fields, "last_day"), "last_day") or first
        teacher, room = one(visit.fields, "teacher"), one(visit.fields, "room")
        if not teacher and not room:
            raise bad_form("teacher")
        body = {
            "name": needed(visit.fields, "name")[:LINE_CAP],
            "phone": one(visit.fields, "phone")[:LINE_CAP],
            "agency": one(visit.fields, "agency")[:LINE_CAP],
            "first_day": first,
            "last_day": last,
            "teacher": teacher or None,
            "room": room[:LINE_CAP],
        }
        await post(self._writing, visit, "recordSubstitute", body)
        raise SeeOther(HERE)

    async def issue(self, visit: Visit) -> web.StreamResponse:
        body = {"substitute": needed(visit.fields, "substitute")}
        await post(self._writing, visit, "issueDayCode", body)
        raise SeeOther(HERE)

    async def end(self, visit: Visit) -> web.StreamResponse:
        body = {"substitute": needed(visit.fields, "substitute")}
        await post(self._writing, visit, "endSubstitute", body)
        raise SeeOther(HERE)

    async def folders(self, visit: Visit) -> web.StreamResponse:
        wanted = visit.query("room")
        rooms = await self._desk.folders(visit.at)
        origin = self._place.origin(visit.request)
        sheets = [
            (one_room, drawn(f"{origin}{COVER}{one_room.token}"))
            for one_room in rooms
            if wanted in ("", one_room.room)
        ]
        return await self._frame.page(visit, "room_folders.html", sheets=sheets, only=wanted)

    async def rotate(self, visit: Visit) -> web.StreamResponse:
        await post(self._writing, visit, "rotateRoomFolder", {"room": needed(visit.fields, "room")})
        raise SeeOther(f"{HERE}/folders")

    async def cover(self, visit: Visit) -> web.StreamResponse:
        """Where a sheet's QR code leads; what it says is in the fragment and stays there."""
        return await self._frame.page(visit, "cover.html")
