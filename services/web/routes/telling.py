"""A problem as the client can use it: problem+json in the API, a page with what to do elsewhere."""

from collections.abc import Mapping
from urllib.parse import quote

import msgspec
from aiohttp import web

from schemas.vocabulary import Language
from services.web.domain.problems import WebProblem
from services.web.routes.cookies import Place
from services.web.routes.frame import Frame
from services.web.routes.rows import Row
from services.web.routes.speech import Speech
from services.web.routes.visit import Visit, json

GONE = frozenset({"no_session", "session_expired", "session_invalid", "session_revoked"})


class Telling:
    """Shows problems in the reader's language; the code stays what it is."""

    def __init__(self, frame: Frame, place: Place, speech: Mapping[Language, Speech]) -> None:
        self._frame = frame
        self._place = place
        self._speech = speech

    async def __call__(self, visit: Visit, row: Row, problem: WebProblem) -> web.StreamResponse:
        said = problem.problem
        reason = self._speech[visit.language].reason(said.code, said.detail, said.values)
        said = msgspec.structs.replace(said, detail=reason)
        if row.api:
            answer = json(said, said.status)
            answer.headers["Content-Language"] = visit.language
            answer.content_type = "application/problem+json"
        elif said.code in GONE and row.method == "GET":
            return self._sign_in(visit, said.code)
        else:
            answer = await self._frame.page(
                visit, "problem.html", said.status, problem=said, retry=row.method == "GET"
            )
        if said.retry_after is not None:
            answer.headers["Retry-After"] = str(max(1, round(said.retry_after)))
        if said.status == 401:
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    def _sign_in(self, visit: Visit, code: str) -> web.StreamResponse:
        if code != "no_session":
            visit.remember(self._place.session_cookie, "", 0)
        then = quote(visit.request.path, safe="/")
        return web.Response(status=303, headers={"Location": f"/sign-in?then={then}"})
