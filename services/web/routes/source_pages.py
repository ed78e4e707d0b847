"""Student systems that the roster is pulled from: how it went, when it comes, and what to do."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from schemas.roster import School
from schemas.roster_pull import PullSource
from services.web.domain.access import KEEPERS
from services.web.domain.forms import Fields, needed, one
from services.web.domain.problems import WebProblem, bad_form, not_found
from services.web.handlers.pulls import Pulls
from services.web.handlers.writing import Writing
from services.web.routes.api_school import accepted, key_of, told
from services.web.routes.frame import Frame
from services.web.routes.posting import post
from services.web.routes.visit import SeeOther, Visit, json

HERE = "/import/sources"
WHEN = re.compile(r"^(at|every)-(\d{1,3})$")
EVERY = (1, 2, 3, 4, 6, 8, 12)
SCOPE = "https://purl.imsglobal.org/spec/or/v1p2/scope/roster-core.readonly"
SHOWN = ("name", "base_url", "token_url", "client_id", "version", "when", "apply", "changes_only")


class SourcePages:
    """The office reads; IT and those above change."""

    def __init__(self, *, frame: Frame, pulls: Pulls, writing: Writing) -> None:
        self._frame = frame
        self._pulls = pulls
        self._writing = writing

    async def page(self, visit: Visit) -> web.StreamResponse:
        return await self._page(visit)

    async def listed(self, visit: Visit) -> web.StreamResponse:
        return json(await self._pulls.sources(visit.at))

    async def waiting(self, visit: Visit) -> web.StreamResponse:
        """To the import's own page: a package that was pulled is decided as an uploaded one."""
        staged = await self._pulls.waiting(visit.at, visit.path["source"])
        raise SeeOther(f"/import/{staged.id}")

    async def save(self, visit: Visit) -> web.StreamResponse:
        """A refusal comes back with what was entered; all but the secret."""
        mine = await self._pulls.kept_by(visit.person)
        body = entered(visit.fields, mine)
        try:
            await post(self._writing, visit, "setSource", body)
        except WebProblem as problem:
            if problem.problem.status not in (400, 409):
                raise
            return await self._page(visit, refused=problem.problem, kept=visit.fields)
        raise SeeOther(HERE)

    async def remove(self, visit: Visit) -> web.StreamResponse:
        await post(self._writing, visit, "removeSource", await self._named(visit))
        raise SeeOther(HERE)

    async def pull(self, visit: Visit) -> web.StreamResponse:
        named = await self._named(visit)
        path = {"source": named.pop("source")}
        await post(self._writing, visit, "pullNow", named, path)
        raise SeeOther(HERE)

    async def pull_body(self, visit: Visit) -> web.StreamResponse:
        """POST …/sources/{source}/pull of the API."""
        mine = await self._pulls.kept_by(visit.person)
        reply = await self._writing.send(
            "pullNow",
            op_id=key_of(visit),
            school=visit.at,
            actor=visit.actor,
            path=visit.path,
            body={"also": tuple(school.id for school in mine)},
        )
        return told(accepted(reply))

    async def _named(self, visit: Visit) -> dict[str, Any]:
        mine = await self._pulls.kept_by(visit.person)
        return {
            "source": needed(visit.fields, "source"),
            "also": tuple(school.id for school in mine),
        }

    async def _page(
        self, visit: Visit, *, refused: object = None, kept: Fields | None = None
    ) -> web.StreamResponse:
        sources = await self._pulls.sources(visit.at)
        keeps = not KEEPERS.isdisjoint(visit.roles)
        edited = one(kept, "source") if kept is not None else visit.query("edit")
        found = next((source for source in sources if source.id == edited), None)
        if visit.query("edit") and found is None:
            raise not_found()
        mine = await self._pulls.kept_by(visit.person) if keeps else []
        return await self._frame.page(
            visit,
            "sources.html",
            sources=sources,
            keeps=keeps,
            mine=mine,
            edited=found,
            form_open=bool(edited or kept is not None or visit.query("add")),
            filled=filled(found, kept, edited),
            every=EVERY,
            refused=refused,
            busy=any(source.pulling or source.asked_op for source in sources),
        )


def entered(fields: Fields, mine: list[School]) -> dict[str, Any]:
    """The form as the command has it. Raises WebProblem bad_form."""
    when = WHEN.match(needed(fields, "when"))
    if when is None:
        raise bad_form("when")
    number = int(when[2])
    chosen = tuple(school for school in fields.get("school", ()) if school)
    return {
        "source": needed(fields, "source"),
        "name": needed(fields, "name")[:80],
        "base_url": needed(fields, "base_url"),
        "token_url": needed(fields, "token_url"),
        "client_id": needed(fields, "client_id"),
        # Never trimmed: a secret may begin with a space.
        "secret": (fields.get("secret") or ("",))[0],
        "scopes": tuple(one(fields, "scopes").split()),
        "version": needed(fields, "version"),
        "schools": chosen,
        "hour": number if when[1] == "at" else None,
        "every_hours": number if when[1] == "every" else None,
        "apply": one(fields, "apply") == "yes",
        "changes_only": one(fields, "changes_only") == "yes",
        "also": tuple(school.id for school in mine),
    }


def filled(source: PullSource | None, kept: Fields | None, edited: str) -> Mapping[str, object]:
    """What the form's fields hold when it is drawn; never a secret."""
    if kept is not None:
        held: dict[str, object] = {name: one(kept, name) for name in SHOWN}
        return held | {
            "source": edited,
            "scopes": one(kept, "scopes").split(),
            "schools": kept.get("school", ()),
        }
    if source is None:
        return {
            "source": f"s-{secrets.token_hex(6)}",
            "version": "1.2",
            "when": "at-4",
            "apply": "yes",
            "changes_only": "yes",
            "scopes": [SCOPE],
            "schools": None,
        }
    every = source.every_hours
    return {
        "source": source.id,
        "name": source.name,
        "base_url": source.base_url,
        "token_url": source.token_url,
        "client_id": source.client_id,
        "version": source.version,
        "when": f"at-{source.hour}" if every is None else f"every-{every}",
        "apply": "yes" if source.apply else "",
        "changes_only": "yes" if source.changes_only else "",
        "scopes": source.scopes,
        "schools": source.schools,
    }
