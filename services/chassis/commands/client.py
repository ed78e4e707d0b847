"""The HTTP client of a service: connections kept alive, tokens signed twice a minute."""

from collections.abc import AsyncIterable
from typing import Any, TypeVar

import aiohttp
import msgspec

from schemas.commands import Command
from schemas.identifiers import SchoolId
from schemas.replies import EventPage, Heads, Problem, Reply, StateReply
from services.chassis.clock import Clock
from services.chassis.commands.problems import ProblemError, Unavailable
from services.chassis.commands.service_tokens import Signer
from services.chassis.commands.tokens import Tokens

T = TypeVar("T")
Body = msgspec.Struct | AsyncIterable[bytes] | bytes

QUERY_TIMEOUT = 5.0
UPLOAD_TIMEOUT = 120.0
GATEWAY = frozenset({502, 503, 504})
# A server that restarted closes what we kept alive; nothing of the request was read then.
BROKEN = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)


def open_session() -> aiohttp.ClientSession:
    """Connections kept alive to every service; no cookies, no proxies from the environment."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=60.0),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )


class ServiceClient:
    """One other service as seen by `caller`. url: its MUSTER_<SERVICE>_URL.

    Every call raises Unavailable (no connection, time-out, 502–504) or ProblemError (any other
    status ≥ 400, with the code that the other service gave).
    """

    def __init__(
        self,
        *,
        caller: str,
        url: str,
        tokens: Tokens,
        clock: Clock,
        session: aiohttp.ClientSession,
    ) -> None:
        self._url = url.rstrip("/")
        self._session = session
        self._signer = Signer(caller=caller, tokens=tokens, clock=clock)
        self._encoder = msgspec.json.Encoder()
        self._decoders: dict[Any, msgspec.json.Decoder[Any]] = {}
        self._timeouts: dict[float, aiohttp.ClientTimeout] = {}

    async def send(self, command: Command, *, timeout: float = 2.0) -> Reply:
        """Send a command; the same op_id may be sent again, so a broken connection is retried."""
        body = self._encoder.encode(command)
        try:
            said = await self._call("POST", "/commands", body, None, timeout)
        except _Broken:
            said = await self._again("/commands", body, timeout)
        reply: Reply = self._decoder(Reply).decode(said)
        return reply

    async def get(
        self, path: str, type: type[T], *, timeout: float = QUERY_TIMEOUT, **params: str | int
    ) -> T:
        """GET path?params as a `type` (lenient: unknown fields pass)."""
        try:
            said = await self._call("GET", path, None, params, timeout)
        except _Broken as error:
            raise Unavailable("disconnected") from error
        decoded: T = self._decoder(type).decode(said)
        return decoded

    async def post(
        self, path: str, body: Body, type: type[T], *, timeout: float = UPLOAD_TIMEOUT
    ) -> T:
        """POST a struct as JSON, or a package as a stream. Not retried."""
        data = self._encoder.encode(body) if isinstance(body, msgspec.Struct) else body
        try:
            said = await self._call("POST", path, data, None, timeout)
        except _Broken as error:
            raise Unavailable("disconnected") from error
        decoded: T = self._decoder(type).decode(said)
        return decoded

    async def heads(self) -> Heads:
        """The owner's last positions."""
        return await self.get("/heads", Heads, timeout=1.0)

    async def events(self, school: SchoolId, after: int, limit: int) -> EventPage:
        """At most `limit` events with pos > after."""
        return await self.get("/events", EventPage, school=school, after=after, limit=limit)

    async def state(self, school: SchoolId) -> StateReply:
        """The owner's folded state of a school and the pos that it is consistent at."""
        return await self.get("/state", StateReply, school=school)

    async def _again(self, path: str, body: bytes, timeout: float) -> bytes:
        try:
            return await self._call("POST", path, body, None, timeout)
        except _Broken as error:
            raise Unavailable("disconnected") from error

    async def _call(
        self,
        method: str,
        path: str,
        data: bytes | AsyncIterable[bytes] | None,
        params: dict[str, str | int] | None,
        timeout: float,
    ) -> bytes:
        headers = {"Authorization": self._signer.header(), "Content-Type": "application/json"}
        try:
            async with self._session.request(
                method,
                self._url + path,
                data=data,
                params=params,
                headers=headers,
                timeout=self._timeout(timeout),
                allow_redirects=False,
            ) as response:
                said = await response.read()
                if response.status >= 400:
                    raise self._refusal(response, said)
                return said
        except TimeoutError as error:
            raise Unavailable("timeout") from error
        except aiohttp.ClientConnectorError as error:
            raise Unavailable("unreachable") from error
        except BROKEN as error:
            raise _Broken from error
        except aiohttp.ClientError as error:
            raise Unavailable("broken_answer") from error

    def _refusal(self, response: aiohttp.ClientResponse, said: bytes) -> Exception:
        try:
            problem = self._decoder(Problem).decode(said)
        except (msgspec.DecodeError, UnicodeDecodeError):
            problem = Problem(title="", status=response.status, code="no_problem_given")
        if response.status in GATEWAY:
            return Unavailable(problem.code, problem.retry_after or 0.5)
        return ProblemError(
            response.status, problem.code, problem.detail, retry_after=problem.retry_after
        )

    def _timeout(self, seconds: float) -> aiohttp.ClientTimeout:
        timeout = self._timeouts.get(seconds)
        if timeout is None:
            timeout = self._timeouts[seconds] = aiohttp.ClientTimeout(
                total=seconds, ceil_threshold=60
            )
        return timeout

    def _decoder(self, type: Any) -> msgspec.json.Decoder[Any]:
        decoder = self._decoders.get(type)
        if decoder is None:
            decoder = self._decoders[type] = msgspec.json.Decoder(type)
        return decoder


class _Broken(Exception):
    """A kept connection ended before an answer."""
