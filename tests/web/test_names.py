"""Names by role: nobody reads more children than their work needs."""

from typing import Any

from schemas.vocabulary import Role
from tests.web.school import LINCOLN, TEACHER, session
from tests.web.serving import Served

NAMES = f"/api/v1/schools/{LINCOLN}/roster"


async def names(
    web: Served, *roles: Role, person: str = "office-1", query: str = "", etag: str = ""
) -> tuple[int, Any]:
    headers = web.browser(session(web.now, *roles, person=person))
    if etag:
        headers["If-None-Match"] = etag
    async with web.http.get(web.url + NAMES + query, headers=headers) as answer:
        body = await answer.json() if answer.status == 200 else answer.headers.get("ETag")
        return answer.status, body


async def test_the_office_reads_everyone(web: Served) -> None:
    """Command needs every name of the school."""
    _, body = await names(web, "office")
    assert len(body["students"]) == 40
    assert len(body["members"]["lincoln-class-2"]) == 10


async def test_a_teacher_reads_own_classes(web: Served) -> None:
    """A lost phone must not hold the whole school."""
    _, body = await names(web, "teacher", person=TEACHER)
    assert body["own"] == ["lincoln-class-1"]
    assert {student[4] for student in body["students"]} == {"lincoln-class-1"}
    assert len(body["classes"]) == 4


async def test_a_wall_screen_reads_no_name(web: Served) -> None:
    """A screen in a hallway shows counts and rooms."""
    _, body = await names(web, "screen", person="screen-1")
    assert body["students"] == []
    assert body["staff"] == []


async def test_a_teacher_searches_only_in_an_incident(web: Served) -> None:
    """Finding any child by name is for an extra student in an emergency, not for every day."""
    calm, _ = await names(web, "teacher", person=TEACHER, query="?find=zoe")
    assert calm == 403
    headers = {**web.browser(session(web.now, "office")), "Idempotency-Key": "op-of-a-drill"}
    body = {"mode": "drill", "action": {"kind": "evacuate", "location": "the field"}}
    path = f"{web.url}/api/v1/schools/{LINCOLN}/incidents"
    async with web.http.post(path, json=body, headers=headers) as answer:
        assert answer.status == 200
    status, found = await names(web, "teacher", person=TEACHER, query="?find=lucia%20samp")
    assert status == 200
    assert {student[1] for student in found["students"]} == {"Lucía"}


async def test_an_unchanged_roster_is_not_sent_again(web: Served) -> None:
    """A phone that has this version pays a few bytes."""
    headers = web.browser(session(web.now, "office"))
    async with web.http.get(web.url + NAMES, headers=headers) as answer:
        etag = answer.headers["ETag"]
    status, again = await names(web, "office", etag=etag)
    assert (status, again) == (304, etag)


async def test_names_stay_readable_while_the_roster_is_away(web: Served) -> None:
    """A page in an incident must not lose its names with one service."""
    assert (await names(web, "office"))[0] == 200
    web.roster.away = True
    assert (await names(web, "office"))[0] == 200


async def test_notes_and_callers_are_commands(web: Served) -> None:
    """A teacher sees what holds; notes, callers and proposals stay with the office."""
    office = {**web.browser(session(web.now, "office"))}
    path = f"{web.url}/api/v1/schools/{LINCOLN}/incidents"
    body = {"mode": "live", "action": {"kind": "hold"}}
    async with web.http.post(
        path, json=body, headers=office | {"Idempotency-Key": "op-of-a-hold"}
    ) as answer:
        opened = (await answer.json())["incident"]
    async with web.http.post(
        f"{path}/{opened}/notes",
        json={"text": "canary note"},
        headers=office | {"Idempotency-Key": "op-of-a-note"},
    ) as answer:
        assert answer.status == 200
    seen = {}
    for role, headers in (
        ("office", office),
        ("teacher", web.browser(session(web.now, "teacher", person=TEACHER))),
    ):
        async with web.http.get(path, headers=headers) as answer:
            seen[role] = await answer.text()
    assert "canary note" in seen["office"]
    assert "canary note" not in seen["teacher"]
    assert '"hold"' in seen["teacher"]
