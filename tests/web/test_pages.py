"""The office's pages without script: every act is a form, and a drill is unmistakable."""

import re

import pytest
from msgspec.structs import replace

from tests.web.school import CEDAR, LINCOLN, TEACHER, session
from tests.web.serving import Served

FORM = re.compile(r'<form[^>]*action="([^"]+)".*?</form>', re.S)
FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')


async def fetch(web: Served, path: str, language: str = "en") -> str:
    headers = web.browser(session(web.now, "office", "it")) | {"Accept-Language": language}
    async with web.http.get(web.url + path, headers=headers) as page:
        assert page.status == 200, path
        return await page.text()


async def press(web: Served, html: str, action: str, **more: str) -> tuple[int, str]:
    """Post the form of that action as the page drew it."""
    [found] = [m.group(0) for m in FORM.finditer(html) if m.group(1) == action][:1]
    fields = dict(FIELD.findall(found)) | more
    headers = web.browser(session(web.now, "office"))
    del headers["X-Muster"]
    async with web.http.post(
        web.url + action, data=fields, headers=headers, allow_redirects=False
    ) as answer:
        return answer.status, answer.headers.get("Location", "")


async def started(web: Served, mode: str) -> str:
    if mode == "live":
        html = await fetch(web, "/start/live/confirm?kind=lockdown&zone=all")
        status, to = await press(web, html, "/start/live")
    else:
        html = await fetch(web, "/start/drill/read-back?kind=evacuate&zone=all&location=the+field")
        status, to = await press(web, html, "/start/drill")
    assert (status, to) == (303, "/incident")
    return await fetch(web, "/incident")


async def test_a_live_start_in_two_steps_needs_no_script(web: Served) -> None:
    """Whoever cannot hold, or has no script, still starts a Lockdown, and reads what to do."""
    html = await started(web, "live")
    assert "Muster has NOT called 911. Call now." in html
    assert "1200 Cedar Road" in html
    assert "“Lockdown! Locks, Lights, Out of Sight.”" in html
    assert "Propose to close" in html


async def test_every_title_of_a_drill_says_so_first_and_last(web: Served) -> None:
    """A tab that is glanced at never passes for the real thing."""
    await started(web, "drill")
    for path in ("/office", "/board", "/wall", "/phone", "/incident"):
        html = await fetch(web, path)
        title = html.split("<title>")[1].split("</title>")[0].strip()
        assert title.split()[0].rstrip(":") == title.split()[-1] == "DRILL", (path, title)


async def test_a_drill_has_no_page_of_what_follows_a_live_start(web: Served) -> None:
    """The dark page that says "Call now" is not shown while only a drill is open."""
    await started(web, "drill")
    headers = web.browser(session(web.now, "teacher", person=TEACHER))
    path = web.url + "/started"
    async with web.http.get(path, headers=headers, allow_redirects=False) as page:
        assert (page.status, page.headers["Location"]) == (303, "/")


async def test_a_lockdown_page_speaks_to_nobody(web: Served) -> None:
    """A screen reader or a sound must not give a hidden office away."""
    html = await started(web, "live")
    for loud in ('role="alert"', "aria-live", "autofocus", "<audio", "autoplay"):
        assert loud not in html
    assert "data-silent" in html
    # The board's own status line is there and stays empty.
    assert re.findall(r'role="status">([^<]*)<', html) in ([], [""])


async def test_a_drill_is_unmistakable(web: Served) -> None:
    """The word comes first and last, in frame, title and icon, and nobody is sent to 911."""
    html = await started(web, "drill")
    title = html.split("<title>")[1].split("</title>")[0].strip()
    assert title.startswith("DRILL")
    assert title.endswith("DRILL")
    assert "favicon-drill.svg" in html
    assert html.count('class="drill-bar') == 2
    assert "DRILL. Do not call 911." in html
    assert "Call now" not in html


async def test_live_and_drill_share_no_prompt(web: Served) -> None:
    """Two pages, two verbs: the one cannot be taken for the other."""
    live, drill = await fetch(web, "/start/live"), await fetch(web, "/start/drill")
    assert "Start LIVE Lockdown at Lincoln Sample Elementary" in live
    assert "DRILL" not in live.split("<main")[1]
    assert 'class="hold"' in live
    assert 'class="hold"' not in drill
    assert "LIVE" not in drill.split("<main")[1]


async def test_a_start_without_answer_says_so(web: Served) -> None:
    """Without script too, a start that is not known to be stored looks like none."""
    html = await fetch(web, "/start/live/confirm?kind=lockdown&zone=all")
    web.incident.away = True
    assert (await press(web, html, "/start/live"))[0] == 503
    web.incident.away = False
    assert (await press(web, html, "/start/live"))[0] == 303
    assert len({command.op_id for command in web.incident.sent}) == 1


