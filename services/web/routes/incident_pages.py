"""The office's page of one incident: what holds, what a person must do, what was said."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from schemas.actions import ACTIONS, TRANSITIONS, ActionKind
from schemas.identifiers import IncidentId
from schemas.incident import Incident
from schemas.notifier import Statement
from schemas.roster import RosterSnapshot
from services.web.domain.announcement import HAZARDS, STRATEGIES, pa_words
from services.web.domain.forms import action_call, needed
from services.web.domain.problems import WebProblem, bad_form, not_found
from services.web.handlers.desk import Desk, counted
from services.web.handlers.reading import Reading
from services.web.handlers.writing import Writing
from services.web.routes.frame import Frame
from services.web.routes.office_pages import rooms_of
from services.web.routes.posting import post
from services.web.routes.visit import SeeOther, Visit


class IncidentPages:
    """Every act is a form of its own; an owner's refusal is told as a page."""

    def __init__(self, *, frame: Frame, reading: Reading, writing: Writing, desk: Desk) -> None:
        self._desk = desk
        self._frame = frame
        self._reading = reading
        self._writing = writing

    async def open_one(self, visit: Visit) -> web.StreamResponse:
        incidents = await self._reading.incidents(visit.at)
        if incidents.open is None:
            raise SeeOther("/office")
        return await self._show(visit, incidents.open)

    async def named(self, visit: Visit) -> web.StreamResponse:
        wanted = IncidentId(visit.path["incident"])
        return await self._show(visit, await self._reading.incident(visit.at, wanted))

    async def messages(self, visit: Visit) -> web.StreamResponse:
        """The messages panel alone, for the script that keeps it current."""
        wanted = IncidentId(visit.path["incident"])
        incident = await self._reading.incident(visit.at, wanted)
        return await self._frame.page(
            visit,
            "messages.html",
            incident=incident,
            people=await self._names(visit, incident),
            **await self._messages(visit, incident),
        )

    async def _names(self, visit: Visit, incident: Incident) -> dict[str, str]:
        """Adult → name. Who is in no roster has an account: asked for only when somebody has to."""
        names = names_of(await self._reading.roster(visit.at))
        names[visit.person.person] = visit.person.name
        acted = {incident.started_by, *(entry.actor for entry in incident.timeline)}
        if acted - names.keys():
            try:
                accounts = await self._reading.accounts(visit.at)
            except WebProblem:
                return names
            names = {**{one.person: one.name for one in accounts}, **names}
        return names

    async def _show(self, visit: Visit, incident: Incident) -> web.StreamResponse:
        roster = await self._reading.roster(visit.at)
        here = None if incident.closed else await self._desk.here(visit.at)
        return await self._frame.page(
            visit,
            "incident_drill.html" if incident.mode != "live" else "incident_live.html",
            incident=incident,
            people=await self._names(visit, incident),
            rooms=rooms_of(roster),
            actions=ACTIONS,
            hazards=HAZARDS,
            strategies=STRATEGIES,
            pa=[pa_words(action.call, incident.mode) for action in incident.current],
            changes={action.id: changes(action.call.kind) for action in incident.current},
            lockdown=any(action.call.kind == "lockdown" for action in incident.current),
            was_lockdown=any(action.call.kind == "lockdown" for action in incident.actions),
            here=here,
            here_counts=counted(here) if here else [],
            **await self._messages(visit, incident),
        )

    async def _messages(self, visit: Visit, incident: Incident) -> dict[str, Any]:
        """The notifier may be away; the rest of the page must not wait for it."""
        try:
            messages = await self._reading.messages(visit.at, incident.id)
        except WebProblem:
            return {"messages": None, "drafts": [], "sent": None}
        approved = [s for s in messages.statements if s.approved_at is not None]
        return {
            "messages": messages,
            "drafts": latest_drafts(messages.statements),
            "sent": max(approved, key=lambda s: s.version, default=None),
        }

    async def act(self, visit: Visit) -> web.StreamResponse:
        """One of ACTS, from its form."""
        act = ACTS.get(visit.path["act"])
        if act is None:
            raise not_found()
        operation, body = act
        await self._send(visit, operation, body(visit))
        raise SeeOther(f"/incidents/{visit.path['incident']}")

    async def approve_statement(self, visit: Visit) -> web.StreamResponse:
        body = {"version": version(visit)}
        await self._send(visit, "approveStatement", body)
        raise SeeOther(f"/incidents/{visit.path['incident']}#messages")

    async def decide_held(self, visit: Visit) -> web.StreamResponse:
        """A message that waited for a person: now, or never."""
        await self._send(visit, "decideHeld", {"send": needed(visit.fields, "what") == "send"})
        raise SeeOther(f"/incidents/{visit.path['incident']}#messages")

    async def _send(self, visit: Visit, operation: str, body: Mapping[str, Any]) -> None:
        await post(self._writing, visit, operation, body)


def _add(visit: Visit) -> dict[str, Any]:
    return {"action": action_call(visit.fields)}


def _change(visit: Visit) -> dict[str, Any]:
    return {"action_id": needed(visit.fields, "action_id"), "to": action_call(visit.fields)}


def _note(visit: Visit) -> dict[str, Any]:
    return {"text": needed(visit.fields, "text")}


def _call(visit: Visit) -> dict[str, Any]:
    return {"caller": needed(visit.fields, "caller")}


def _evidence(visit: Visit) -> dict[str, Any]:
    return {"evidence": needed(visit.fields, "evidence")}


def _room(visit: Visit) -> dict[str, Any]:
    return {
        "room": needed(visit.fields, "room"),
        "opened_by": needed(visit.fields, "opened_by"),
    }


def _approve(visit: Visit) -> dict[str, Any]:
    return {"proposal": needed(visit.fields, "proposal"), "version": version(visit)}


def _nothing(_visit: Visit) -> dict[str, Any]:
    return {}


ACTS = {
    "add": ("addAction", _add),
    "change": ("changeAction", _change),
    "note": ("addNote", _note),
    "call": ("recordCall", _call),
    "evidence": ("setEvidence", _evidence),
    "room": ("openRoom", _room),
    "close": ("close", _nothing),
    "correct": ("correct", _nothing),
    "approve": ("approve", _approve),
}
"""Form → (operation, how its body is read)."""


def version(visit: Visit) -> int:
    """Raises WebProblem bad_form."""
    try:
        return int(needed(visit.fields, "version"))
    except ValueError as error:
        raise bad_form("version") from error


def changes(kind: ActionKind) -> list[ActionKind]:
    """What the action may become, in the fixed order of the protocol."""
    return [other for other in ACTIONS if other in TRANSITIONS[kind]]


def names_of(roster: RosterSnapshot) -> dict[str, str]:
    """Adult → name, for the timeline."""
    return {member.id: f"{member.given} {member.family}" for member in roster.staff}


def latest_drafts(statements: tuple[Statement, ...]) -> list[Statement]:
    """Drafts that nothing approved has overtaken."""
    return [s for s in statements if s.approved_at is None]
