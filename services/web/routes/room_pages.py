"""Rooms as the office knows them: zones, floors, other names, and schools on one campus."""

from typing import Any

from aiohttp import web

from schemas.replies import Problem
from schemas.roster_day_facts import RoomFacts
from services.web.domain.day_view import every_room
from services.web.domain.forms import checked, needed, one
from services.web.domain.problems import WebProblem, not_found
from services.web.handlers.reading import Reading
from services.web.handlers.school_day import SchoolDays
from services.web.handlers.writing import Writing
from services.web.routes.frame import Frame
from services.web.routes.posting import post
from services.web.routes.visit import SeeOther, Visit

PAGE = "/rooms"


class RoomPages:
    """An import brings rooms by their classes and never changes what is said here."""

    def __init__(
        self, *, frame: Frame, reading: Reading, days: SchoolDays, writing: Writing
    ) -> None:
        self._frame = frame
        self._reading = reading
        self._days = days
        self._writing = writing

    async def page(self, visit: Visit) -> web.StreamResponse:
        return await self._page(visit)

    async def room(self, visit: Visit) -> web.StreamResponse:
        rooms = await self._rooms(visit)
        wanted = visit.query("room")
        room = next((known for known in rooms if known.name == wanted), None)
        if room is None:
            raise not_found()
        return await self._room(visit, room)

    async def zone(self, visit: Visit) -> web.StreamResponse:
        """Several rooms into one zone, or out of theirs."""
        named = set(visit.fields.get("room", ()))
        zone = one(visit.fields, "zone")
        chosen = [room for room in await self._rooms(visit) if room.name in named]
        if chosen:
            rooms = tuple(with_zone(room, zone) for room in chosen)
            await post(self._writing, visit, "setRooms", {"rooms": rooms})
            await self._days.fresh_ground(visit.at)
        raise SeeOther(PAGE)

    async def save(self, visit: Visit) -> web.StreamResponse:
        fields = visit.fields
        aliases = [name.strip() for name in one(fields, "aliases").split(",")]
        said = {
            "name": needed(fields, "name"),
            "zone": one(fields, "zone"),
            "floor": one(fields, "floor"),
            "capacity": one(fields, "capacity") or "0",
            "aliases": tuple(dict.fromkeys(name for name in aliases if name)),
            "supervised_by": one(fields, "supervised_by"),
        }
        room = checked(RoomFacts, said, "room")
        try:
            await post(self._writing, visit, "setRooms", {"rooms": (room,)})
        except WebProblem as problem:
            if problem.problem.status != 409:
                raise
            return await self._room(visit, room, refused=problem.problem)
        await self._days.fresh_ground(visit.at)
        raise SeeOther(PAGE)

    async def campus(self, visit: Visit) -> web.StreamResponse:
        reach = await self._days.reach(visit.person)
        body = {
            "name": one(visit.fields, "name"),
            "schools": tuple(visit.fields.get("school", ())),
            "also": tuple(school.id for school in reach),
        }
        try:
            await post(self._writing, visit, "setCampus", body)
        except WebProblem as problem:
            if problem.problem.status != 409:
                raise
            return await self._page(visit, refused=problem.problem)
        await self._days.fresh_ground(visit.at)
        raise SeeOther(PAGE)

    async def _rooms(self, visit: Visit) -> list[RoomFacts]:
        day = await self._days.day(visit.at)
        return every_room(day.rooms, await self._reading.roster(visit.at))

    async def _page(self, visit: Visit, refused: Problem | None = None) -> web.StreamResponse:
        day = await self._days.day(visit.at)
        roster = await self._reading.roster(visit.at)
        rooms = every_room(day.rooms, roster)
        reach = await self._days.reach(visit.person)
        return await self._frame.page(
            visit,
            "rooms.html",
            409 if refused else 200,
            rooms=rooms,
            zones=zones_of(rooms),
            adults={member.id: member for member in roster.staff},
            campus=day.campus,
            others=[school for school in reach if school.id != visit.at],
            refused=refused,
        )

    async def _room(
        self, visit: Visit, room: RoomFacts, refused: Problem | None = None
    ) -> web.StreamResponse:
        roster = await self._reading.roster(visit.at)
        rooms = await self._rooms(visit)
        return await self._frame.page(
            visit,
            "room.html",
            409 if refused else 200,
            room=room,
            zones=zones_of(rooms),
            staff=roster.staff,
            classes=[c for c in roster.classes if c.room in (room.name, *room.aliases)],
            refused=refused,
        )


def zones_of(rooms: list[RoomFacts]) -> dict[str, list[RoomFacts]]:
    """Zone → its rooms; "" those without one, last."""
    found: dict[str, list[RoomFacts]] = {}
    for room in sorted(rooms, key=lambda one: (not one.zone, one.zone)):
        found.setdefault(room.zone, []).append(room)
    return found


def with_zone(room: RoomFacts, zone: str) -> RoomFacts:
    fields: dict[str, Any] = {name: getattr(room, name) for name in room.__struct_fields__}
    return checked(RoomFacts, fields | {"zone": zone}, "zone")