async def test_two_people_close_a_lockdown(web: Served) -> None:
    """Who proposed cannot approve: the page offers it to someone else only."""
    html = await started(web, "live")
    opened = web.incident.schools[LINCOLN].open
    assert opened is not None
    assert (await press(web, html, f"/incidents/{opened.id}/close"))[0] == 303
    assert "Someone else must approve" in await fetch(web, "/incident")
    other = session(web.now, "principal", person="principal-1", name="Maya Sample")
    async with web.http.get(web.url + "/incident", headers=web.browser(other)) as page:
        assert "Approve closing as Maya Sample" in await page.text()


async def test_a_closed_lockdown_still_takes_opened_rooms_and_no_longer_looks_live(
    web: Served,
) -> None:
    """Closing opens no room: the office goes on recording, on a page without the live band."""
    await started(web, "live")
    school = web.incident.schools[LINCOLN]
    assert school.open is not None
    ended = replace(school.open.actions[0], ended=web.now)
    closed = replace(school.open, actions=(ended,), closed=web.now)
    web.incident.schools[LINCOLN] = replace(school, open=None, recent=(closed,))
    html = await fetch(web, f"/incidents/{closed.id}")
    assert 'class="band is-closed"' in html
    assert "favicon-live.svg" not in html
    assert f'action="/incidents/{closed.id}/room"' in html


async def test_a_form_of_another_session_is_refused(web: Served) -> None:
    """A mark that was drawn for someone else opens nothing."""
    html = await fetch(web, "/start/live/confirm?kind=lockdown&zone=all")
    [found] = [m.group(0) for m in FORM.finditer(html) if m.group(1) == "/start/live"]
    stranger = session(web.now, "office", person="office-2", sid="another")
    async with web.http.post(
        web.url + "/start/live", data=dict(FIELD.findall(found)), headers=web.browser(stranger)
    ) as answer:
        assert answer.status == 403
    assert web.incident.sent == []


@pytest.mark.parametrize(
    "path",
    [
        "/office",
        "/people",
        "/people?find=lucia",
        "/start/live",
        "/start/drill",
        "/import",
        "/accounts",
        "/school",
    ],
)
async def test_pages_are_complete_in_spanish(web: Served, path: str) -> None:
    """A page in Spanish has its own words, language and no failure."""
    english, spanish = await fetch(web, path), await fetch(web, path, "es-MX,es;q=0.9,en;q=0.5")
    assert '<html lang="es"' in spanish
    assert english.split("<title>")[1][:40] != spanish.split("<title>")[1][:40]


async def test_pages_take_the_school_from_the_session(web: Served) -> None:
    """Someone at two schools chooses; nobody's school is guessed."""
    both = session(web.now, "office")
    both.roles[CEDAR] = ("office",)
    headers = web.browser(both)
    async with web.http.get(web.url + "/office", headers=headers, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/choose")
    headers["Cookie"] += f"; muster_school={CEDAR}"
    async with web.http.get(web.url + "/office", headers=headers) as page:
        assert "Cedar Sample Middle" in await page.text()


async def test_an_enrolment_link_is_shown_once_as_a_code_to_scan(web: Served) -> None:
    """The code stands in the fragment, which no server along the way is sent."""
    html = await fetch(web, "/accounts")
    [found] = [m.group(0) for m in FORM.finditer(html) if m.group(1) == "/accounts/link"]
    headers = web.browser(session(web.now, "office", "it"))
    async with web.http.post(
        web.url + "/accounts/link", data=dict(FIELD.findall(found)), headers=headers
    ) as page:
        text = await page.text()
    assert "/enroll#one-time-code-of-a-link" in text
    assert "<svg" in text.split('class="qr"')[1]


async def test_the_api_describes_itself(web: Served) -> None:
    """A client can be written from the served descriptions alone."""
    for name, version in (("openapi", "3.1.0"), ("asyncapi", "3.0.0")):
        async with web.http.get(f"{web.url}/api/{name}.json") as answer:
            assert (await answer.json())[name] == version


async def test_no_page_reaches_outside(web: Served) -> None:
    """No page asks another site for anything: it must work on a cut-off network."""
    for path in ("/sign-in", "/office", "/start/live", "/start/drill", "/people"):
        html = await fetch(web, path)
        assert not re.search(r'(src|href)="(https?:)?//', html), path
        assert "style=" not in html, path
