"""A teacher takes attendance of the own class, without script; nobody else's class exists."""

import aiohttp

from schemas.roster_day_facts import RecordAttendance
from tests.web.school import LINCOLN, TEACHER, session
from tests.web.serving import Served
from tests.web.test_school_day import FIELD, FORM, day, student

ROOM = f"{LINCOLN}-class-1"


def signed_in(web: Served) -> dict[str, str]:
    headers = web.browser(session(web.now, "teacher", person=TEACHER))
    del headers["X-Muster"]
    return headers


async def look(web: Served, path: str, status: int = 200) -> str:
    async with web.http.get(web.url + path, headers=signed_in(web)) as page:
        assert page.status == status, path
        return await page.text()


async def send(web: Served, html: str, **ticked: str) -> int:
    found = next(m.group(0) for m in FORM.finditer(html) if m.group(1) == "/attendance")
    fields = [*dict(FIELD.findall(found)).items(), *ticked.items()]
    async with web.http.post(
        web.url + "/attendance",
        data=aiohttp.FormData(fields)(),
        headers=signed_in(web) | {"Content-Type": "application/x-www-form-urlencoded"},
        allow_redirects=False,
    ) as answer:
        return answer.status


async def test_one_tap_for_an_exception_and_all_others_are_present(web: Served) -> None:
    """What is not ticked is present; the time is shown; sent again nothing is recorded anew."""
    html = await look(web, f"/attendance?class={ROOM}")
    assert "all others are present" in html
    for _ in range(2):
        assert await send(web, html, **{f"state-{student(3)}": "absent"}) == 303
    (sent,) = [one for one in web.roster.sent if isinstance(one, RecordAttendance)]
    kinds = {mark.student: mark.kind for mark in sent.marks}
    assert kinds.pop(student(3)) == "absent"
    assert set(kinds.values()) == {"present"}
    assert len(kinds) == 9
    assert len(day(web).marks) == 10
    again = await look(web, f"/attendance?class={ROOM}&recorded=yes")
    assert "Recorded." in again
    assert "checked" in again


async def test_another_class_is_not_there(web: Served) -> None:
    """A teacher neither sees nor records a class of somebody else: as if it did not exist."""
    other = f"{LINCOLN}-class-2"
    await look(web, f"/attendance?class={other}", status=404)
    html = await look(web, f"/attendance?class={ROOM}")
    assert await send(web, html.replace(f'"{ROOM}"', f'"{other}"')) == 404
    assert not [one for one in web.roster.sent if isinstance(one, RecordAttendance)]
