"""OneRoster rostering over REST: a token by client credentials, then tables page by page."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import msgspec
from yarl import URL

from services.chassis.clock import Clock
from services.roster.domain.pulling.failures import PullFailed
from services.roster.domain.pulling.paging import Bounds, Listing, Page
from services.roster.domain.pulling.rest import PATHS, WHOLE
from services.roster.ports.pulling import Endpoint
from services.roster.senders.asking import Answer, Asking, Patience, http_date
from services.roster.senders.reach import Reach

TOKEN_CAP = 64 * 1024
# A token is not used in its last minute: the answer might come too late.
MARGIN = dt.timedelta(seconds=60)
LONGEST = 24 * 3600
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Muster"}


class _Token(msgspec.Struct, frozen=True):
    """RFC 6749, 5.1. expires_in: seconds; some systems write it as text."""

    access_token: str
    expires_in: float | str = 0


class OneRosterSystems:
    """Fulfils ports.Systems; remembers tokens. allowed: hosts that settings name."""

    def __init__(
        self,
        *,
        clock: Clock,
        allowed: Collection[str],
        demo: bool = False,
        bounds: Bounds | None = None,
        patience: Patience | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._allowed = frozenset(allowed)
        self._demo = demo
        self._bounds = bounds or Bounds()
        self._patience = patience or Patience()
        self._pause = pause
        self._tokens: dict[tuple[str, str], tuple[Endpoint, str, dt.datetime]] = {}

    @asynccontextmanager
    async def open(self, endpoint: Endpoint) -> AsyncIterator[OneRosterSystem]:
        async with AsyncExitStack() as stack:
            data, tokens = [
                await stack.enter_async_context(self._asking(url))
                for url in (endpoint.base_url, endpoint.token_url)
            ]
            yield OneRosterSystem(
                endpoint=endpoint,
                data=data,
                tokens=Tokens(endpoint, tokens, self._clock, self._tokens),
                bounds=self._bounds,
            )

    @asynccontextmanager
    async def _asking(self, url: str) -> AsyncIterator[Asking]:
        reach = Reach(url, self._allowed, demo=self._demo)
        async with aiohttp.ClientSession(
            connector=reach.connector(),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            headers=HEADERS,
        ) as session:
            yield Asking(
                session=session,
                reach=reach,
                clock=self._clock,
                patience=self._patience,
                pause=self._pause,
            )


class Tokens:
    """One endpoint's token, kept until shortly before it ends."""

    def __init__(
        self,
        endpoint: Endpoint,
        asking: Asking,
        clock: Clock,
        known: dict[tuple[str, str], tuple[Endpoint, str, dt.datetime]],
    ) -> None:
        self._endpoint = endpoint
        self._asking = asking
        self._clock = clock
        self._known = known
        self._key = (endpoint.token_url, endpoint.client_id)

    async def token(self, *, fresh: bool = False) -> str:
        """Raises PullFailed. fresh: the known one was not accepted."""
        known = self._known.get(self._key)
        now = self._clock.now()
        if known is not None and not fresh and known[0] == self._endpoint and now < known[2]:
            return known[1]
        told = await self._ask()
        try:
            seconds = min(max(float(told.expires_in), 0.0), LONGEST)
        except ValueError:
            seconds = 0.0
        # Not a number, or never: such a token is used for one pull's question only.
        lasts = dt.timedelta(seconds=seconds if math.isfinite(seconds) else 0.0)
        until = now + lasts - MARGIN
        self._known[self._key] = (self._endpoint, told.access_token, until)
        return told.access_token

    async def _ask(self) -> _Token:
        endpoint = self._endpoint
        form = {"grant_type": "client_credentials"}
        if endpoint.scopes:
            form["scope"] = " ".join(endpoint.scopes)
        answer = await self._asking.ask(
            "POST",
            endpoint.token_url,
            cap=TOKEN_CAP,
            data=form,
            headers={"Authorization": basic(endpoint.client_id, endpoint.secret)},
        )
        if answer.status in (400, 401, 403):
            raise PullFailed("credentials_refused")
        if answer.status != 200:
            raise PullFailed("no_token")
        try:
            token = msgspec.json.decode(answer.body, type=_Token)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise PullFailed("no_token") from None
        if not (token.access_token.isascii() and token.access_token.isprintable()):
            raise PullFailed("no_token")
        return token


class OneRosterSystem:
    """Fulfils ports.System."""

    def __init__(self, *, endpoint: Endpoint, data: Asking, tokens: Tokens, bounds: Bounds) -> None:
        self._base = endpoint.base_url.rstrip("/") + PATHS[endpoint.version]
        self._data = data
        self._tokens = tokens
        self._bounds = bounds
        self._told_time: dt.datetime | None = None
        self._body = msgspec.json.Decoder(dict[str, msgspec.Raw])
        self._rows = msgspec.json.Decoder(list[msgspec.Raw])

    @property
    def told_time(self) -> dt.datetime | None:
        return self._told_time

    async def pages(
        self, table: str, since: dt.datetime | None
    ) -> AsyncIterator[Sequence[msgspec.Raw]]:
        listing = Listing(table, self._bounds)
        question: dict[str, str] = {}
        if since is not None and table != WHOLE:
            question["filter"] = f"dateLastModified>'{since:%Y-%m-%dT%H:%M:%S}.000Z'"
        following: dict[str, str] | None = listing.first()
        while following is not None:
            answer = await self._get(table, question | following)
            page = await asyncio.to_thread(self._page, table, answer)
            following = listing.take(page)
            yield page.rows

    async def _get(self, table: str, question: dict[str, str]) -> Answer:
        url = URL(f"{self._base}/{table}").with_query(question)
        answer = await self._authorised(url, fresh=False)
        if answer.status == 401:
            answer = await self._authorised(url, fresh=True)
        if self._told_time is None:
            self._told_time = http_date(answer.headers.get("Date", ""))
        match answer.status:
            case 200:
                return answer
            case 401:
                raise PullFailed("not_authorised")
            case 403:
                raise PullFailed("scope_missing")
            case 404:
                raise PullFailed("no_such_path")
            case 400 | 422 if "filter" in question:
                raise PullFailed("filter_refused")
        raise PullFailed("server_refused")

    async def _authorised(self, url: URL, *, fresh: bool) -> Answer:
        token = await self._tokens.token(fresh=fresh)
        headers = {"Authorization": f"Bearer {token}"}
        return await self._data.ask("GET", str(url), cap=self._bounds.page_bytes, headers=headers)

    def _page(self, table: str, answer: Answer) -> Page:
        try:
            body = self._body.decode(answer.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise PullFailed("page_not_json") from None
        try:
            rows = self._rows.decode(body[table])
        except (KeyError, msgspec.DecodeError):
            raise PullFailed("page_not_oneroster") from None
        if any(len(bytes(row)) > self._bounds.row_bytes for row in rows):
            raise PullFailed("page_too_large")
        return Page(rows=rows, total=total_of(answer), following=following_of(answer))


def basic(client_id: str, secret: str) -> str:
    """RFC 7617. Student systems read it as it is, without the form encoding of RFC 6749."""
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def total_of(answer: Answer) -> int | None:
    said = answer.headers.get("X-Total-Count", "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) < 13 else None


def following_of(answer: Answer) -> dict[str, str] | None:
    """What Link rel="next" asks for. Only its question is followed, never to another address."""
    link = answer.links.get("next")
    return None if link is None else dict(URL(link).query)
