"""Signing in: cookies, one-time links, the demo's one tap, tickets."""

import datetime as dt

import pytest

from schemas.board import TicketClaims
from services.chassis.commands import BadToken
from services.web.routes.cookies import Place
from tests.fakes.clock import SettableClock
from tests.web.school import LINCOLN, TEACHER, session
from tests.web.serving import Served, serving

TICKET = f"/api/v1/schools/{LINCOLN}/ticket"


async def test_a_password_becomes_a_cookie_that_scripts_cannot_read(web: Served) -> None:
    """The session lives in an HttpOnly, same-site cookie and never in the page."""
    body = {"login": "dana", "password": "correct horse"}
    headers = {"X-Muster": "1", "Origin": web.url}
    async with web.http.post(web.url + "/api/v1/sessions", json=body, headers=headers) as answer:
        assert answer.status == 200
        assert (await answer.json())["person"] == "office-1"
        cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("muster=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


async def test_wrong_login_and_wrong_password_answer_alike(web: Served) -> None:
    """Nobody learns from the answer which logins exist."""
    said = []
    for login in ("dana", "nobody"):
        body = {"login": login, "password": "wrong"}
        headers = {"X-Muster": "1", "Origin": web.url}
        async with web.http.post(
            web.url + "/api/v1/sessions", json=body, headers=headers
        ) as answer:
            said.append((answer.status, await answer.json()))
    assert said[0] == said[1]
    assert said[0][1]["code"] == "wrong_credentials"


async def test_opening_an_enrolment_page_uses_no_code(web: Served) -> None:
    """Mail scanners open links: only the press on the page redeems, and only once."""
    code = "one-time-code-of-a-link"
    async with web.http.get(f"{web.url}/enroll?code={code}") as page:
        assert page.status == 200
    headers = {"Origin": web.url}
    for expected in (303, 403):
        async with web.http.post(
            web.url + "/enroll", data={"code": code}, headers=headers, allow_redirects=False
        ) as answer:
            assert answer.status == expected


async def test_only_a_demo_offers_one_tap(web: Served) -> None:
    """A school's own installation has no way in without a proof."""
    body = {"role": "office", "school": LINCOLN}
    headers = {"X-Muster": "1", "Origin": web.url}
    path = "/api/v1/sessions/demo"
    async with web.http.post(web.url + path, json=body, headers=headers) as answer:
        assert answer.status == 404
    async with serving(demo=True) as demo:
        headers["Origin"] = demo.url
        async with demo.http.post(demo.url + path, json=body, headers=headers) as answer:
            assert answer.status == 200


async def test_a_ticket_holds_for_thirty_seconds() -> None:
    """A ticket that leaks is worth nothing half a minute later."""
    clock = SettableClock()
    async with serving(clock=clock) as web:
        headers = web.browser(session(web.now, "office"))
        async with web.http.post(
            web.url + TICKET, json={"view": "office"}, headers=headers
        ) as answer:
            ticket = (await answer.json())["ticket"]
        claims = web.tokens.verify("ticket", ticket, TicketClaims, clock.now())
        assert (claims.school, claims.view, claims.command) == (LINCOLN, "office", True)
        clock.advance(dt.timedelta(seconds=31))
        with pytest.raises(BadToken):
            web.tokens.verify("ticket", ticket, TicketClaims, clock.now())


async def test_a_teacher_follows_other_classes_only_in_an_incident(web: Served) -> None:
    """Rows of a class that is not one's own are open in an emergency and not before."""
    teacher = session(web.now, "teacher", person=TEACHER)
    wanted = {"view": "teacher", "classes": ["lincoln-class-2"]}

    async def status() -> int:
        headers = web.browser(teacher)
        async with web.http.post(web.url + TICKET, json=wanted, headers=headers) as answer:
            return answer.status

    assert await status() == 403
    headers = {**web.browser(teacher), "Idempotency-Key": "op-of-an-alarm"}
    body = {"mode": "live", "action": {"kind": "lockdown"}}
    path = f"{web.url}/api/v1/schools/{LINCOLN}/incidents"
    async with web.http.post(path, json=body, headers=headers) as answer:
        assert answer.status == 200
    assert await status() == 200


async def test_a_teacher_gets_no_office_ticket(web: Served) -> None:
    """Every row of a school is the office's view."""
    headers = web.browser(session(web.now, "teacher", person=TEACHER))
    async with web.http.post(web.url + TICKET, json={"view": "office"}, headers=headers) as answer:
        assert answer.status == 403


def test_https_uses_a_host_bound_cookie() -> None:
    """Behind TLS the cookie cannot be set by a sibling host or travel without TLS."""
    place = Place("https://school.example")
    assert place.session_cookie == "__Host-muster"
    assert place.secure
    assert place.knows("school.example")
    assert not place.knows("evil.example")
    assert not Place("").secure
