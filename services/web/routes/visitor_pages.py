"""The office's front desk: on site now, sign in and out, who waits, the day's log, badges."""

import datetime as dt
from typing import Any

import msgspec
import segno
from aiohttp import web
from markupsafe import Markup

from schemas.roster_site import SignedIn
from services.web.domain.desk_words import HEAD, day_of, log_rows, sign_in_body
from services.web.domain.forms import needed, one
from services.web.domain.problems import WebProblem, bad_form
from services.web.handlers.desk import Desk
from services.web.handlers.reading import Reading
from services.web.handlers.sessions import Sessions
from services.web.handlers.writing import Writing
from services.web.routes.csv_answer import csv_answer
from services.web.routes.frame import Frame
from services.web.routes.incident_pages import names_of
from services.web.routes.posting import post
from services.web.routes.uploads import read_upload
from services.web.routes.visit import SeeOther, Visit


class VisitorPages:
    """Reads the desk's book; every act is a form of its own."""

    def __init__(
        self, *, frame: Frame, reading: Reading, desk: Desk, sessions: Sessions, writing: Writing
    ) -> None:
        self._frame = frame
        self._reading = reading
        self._desk = desk
        self._sessions = sessions
        self._writing = writing

    async def page(self, visit: Visit) -> web.StreamResponse:
        roster = await self._reading.roster(visit.at)
        find = visit.query("find")
        book = await self._desk.book(visit.at, day=_day(visit), find=find)
        return await self._frame.page(
            visit,
            "visitors.html",
            book=book,
            find=find,
            staff=sorted(roster.staff, key=lambda a: (a.family, a.given)),
            people=await self._people(visit),
            desk_waiting=book.waiting,
        )

    async def notices(self, visit: Visit) -> web.StreamResponse:
        """The notices alone, for the script that keeps every office page current."""
        waiting = await self._desk.waiting(visit.at)
        return await self._frame.page(
            visit,
            "site_notices.html",
            desk_waiting=waiting,
            silent=await self._in_lockdown(visit),
        )

    async def _in_lockdown(self, visit: Visit) -> bool:
        """In a live Lockdown no page speaks; while it is not known none does either."""
        try:
            opened = (await self._reading.incidents(visit.at)).open
        except WebProblem:
            return True
        if opened is None or opened.mode != "live":
            return False
        return any(action.call.kind == "lockdown" for action in opened.current)

    async def sign_in(self, visit: Visit) -> web.StreamResponse:
        def ours(mark: str) -> None:
            self._sessions.check_form(visit.person, mark, visit.now)

        visit.fields, picture = await read_upload(visit.request, "photo", ours)
        zone = (await self._reading.roster(visit.at)).school.zone
        body = sign_in_body(visit.fields, zone=zone, now=visit.now)
        if picture is not None:
            body["photo"] = await self._desk.keep_photo(visit.at, picture)
        reply = await post(self._writing, visit, "signInVisitor", body)
        told = msgspec.json.decode(reply.answer or b"", type=SignedIn)
        raise SeeOther("/visitors" if told.outcome == "wait" else f"/visitors/{told.visit}/badge")

    async def sign_out(self, visit: Visit) -> web.StreamResponse:
        body = {
            "visit": one(visit.fields, "visit")[:64],
            "code": one(visit.fields, "code")[:40],
            "time_unknown": one(visit.fields, "time_unknown") == "yes",
        }
        if not body["visit"] and not body["code"]:
            raise bad_form("code")
        await post(self._writing, visit, "signOutByCode", body)
        raise SeeOther("/visitors")

    async def decide(self, visit: Visit) -> web.StreamResponse:
        decision = needed(visit.fields, "decision")
        if decision not in ("let_in", "turn_away"):
            raise bad_form("decision")
        body = {"decision": decision}
        await post(self._writing, visit, "decideVisit", body)
        back = one(visit.fields, "back")
        raise SeeOther(back if back in ("/office", "/visitors") else "/visitors")

    async def badge(self, visit: Visit) -> web.StreamResponse:
        shown = await self._desk.visit(visit.at, visit.path["visit"])
        return await self._frame.page(
            visit, "visitor_badge.html", visited=shown, qr=code_drawn(shown.badge_code)
        )

    async def photo(self, visit: Visit) -> web.StreamResponse:
        jpeg = await self._desk.photo(visit.at, visit=visit.path["visit"])
        return web.Response(body=jpeg, content_type="image/jpeg")

    async def log_csv(self, visit: Visit) -> web.StreamResponse:
        """One day, or what a search found: never everything at once."""
        roster = await self._reading.roster(visit.at)
        book = await self._desk.book(visit.at, day=_day(visit), find=visit.query("find"))
        name = f"visitors-{book.day.isoformat()}"
        return csv_answer(name, HEAD, log_rows(book.visits, roster.school.zone))

    async def settings(self, visit: Visit) -> web.StreamResponse:
        body = {
            "keep_days": _number(visit, "keep_days", 30, 3650),
            "check_percent": _number(visit, "check_percent", 0, 100),
        }
        await post(self._writing, visit, "setSitePolicy", body)
        raise SeeOther("/visitors#settings")

    async def mark_itinerant(self, visit: Visit) -> web.StreamResponse:
        body = {
            "person": needed(visit.fields, "person"),
            "itinerant": one(visit.fields, "itinerant") == "yes",
        }
        await post(self._writing, visit, "markItinerant", body)
        raise SeeOther("/visitors#itinerant")

    async def _people(self, visit: Visit) -> dict[str, Any]:
        roster = await self._reading.roster(visit.at)
        return {**names_of(roster), visit.person.person: visit.person.name}


def code_drawn(code: str) -> Markup:
    """A code as QR, black on white whatever the scheme."""
    drawn = segno.make(code, error="m", micro=False)
    # segno writes the SVG itself and escapes nothing of ours but the modules it draws.
    return Markup(drawn.svg_inline(scale=6, dark="#000", light="#fff", omitsize=True))  # noqa: S704


def _day(visit: Visit) -> dt.date | None:
    return day_of(visit.query("day"), "day")


def _number(visit: Visit, field: str, least: int, most: int) -> int:
    text = needed(visit.fields, field)
    if not (text.isascii() and text.isdigit() and len(text) < 6 and least <= int(text) <= most):
        raise bad_form(field)
    return int(text)
