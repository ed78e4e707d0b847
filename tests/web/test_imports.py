"""An import passes through as a stream, is compared first, and is capped."""

from collections.abc import AsyncIterator

import aiohttp
import msgspec

from schemas.roster import ApplyImport
from tests.web.school import CEDAR, LINCOLN, TEACHER, session
from tests.web.serving import IMPORT_CAP, Served

IMPORTS = f"/api/v1/schools/{LINCOLN}/imports"


async def test_a_package_reaches_the_roster_unchanged(web: Served) -> None:
    """What is checked and compared is exactly what was uploaded."""
    package = b"PK" + bytes(range(256)) * 300
    headers = web.program(session(web.now, "administrator"))
    async with web.http.post(web.url + IMPORTS, data=package, headers=headers) as answer:
        assert answer.status == 200
        assert (await answer.json())["schools"][0]["new_students"] == 3
    assert web.roster.uploaded == package


async def test_a_package_over_the_cap_is_told(web: Served) -> None:
    """A bomb ends with a clear problem and not in memory."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(IMPORT_CAP // 1000 + 50):
            yield b"x" * 1000

    headers = web.program(session(web.now, "administrator"))
    async with web.http.post(web.url + IMPORTS, data=endless(), headers=headers) as answer:
        assert answer.status == 413
        assert (await answer.json())["code"] == "body_too_large"
    assert web.roster.uploaded == b""


async def test_a_long_import_is_waited_for(web: Served) -> None:
    """Merging a district takes longer than a trigger may: it must not end as "no answer"."""
    web.roster.takes = 60.0
    headers = {
        **web.program(session(web.now, "administrator")),
        "Idempotency-Key": "op-of-a-long-import",
    }
    async with web.http.post(f"{web.url}{IMPORTS}/one/apply", json={}, headers=headers) as answer:
        assert answer.status == 200


async def test_an_import_reaches_only_the_schools_of_the_role(web: Served) -> None:
    """The roster is told where the actor may change people; a body cannot say it."""
    wanted = session(web.now, "it")
    both = msgspec.structs.replace(wanted, roles={**wanted.roles, CEDAR: ("teacher",)})
    headers = {**web.program(both), "Idempotency-Key": "op-of-an-import"}
    path = f"{web.url}{IMPORTS}/one/apply"
    async with web.http.post(path, json={}, headers=headers) as answer:
        assert answer.status == 200
    async with web.http.post(path, json={"also": [CEDAR]}, headers=headers) as answer:
        assert answer.status == 400
    [sent] = web.roster.sent
    assert isinstance(sent, ApplyImport)
    assert (sent.school, sent.also) == (LINCOLN, (LINCOLN,))


async def test_a_teacher_imports_nothing(web: Served) -> None:
    """A roster is changed by those who keep it."""
    headers = web.program(session(web.now, "teacher", person=TEACHER))
    async with web.http.post(web.url + IMPORTS, data=b"PK", headers=headers) as answer:
        assert answer.status == 403


async def test_the_page_reads_no_file_before_its_mark(web: Served) -> None:
    """A form of another site, with the visitor's cookie, uploads nothing."""
    mine = session(web.now, "office")
    form = aiohttp.FormData()
    form.add_field("form", "forged")
    form.add_field("package", b"PK", filename="roster.zip")
    headers = {**web.browser(mine)}
    async with web.http.post(web.url + "/import", data=form, headers=headers) as answer:
        assert answer.status == 403
    assert web.roster.uploaded == b""


async def test_an_upload_that_is_no_form_is_told(web: Served) -> None:
    """Nonsense instead of an upload is a clear problem, not a failure of ours."""
    headers = {
        **web.browser(session(web.now, "office")),
        "Content-Type": "multipart/form-data; boundary=xx",
    }
    for body in (b"nonsense", b"--xx\r\nno header\r\n\r\nz"):
        async with web.http.post(web.url + "/import", data=body, headers=headers) as page:
            assert page.status == 400, body
    assert web.roster.uploaded == b""


async def test_the_page_shows_the_difference(web: Served) -> None:
    """The office reads what would change, and only then applies."""
    mine = session(web.now, "office")
    async with web.http.get(web.url + "/import", headers=web.browser(mine)) as page:
        mark = (await page.text()).split('name="form" value="')[1].split('"')[0]
    form = aiohttp.FormData()
    form.add_field("form", mark)
    form.add_field("package", b"PK-small", filename="roster.zip")
    async with web.http.post(web.url + "/import", data=form, headers=web.browser(mine)) as page:
        text = await page.text()
        assert page.status == 200
    assert "Apply the import to 1 school" in text
    assert "bad_email" in text
    assert web.roster.uploaded == b"PK-small"
    assert not web.roster.sent
