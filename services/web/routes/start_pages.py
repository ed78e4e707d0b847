"""Starting: live and drill are different pages with different verbs. They share only words."""

from typing import Any

from aiohttp import web

from schemas.actions import ACTIONS
from schemas.incident import ActionCall
from services.web.domain.access import OFFICE, may_start_any
from services.web.domain.announcement import HAZARDS, STRATEGIES, directive, pa_words
from services.web.domain.forms import action_call
from services.web.domain.problems import WebProblem
from services.web.handlers.reading import Reading
from services.web.handlers.school_day import SchoolDays
from services.web.handlers.writing import Writing
from services.web.routes.campus_start import CampusStart
from services.web.routes.frame import Frame
from services.web.routes.office_pages import rooms_of
from services.web.routes.posting import post
from services.web.routes.visit import SeeOther, Visit, fresh_op

ORDER_LIVE = ("lockdown", "evacuate", "shelter", "secure", "hold")
ORDER_DRILL = ("evacuate", "lockdown", "shelter", "secure", "hold")


class StartPages:
    """The pages before an incident; the declaration itself is one command."""

    def __init__(
        self,
        *,
        frame: Frame,
        reading: Reading,
        days: SchoolDays,
        writing: Writing,
        campus: CampusStart,
    ) -> None:
        self._frame = frame
        self._reading = reading
        self._days = days
        self._writing = writing
        self._campus = campus

    async def live_page(self, visit: Visit) -> web.StreamResponse:
        kinds = ORDER_LIVE if may_start_any(visit.roles) else ORDER_LIVE[:1]
        return await self._frame.page(
            visit, "start_live.html", **await self._choices(visit), kinds=kinds
        )

    async def live_confirm(self, visit: Visit) -> web.StreamResponse:
        """The second of two steps, for a click or a screen reader; reads back, starts nothing."""
        fields = asked(visit)
        call = action_call(fields)
        return await self._frame.page(
            visit,
            "start_live_confirm.html",
            neighbours=await self._campus.chosen(visit, call, fields.get("also", ())),
            **read_back(call, "live"),
        )

    async def live_start(self, visit: Visit) -> web.StreamResponse:
        call = action_call(visit.fields)
        others = await self._campus.chosen(visit, call, visit.fields.get("also", ()))
        also = self._campus.start(visit, call, others)
        try:
            await self._declare(visit, "live", visit.op() if others else None)
        except WebProblem as problem:
            if problem.problem.code != "not_started_yet":
                raise
            answer = await self._frame.page(
                visit, "not_started.html", 503, fields=repeatable(visit)
            )
            answer.headers["Retry-After"] = "1"
            return answer
        finally:
            missing = await also
        then = "/incident" if may_start_any(visit.roles) else "/started"
        if missing:
            return await self._frame.page(
                visit,
                "not_started_also.html",
                503,
                missing=missing,
                fields=repeatable(visit),
                then=then,
            )
        raise SeeOther(then)

    async def drill_page(self, visit: Visit) -> web.StreamResponse:
        incidents = await self._reading.incidents(visit.at)
        done = dict.fromkeys(ORDER_DRILL, 0)
        for incident in incidents.recent:
            if incident.mode == "drill" and incident.actions:
                done[incident.actions[0].call.kind] += 1
        return await self._frame.page(
            visit,
            "start_drill.html",
            **await self._choices(visit),
            kinds=ORDER_DRILL,
            done=done,
            open_incident=incidents.open,
        )

    async def drill_read_back(self, visit: Visit) -> web.StreamResponse:
        call = action_call(asked(visit))
        return await self._frame.page(visit, "drill_read_back.html", **read_back(call, "drill"))

    async def drill_start(self, visit: Visit) -> web.StreamResponse:
        await self._declare(visit, "drill")
        raise SeeOther("/incident")

    async def started(self, visit: Visit) -> web.StreamResponse:
        """What the starter of a live action does next, away from the office."""
        if not OFFICE.isdisjoint(visit.roles):
            raise SeeOther("/incident")
        incidents = await self._reading.incidents(visit.at)
        # What follows a live start says "Call now": a drill has no such page.
        if incidents.open is None or not incidents.open.current or incidents.open.mode != "live":
            raise SeeOther("/")
        action = incidents.open.current[-1]
        words = pa_words(action.call, incidents.open.mode)
        return await self._frame.page(
            visit, "started.html", incident=incidents.open, action=action, pa=words
        )

    async def _declare(self, visit: Visit, mode: str, declaration: str | None = None) -> None:
        body = {"mode": mode, "action": action_call(visit.fields)}
        if declaration is not None:
            body["declaration"] = declaration
        await post(self._writing, visit, "declare", body)

    async def _choices(self, visit: Visit) -> dict[str, Any]:
        """Rooms come from the roster; without it the whole school can still be started."""
        try:
            rooms = rooms_of(await self._reading.roster(visit.at))
        except WebProblem:
            rooms = []
        return {
            "actions": ACTIONS,
            "rooms": rooms,
            "zones": (await self._days.ground(visit.at)).zones,
            "neighbours": await self._campus.neighbours(visit),
            "hazards": HAZARDS,
            "strategies": STRATEGIES,
            "op": fresh_op(),
        }


def asked(visit: Visit) -> dict[str, list[str]]:
    """The query as form fields."""
    query = visit.request.query
    return {name: list(query.getall(name)) for name in query}


def read_back(call: ActionCall, mode: str) -> dict[str, Any]:
    """What the page says before it can be started."""
    drill = mode != "live"
    return {
        "call": call,
        "term": ACTIONS[call.kind].term,
        "directive": directive(call),
        "pa": pa_words(call, "drill" if drill else "live"),
        "actions": ACTIONS,
    }


def repeatable(visit: Visit) -> list[tuple[str, str]]:
    """The same fields with the same op: asking again starts nothing twice."""
    return [(name, value) for name, values in visit.fields.items() for value in values]
