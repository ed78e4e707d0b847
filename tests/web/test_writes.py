"""Commands over HTTP: one op is one act, and no answer is never a yes."""

import asyncio
from typing import Any

from schemas import accountability, incident
from services.web.domain.writes import PATIENCE, WRITES
from tests.web.school import CEDAR, LINCOLN, TEACHER, session
from tests.web.serving import Served

LOCKDOWN: dict[str, Any] = {"mode": "live", "action": {"kind": "lockdown"}}
DECLARE = f"/api/v1/schools/{LINCOLN}/incidents"


async def declare(web: Served, op: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    headers = {**web.browser(session(web.now, "office")), "Idempotency-Key": op}
    async with web.http.post(web.url + DECLARE, json=body or LOCKDOWN, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_the_same_op_again_is_the_same_act(web: Served) -> None:
    """Pressing twice, or a retry after a lost answer, starts one incident and answers alike."""
    first = await declare(web, "op-of-one-act")
    second = await declare(web, "op-of-one-act")
    assert first == second
    assert first[0] == 200
    assert first[1]["incident"]


async def test_the_actor_comes_from_the_session(web: Served) -> None:
    """A browser cannot say who acts: person, roles and school are those of the signed session."""
    await declare(web, "op-of-the-office")
    [sent] = web.incident.sent
    assert (sent.actor.person, sent.actor.roles, sent.school) == ("office-1", ("office",), LINCOLN)


async def test_a_lost_answer_is_asked_for_again_with_the_same_op(web: Served) -> None:
    """An owner that answers late is asked again until the answer is there."""
    web.incident.late = 2
    status, _ = await declare(web, "op-answered-late")
    assert status == 200
    assert {command.op_id for command in web.incident.sent} == {"op-answered-late"}
    assert len(web.incident.sent) == 3


async def test_no_answer_says_not_started_yet_within_two_seconds(web: Served) -> None:
    """A declaration that is not known to be stored never looks started."""
    web.incident.away = True
    async with asyncio.timeout(30):
        status, problem = await declare(web, "op-without-answer")
    assert PATIENCE < 2.0
    assert (status, problem["code"]) == (503, "not_started_yet")
    assert problem["detail"] == "NOT STARTED YET. Use the PA and call 911."


async def test_a_drill_without_answer_sends_nobody_to_911(web: Served) -> None:
    """The words of the live path must not reach a drill."""
    web.incident.away = True
    _, problem = await declare(web, "op-of-a-drill", {**LOCKDOWN, "mode": "drill"})
    assert problem["code"] == "not_started_yet"
    assert "911" not in problem["detail"]


async def test_a_refusal_keeps_the_owners_code(web: Served) -> None:
    """A client learns from the owner's own code what it may not do."""
    await declare(web, "op-of-the-first")
    status, problem = await declare(web, "op-of-the-second")
    assert (status, problem["code"]) == (409, "incident_open")


async def test_a_write_needs_an_idempotency_key(web: Served) -> None:
    """A write that could not be repeated safely is not taken."""
    status, problem = await declare(web, "short")
    assert (status, problem["code"]) == (400, "idempotency_key_needed")
    assert web.incident.sent == []


async def test_an_unknown_field_is_refused_without_its_value(web: Served) -> None:
    """A body that is not ours changes nothing and is not repeated in the answer."""
    status, problem = await declare(web, "op-with-a-typo", {**LOCKDOWN, "Canary Name": 1})
    assert (status, problem["code"]) == (400, "bad_body")
    assert "Canary" not in str(problem)
    assert web.incident.sent == []


async def test_a_body_over_its_cap_is_told(web: Served) -> None:
    """A huge body is cut with a clear problem, not read into memory."""
    headers = {**web.browser(session(web.now, "office")), "Idempotency-Key": "op-too-large"}
    body = b'{"text":"' + b"x" * 400_000 + b'"}'
    path = f"{DECLARE}/some-incident/notes"
    async with web.http.post(web.url + path, data=body, headers=headers) as answer:
        assert answer.status == 413
        assert (await answer.json())["code"] == "body_too_large"


async def test_a_body_that_is_not_what_it_says_is_told(web: Served) -> None:
    """Bytes that cannot be unpacked as their header says are the sender's mistake, not ours."""
    headers = {
        **web.browser(session(web.now, "office")),
        "Idempotency-Key": "op-not-packed",
        "Content-Encoding": "gzip",
    }
    async with web.http.post(web.url + DECLARE, data=b"abcd", headers=headers) as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, "bad_body")


async def test_marks_carry_the_phones_own_device(web: Served) -> None:
    """Observations of one device supersede each other: the id drawn with the counter must hold."""
    headers = {
        **web.browser(session(web.now, "teacher", person=TEACHER)),
        "Idempotency-Key": "op-of-a-mark",
    }
    mark = {"student": "lincoln-student-1-0", "state": "with", "n": 1, "seen": 0}
    path = f"{DECLARE}/some-incident/accounting"
    body = {"device": "phone-7", "marks": [mark]}
    async with web.http.post(web.url + path, json=body, headers=headers) as answer:
        assert answer.status == 200
    [sent] = web.accountability.sent
    assert isinstance(sent, accountability.Account)
    assert (sent.actor.device, sent.incident, sent.marks[0].n) == ("phone-7", "some-incident", 1)


async def test_another_school_is_not_found(web: Served) -> None:
    """A foreign school and one that does not exist answer alike, and no owner is asked."""
    answers = []
    for school in (CEDAR, "no-such-school"):
        headers = {**web.browser(session(web.now, "office")), "Idempotency-Key": "op-elsewhere"}
        path = f"/api/v1/schools/{school}/incidents"
        async with web.http.post(web.url + path, json=LOCKDOWN, headers=headers) as answer:
            answers.append((answer.status, await answer.json()))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert web.incident.sent == []


async def test_a_bearer_token_needs_no_browser_headers(web: Served) -> None:
    """A program is not subject to forgery by a page: its token is enough."""
    headers = {**web.program(session(web.now, "office")), "Idempotency-Key": "op-of-a-program"}
    async with web.http.post(web.url + DECLARE, json=LOCKDOWN, headers=headers) as answer:
        assert answer.status == 200
    assert isinstance(web.incident.sent[0], incident.Declare)


def test_every_write_names_fields_of_its_command() -> None:
    """A path part that no field of the command takes would fail only at its first use."""
    for write in WRITES.values():
        assert set(write.path.values()) <= set(write.command.__struct_fields__), write.operation
