"""A student system that speaks OneRoster REST, and misbehaves on demand.

Rows are what the specification says; `trouble` holds what goes wrong, once each.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

ROOTS = {"1.1": "/ims/oneroster/v1p1", "1.2": "/ims/oneroster/rostering/v1p2"}
Row = dict[str, Any]
Trouble = Callable[[web.Request], Awaitable[web.StreamResponse | None]]


@dataclass
class StudentSystem:
    """tables: rows by table. page: rows that it gives at most. paging: what it tells of the next
    page. trouble: called in turn, one for each question; None answers as usual.

    tokens: those that are accepted now. time: what its Date header says; None: the real one.
    """

    version: str = "1.2"
    client_id: str = "client"
    secret: str = "a secret of the test"
    tables: dict[str, list[Row]] = field(default_factory=dict)
    page: int = 100
    paging: frozenset[str] = frozenset({"link", "total"})
    filters: bool = True
    lasts: int = 3600
    time: dt.datetime | None = None
    trouble: list[Trouble] = field(default_factory=list)
    token_trouble: list[Trouble] = field(default_factory=list)
    forbidden: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def token_url(self) -> str:
        return f"{self.url}/token"

    @property
    def tokens_given(self) -> int:
        return len(self.scopes)

    def questions(self, table: str) -> list[str]:
        """Query strings of the questions for one table."""
        return [one.split("?", 1)[1] for one in self.asked if one.split("?", 1)[0] == table]

    @asynccontextmanager
    async def serving(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[StudentSystem]:
        app = web.Application()
        app.router.add_post("/token", self._token)
        app.router.add_get(ROOTS[self.version] + "/{table}", self._rows)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
        await site.start()
        [(_host, port)] = [address[:2] for address in runner.addresses]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _token(self, request: web.Request) -> web.StreamResponse:
        if self.token_trouble and (said := await self.token_trouble.pop(0)(request)) is not None:
            return said
        pair = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
        form = await request.post()
        if request.headers.get("Authorization") != f"Basic {pair}":
            return web.json_response({"error": "invalid_client"}, status=401)
        if form.get("grant_type") != "client_credentials":
            return web.json_response({"error": "unsupported_grant_type"}, status=400)
        self.scopes.append(str(form.get("scope", "")))
        token = f"token-{self.tokens_given}"
        self.tokens = {token}
        body = {"access_token": token, "token_type": "Bearer", "expires_in": self.lasts}
        return web.json_response(body)

    async def _rows(self, request: web.Request) -> web.StreamResponse:
        table = request.match_info["table"]
        self.asked.append(f"{table}?{request.query_string}")
        if self.trouble and (said := await self.trouble.pop(0)(request)) is not None:
            return said
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            return web.json_response({"imsx_codeMajor": "failure"}, status=401)
        if table in self.forbidden:
            return web.json_response({"imsx_codeMajor": "failure"}, status=403)
        rows = self._found(table, request.query.get("filter", ""))
        offset = int(request.query.get("offset", "0"))
        limit = min(int(request.query.get("limit", "100")), self.page)
        return self._page(request, table, rows, offset, limit)

    def _found(self, table: str, asked: str) -> list[Row]:
        rows = self.tables.get(table, [])
        if not asked or not self.filters:
            return [row for row in rows if asked or row.get("status") != "tobedeleted"]
        since = asked.removeprefix("dateLastModified>'").removesuffix("'")
        return [row for row in rows if row.get("dateLastModified", "") > since]

    def _page(
        self, request: web.Request, table: str, rows: list[Row], offset: int, limit: int
    ) -> web.Response:
        headers = {}
        if self.time is not None:
            headers["Date"] = format_datetime(self.time, usegmt=True)
        if "total" in self.paging:
            headers["X-Total-Count"] = str(len(rows))
        if "link" in self.paging and offset + limit < len(rows):
            query = urlencode({**request.query, "offset": offset + limit, "limit": limit})
            # Behind a proxy many systems name their inner address.
            headers["Link"] = f'<http://inner.example{request.path}?{query}>; rel="next"'
        return web.json_response({table: rows[offset : offset + limit]}, headers=headers)


def once(status: int, body: str = "", **headers: str) -> Trouble:
    """An answer of its own, one time."""

    async def trouble(_request: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(
            status=status, text=body, content_type="application/json", headers=named
        )

    return trouble


async def fine(_request: web.Request) -> None:
    """No trouble with this question."""


def rows_of(table: str, rows: list[Row], **headers: str) -> Trouble:
    """A page that says what the test wants."""
    return once(200, json.dumps({table: rows}), **headers)


WHEN = "2026-03-01T08:00:00.000Z"


def led(source_id: str, when: str = WHEN, status: str = "active", **fields: Any) -> Row:
    return {"sourcedId": source_id, "status": status, "dateLastModified": when, **fields}


def ref(kind: str, source_id: str) -> Row:
    return {"href": f"https://sis.example/{kind}/{source_id}", "sourcedId": source_id, "type": kind}


def user_12(source_id: str, role: str, *, org: str = "s", agents: tuple[str, ...] = ()) -> Row:
    return led(
        source_id,
        enabledUser="true",
        username=source_id,
        userIds=[{"type": "card", "identifier": source_id}],
        givenName="Ash",
        familyName="Fernmoor",
        identifier=f"id-{source_id}",
        grades=["03"] if role == "student" else [],
        agents=[ref("user", agent) for agent in agents],
        primaryOrg=ref("org", org),
        password="never to be written",
        roles=[{"roleType": "primary", "role": role, "org": ref("org", org)}],
    )


def user_11(source_id: str, role: str, *, org: str = "s", agents: tuple[str, ...] = ()) -> Row:
    row = user_12(source_id, role, org=org, agents=agents)
    del row["roles"], row["primaryOrg"]
    return row | {"role": role, "orgs": [ref("org", org)]}


def enrolled(source_id: str, user: str, role: str, *, taught: str = "c1", org: str = "s") -> Row:
    return led(
        source_id,
        user=ref("user", user),
        role=role,
        primary="true" if role == "teacher" else "false",
        school=ref("org", org),
    ) | {"class": ref("class", taught)}


def small_school(version: str = "1.2") -> dict[str, list[Row]]:
    """The same school as tests/roster/packages.py: a class, a family, a teacher."""
    user = user_12 if version == "1.2" else user_11
    guardian = "guardian" if version == "1.2" else "parent"
    return {
        "orgs": [
            led("d", name="District", type="district"),
            led("s", name="School", type="school", parent=ref("org", "d")),
        ],
        "academicSessions": [
            led("y", title="2026", type="schoolYear", startDate="2025-08-01",
                endDate="2026-06-30", schoolYear="2026"),
        ],
        "courses": [led("co", title="Grade 3", org=ref("org", "s"))],
        "classes": [
            led("c1", title="Grade 3 A", classType="homeroom", location="Room 9", grades=["03"],
                course=ref("course", "co"), school=ref("org", "s"),
                terms=[ref("academicSession", "y")]),
        ],
        "users": [
            user("t1", "teacher"),
            user("k1", "student", agents=("g1",)),
            user("k2", "student"),
            user("g1", guardian, agents=("k1", "k2")),
        ],
        "enrollments": [
            enrolled("e1", "k1", "student"),
            enrolled("e2", "k2", "student"),
            enrolled("e3", "t1", "teacher"),
        ],
    }  # fmt: skip


def crowd(count: int) -> dict[str, list[Row]]:
    """The small school with so many students."""
    tables = small_school()
    tables["users"] = [user_12("t1", "teacher")]
    tables["enrollments"] = [enrolled("e0", "t1", "teacher")]
    for n in range(count):
        tables["users"].append(user_12(f"k{n}", "student"))
        tables["enrollments"].append(enrolled(f"e-{n}", f"k{n}", "student"))
    return tables
