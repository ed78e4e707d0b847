"""The API of one school: commands in, what is known out."""

import re

from aiohttp import web

from schemas.api import OPERATIONS
from schemas.api.operation import Operation
from schemas.identifiers import ClassId
from schemas.replies import Reply
from services.web.domain.access import OFFICE
from services.web.domain.problems import WebProblem
from services.web.domain.sight import seen_by
from services.web.handlers.imports import Imports
from services.web.handlers.reading import Reading
from services.web.handlers.writing import Writing
from services.web.routes.bodies import chunks, read_json
from services.web.routes.rows import KIB
from services.web.routes.visit import Handler, Visit, json

OP_ID = re.compile(r"^[A-Za-z0-9_-]{8,64}$")
# Five hundred marks of a long roll.
COMMAND_CAP = 256 * KIB


class SchoolApi:
    """Handlers under /api/v1/schools/{school}."""

    def __init__(self, *, writing: Writing, reading: Reading, imports: Imports) -> None:
        self._writing = writing
        self._reading = reading
        self._imports = imports
        self._operations = {operation.name: operation for operation in OPERATIONS}

    def command(self, name: str) -> Handler:
        """The handler of one write of the table in schemas/api/."""
        operation = self._operations[name]

        async def handle(visit: Visit) -> web.StreamResponse:
            return await self._command(visit, operation)

        return handle

    async def _command(
        self, visit: Visit, operation: Operation, **proven: object
    ) -> web.StreamResponse:
        """proven: what the session proves beside the actor, and no body may say."""
        op_id = key_of(visit)
        assert operation.body is not None
        body = await read_json(visit.request, COMMAND_CAP, operation.body)
        reply = await self._writing.send(
            operation.name,
            op_id=op_id,
            school=visit.at,
            actor=visit.actor,
            path=visit.path,
            body={name: getattr(body, name) for name in operation.body.__struct_fields__} | proven,
        )
        if operation.reply is Reply:
            return told(reply)
        accepted(reply)
        return web.Response(body=bytes(reply.answer or b"null"), content_type="application/json")

    async def incidents(self, visit: Visit) -> web.StreamResponse:
        return json(seen_by(await self._reading.incidents(visit.at), visit.roles))

    async def accounting(self, visit: Visit) -> web.StreamResponse:
        return json(await self._reading.accounting(visit.at))

    async def contradictions(self, visit: Visit) -> web.StreamResponse:
        return json(await self._reading.contradictions(visit.at))

    async def messages(self, visit: Visit) -> web.StreamResponse:
        return json(await self._reading.messages(visit.at, visit.query("incident")))

    async def names(self, visit: Visit) -> web.StreamResponse:
        """ETag: roster version and how much this person sees of it."""
        find, opened = visit.query("find"), visit.query("class")
        if (find or opened) and OFFICE.isdisjoint(visit.roles):
            await self._reading.needs_incident(visit.at)
        names = await self._reading.names(
            visit.at,
            visit.person.person,
            visit.roles,
            find=find,
            opened=ClassId(opened) if opened else None,
        )
        etag = f'"{names.version}-{len(names.students)}-{len(names.own)}"'
        unchanged = not find and not opened and visit.request.headers.get("If-None-Match") == etag
        answer = web.Response(status=304) if unchanged else json(names)
        answer.headers["ETag"] = etag
        answer.headers["Cache-Control"] = "private, no-cache"
        return answer

    async def apply_import(self, visit: Visit) -> web.StreamResponse:
        reach = await self._imports.reach(visit.person)
        return await self._command(visit, self._operations["applyImport"], also=reach)

    async def stage_import(self, visit: Visit) -> web.StreamResponse:
        return json(await self._imports.stage(visit.person, chunks(visit.request)))

    async def undo_import(self, visit: Visit) -> web.StreamResponse:
        reach = await self._imports.reach(visit.person)
        return await self._command(visit, self._operations["undoImport"], also=reach)

    async def import_history(self, visit: Visit) -> web.StreamResponse:
        return json(await self._imports.entries(visit.person))

    async def import_entry(self, visit: Visit) -> web.StreamResponse:
        return json(await self._imports.entry(visit.person, visit.path["import"]))


def key_of(visit: Visit) -> str:
    """The Idempotency-Key. Raises WebProblem."""
    key = visit.request.headers.get("Idempotency-Key", "")
    if not OP_ID.match(key):
        raise WebProblem(
            400,
            "idempotency_key_needed",
            "Send Idempotency-Key: 8 to 64 letters, digits, _ or -, drawn once for this act.",
        )
    return key


def accepted(reply: Reply) -> Reply:
    """The reply. Raises WebProblem with the owner's code when it was refused."""
    if reply.status == "refused":
        raise WebProblem(409, reply.code, reply.reason, values=reply.values)
    return reply


def told(reply: Reply) -> web.Response:
    """200 with the reply, or the owner's refusal as a problem."""
    return json(accepted(reply))
