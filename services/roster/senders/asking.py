"""One HTTP question to a student system: bounded in size, time, patience; never redirected."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from services.chassis.clock import Clock
from services.chassis.logs import log
from services.roster.domain.pulling.failures import PullFailed
from services.roster.senders.reach import Reach

ASKING_LATER = frozenset({429, 503})
CHUNK = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Patience:
    """Seconds. answer: for a whole answer. wait: of one Retry-After; waits: of all of a pull.

    tries: how often one question is asked.
    """

    answer: float = 60.0
    connect: float = 10.0
    wait: float = 120.0
    waits: float = 900.0
    tries: int = 4
    pause: float = 1.0


@dataclass(frozen=True)
class Answer:
    """status: none that is asked again. body: capped."""

    status: int
    headers: Mapping[str, str]
    links: Mapping[str, str]
    body: bytes


@dataclass(kw_only=True)
class Asking:
    """Asks until there is an answer. Raises PullFailed."""

    session: aiohttp.ClientSession
    reach: Reach
    clock: Clock
    patience: Patience
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    waited: float = field(default=0.0)

    async def ask(self, method: str, url: str, *, cap: int, **request: Any) -> Answer:
        """cap: bytes of the body."""
        failed = PullFailed("server_failed")
        for attempt in range(self.patience.tries):
            wait = self.patience.pause * 4**attempt
            try:
                answer = await self._once(method, url, cap, request)
            except PullFailed as error:
                if error.code not in ("unreachable", "too_slow"):
                    raise
                failed = error
            else:
                if answer.status < 500 and answer.status not in ASKING_LATER:
                    return answer
                log.info("pull_asked_to_wait", status=answer.status, attempt=attempt)
                failed = PullFailed("busy" if answer.status in ASKING_LATER else "server_failed")
                wait = self._told_wait(answer, wait)
            if attempt + 1 < self.patience.tries:
                await self._wait(wait)
        raise failed

    def _told_wait(self, answer: Answer, otherwise: float) -> float:
        """Retry-After in seconds, given as a number or as a date (RFC 9110, 10.2.3)."""
        said = answer.headers.get("Retry-After", "").strip()
        if said.isascii() and said.isdigit():
            return float(said[:9])
        try:
            at = parsedate_to_datetime(said)
        except ValueError:
            return otherwise
        told = http_date(answer.headers.get("Date", "")) or self.clock.now()
        return max(0.0, (at.astimezone(dt.UTC) - told).total_seconds())

    async def _wait(self, seconds: float) -> None:
        if seconds > self.patience.wait or self.waited + seconds > self.patience.waits:
            raise PullFailed("busy")
        self.waited += seconds
        await self.pause(seconds)

    async def _once(self, method: str, url: str, cap: int, request: dict[str, Any]) -> Answer:
        timeout = aiohttp.ClientTimeout(
            total=self.patience.answer, sock_connect=self.patience.connect
        )
        try:
            async with self.session.request(
                method, url, timeout=timeout, allow_redirects=False, **request
            ) as response:
                if 300 <= response.status < 400:
                    raise PullFailed("redirected")
                if response.headers.get("Content-Encoding", "identity") != "identity":
                    raise PullFailed("encoded")
                body = await _capped(response, cap)
                links = {name: str(link["url"]) for name, link in response.links.items()}
                return Answer(response.status, response.headers, links, body)
        except TimeoutError:
            raise PullFailed("too_slow") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise PullFailed(self._broken(error)) from None

    def _broken(self, error: Exception) -> str:
        """The code of a connection that was not made, or broke."""
        if self.reach.forbade:
            return self.reach.code
        return "tls_failed" if isinstance(error, ssl.SSLError) else "unreachable"


async def _capped(response: aiohttp.ClientResponse, cap: int) -> bytes:
    if (response.content_length or 0) > cap:
        raise PullFailed("page_too_large")
    body = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        body += chunk
        if len(body) > cap:
            raise PullFailed("page_too_large")
    return bytes(body)


def http_date(text: str) -> dt.datetime | None:
    """A Date header as a moment in UTC; None when there is none that can be read."""
    try:
        return parsedate_to_datetime(text).astimezone(dt.UTC)
    except ValueError:
        return None
