"""Who gets in: sessions, forgery, schools, roles, and a start before revocations are known."""

import datetime as dt
import re

import pytest

from schemas.api import OPERATIONS
from schemas.api.operation import Operation
from schemas.identifiers import PersonId
from schemas.identity import PersonRevoked, SessionRevoked
from services.web.routes.table import API_ACCESS
from tests.fakes.clock import SettableClock
from tests.web.school import CEDAR, LINCOLN, TEACHER, session
from tests.web.serving import Served, serving

LOCKDOWN = {"mode": "live", "action": {"kind": "lockdown"}}
DECLARE = f"/api/v1/schools/{LINCOLN}/incidents"


async def code_of(web: Served, method: str, path: str, headers: dict[str, str]) -> tuple[int, str]:
    body = LOCKDOWN if method == "POST" else None
    async with web.http.request(method, web.url + path, json=body, headers=headers) as answer:
        said = await answer.json() if "json" in answer.content_type else {}
        return answer.status, said.get("code", "") if isinstance(said, dict) else ""


def headers_of(web: Served) -> dict[str, str]:
    return {**web.browser(session(web.now, "office")), "Idempotency-Key": "op-at-the-door"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Origin": "https://elsewhere.example"}, "wrong_origin"),
        ({"Origin": "null"}, "wrong_origin"),
        ({"Origin": ""}, "wrong_origin"),
        ({"X-Muster": ""}, "header_missing"),
    ],
)
async def test_a_forged_write_is_refused(web: Served, change: dict[str, str], code: str) -> None:
    """Another site cannot write with the visitor's cookie."""
    assert await code_of(web, "POST", DECLARE, headers_of(web) | change) == (403, code)
    assert web.incident.sent == []


def path_of(operation: Operation) -> str:
    """With every part filled in, or no route would be found at all."""
    return re.sub(r"\{\w+\}", "one", operation.path.replace("{school}", LINCOLN))


async def test_the_host_must_be_ours(web: Served) -> None:
    """A foreign name that points at this computer opens nothing (DNS rebinding)."""
    headers = headers_of(web) | {"Host": "elsewhere.example"}
    assert await code_of(web, "GET", "/api/v1/me", headers) == (421, "unknown_host")


async def test_without_a_session_nothing_of_a_school_is_shown(web: Served) -> None:
    """Every operation that is not open asks for a session first."""
    for operation in OPERATIONS:
        if API_ACCESS[operation.name] == "open" or operation.method != "GET":
            continue
        path = path_of(operation)
        assert await code_of(web, "GET", path, {}) == (401, "no_session"), operation.name


async def test_every_operation_refuses_a_foreign_school(web: Served) -> None:
    """No route of the API answers for a school where the session holds no role."""
    foreign = web.program(session(web.now, "administrator", "office", at=CEDAR))
    for operation in OPERATIONS:
        if "{school}" not in operation.path:
            continue
        path = path_of(operation)
        headers = foreign | {"Idempotency-Key": "op-of-a-stranger"}
        said = await code_of(web, operation.method, path, headers)
        assert said == (404, "not_found"), operation.name


async def test_an_expired_session_is_told() -> None:
    """After its hours a session opens nothing and says why."""
    clock = SettableClock()
    async with serving(clock=clock) as web:
        headers = headers_of(web)
        clock.advance(dt.timedelta(hours=9))
        assert await code_of(web, "GET", "/api/v1/me", headers) == (401, "session_expired")


async def test_a_session_of_another_installation_is_told(web: Served) -> None:
    """A cookie that this installation did not sign is no session."""
    token = web.token(session(web.now, "office"))
    head, body, signature = token.split(".")
    forged = f"{head}.{body}.{signature[::-1]}"
    headers = {"Cookie": f"muster={forged}"}
    assert await code_of(web, "GET", "/api/v1/me", headers) == (401, "session_invalid")


async def test_a_revoked_session_opens_nothing(web: Served) -> None:
    """A lost phone is out as soon as the revocation is heard."""
    mine = session(web.now, "office")
    headers = web.browser(mine)
    assert (await code_of(web, "GET", "/api/v1/me", headers))[0] == 200
    until = web.now + dt.timedelta(hours=8)
    web.book.apply(LINCOLN, web.now, SessionRevoked(sid=mine.sid, until=until))
    assert await code_of(web, "GET", "/api/v1/me", headers) == (401, "session_revoked")


async def test_every_session_of_a_revoked_person_ends(web: Served) -> None:
    """Cutting a person's access ends sessions issued before it and no later one."""
    person = PersonId("office-1")
    web.book.apply(LINCOLN, web.now, PersonRevoked(person=person, before=web.now))
    old = session(web.now, "office")
    new = session(web.now + dt.timedelta(minutes=5), "office", sid="later")
    assert (await code_of(web, "GET", "/api/v1/me", web.browser(old)))[1] == "session_revoked"
    assert (await code_of(web, "GET", "/api/v1/me", web.browser(new)))[0] == 200


async def test_before_revocations_are_known_only_alarms_and_marks_pass(web: Served) -> None:
    """A starting web takes a declaration from a signed session and shows no name to it."""
    web.loaded[0] = False
    headers = headers_of(web)
    assert (await code_of(web, "POST", DECLARE, headers))[0] == 200
    names = f"/api/v1/schools/{LINCOLN}/roster"
    assert await code_of(web, "GET", names, headers) == (503, "sessions_loading")
    async with web.http.get(web.url + "/start/live", headers=headers) as page:
        assert page.status == 200
        assert "Dana Sample" not in await page.text()
    async with web.http.get(web.url + "/people", headers=headers) as page:
        assert page.status == 503


async def test_a_teacher_does_not_open_the_offices_pages(web: Served) -> None:
    """Everyone's names, messages and drills belong to the office."""
    headers = web.browser(session(web.now, "teacher", person=TEACHER))
    for path in ("/office", "/people", "/start/drill", "/incident", "/import", "/accounts"):
        async with web.http.get(web.url + path, headers=headers) as page:
            assert page.status == 403, path
    async with web.http.get(web.url + "/start/live", headers=headers) as page:
        assert page.status == 200


async def test_every_answer_carries_the_protecting_headers(web: Served) -> None:
    """Nothing inline runs, nothing is framed, no answer is guessed or kept."""
    for path in ("/sign-in", "/api/v1/me", "/nowhere", "/static/app.css"):
        async with web.http.get(web.url + path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "Cache-Control" in answer.headers
    for path in ("/health/live", "/metrics"):
        async with web.http.get(web.url + path) as answer:
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"], path
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
