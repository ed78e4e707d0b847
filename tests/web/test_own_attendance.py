"""A teacher takes attendance of the own class, without script; nobody else's class exists."""

from typing import Any

import aiohttp

from schemas.roster_day_facts import RecordAttendance
from tests.web.school import LINCOLN, TEACHER
from tests.web.serving import Served
from tests.web.test_school_day import FIELD, FORM, day, fetch, headers_of, student


def own_room(web: Served) -> Any:
    return next(one for one in web.roster.snapshots[LINCOLN].classes if TEACHER in one.teachers)


async def send(web: Served, html: str, **ticked: str) -> int:
    found = next(m.group(0) for m in FORM.finditer(html) if m.group(1) == "/attendance")
    fields = [*dict(FIELD.findall(found)).items(), *ticked.items()]
    async with web.http.post(
        web.url + "/attendance",
        data=aiohttp.FormData(fields)(),
        headers=headers_of(web, "teacher") | {"Content-Type": "application/x-www-form-urlencoded"},
        allow_redirects=False,
    ) as answer:
        return answer.status


async def test_one_tap_for_an_exception_and_all_others_are_present(web: Served) -> None:
    """What is not ticked is present; the time is shown; sent again nothing is recorded anew."""
    room = own_room(web)
    html = await fetch(web, f"/attendance?class={room.id}", role="teacher")
    assert "all others are present" in html
    for _ in range(2):
        assert await send(web, html, **{f"state-{student(3)}": "absent"}) == 303
    (sent,) = [one for one in web.roster.sent if isinstance(one, RecordAttendance)]
    kinds = {mark.student: mark.kind for mark in sent.marks}
    assert kinds.pop(student(3)) == "absent"
    assert set(kinds.values()) == {"present"}
    assert len(kinds) == 9
    assert len(day(web).marks) == 10
    again = await fetch(web, f"/attendance?class={room.id}&recorded=yes", role="teacher")
    assert "Recorded." in again
    assert "checked" in again


async def test_another_class_is_not_there(web: Served) -> None:
    """A teacher neither sees nor records a class of somebody else: as if it did not exist."""
    other = next(
        one for one in web.roster.snapshots[LINCOLN].classes if TEACHER not in one.teachers
    )
    await fetch(web, f"/attendance?class={other.id}", role="teacher", status=404)
    html = await fetch(web, f"/attendance?class={own_room(web).id}", role="teacher")
    assert await send(web, html.replace(own_room(web).id, other.id)) == 404
    assert not [one for one in web.roster.sent if isinstance(one, RecordAttendance)]
