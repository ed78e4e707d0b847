"""Student systems on the page: the office reads, IT changes, and a refusal loses nothing typed."""

import datetime as dt
from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from schemas.roster_pull import PullNow, PullResult, PullSource, RemoveSource, SetSource
from schemas.vocabulary import Role
from tests.web.school import CEDAR, LINCOLN, session
from tests.web.serving import Served
from tests.web.test_pages import FIELD, FORM

ENTERED = {
    "name": "District SIS",
    "base_url": "https://sis.example.org",
    "token_url": "https://sis.example.org/token",
    "client_id": "muster",
    "secret": " not to be shown ",
    "scopes": "one\ntwo",
    "version": "1.1",
    "school": LINCOLN,
    "when": "every-6",
    "apply": "yes",
}


def source(web: Served, **result: object) -> PullSource:
    last = PullResult(started=web.now, ended=web.now, outcome="applied")
    return PullSource(
        id="sis", name="District SIS", base_url="https://sis.example.org",
        token_url="https://sis.example.org/token", client_id="muster", schools=(LINCOLN,),
        hour=4, apply=True, last=replace(last, **result),
        next_at=web.now + dt.timedelta(hours=12),
    )  # fmt: skip


async def shown(
    web: Served, role: Role, path: str = "/import/sources", language: str = "en"
) -> str:
    headers = web.browser(session(web.now, role)) | {"Accept-Language": language}
    async with web.http.get(web.url + path, headers=headers) as page:
        assert page.status == 200
        return await page.text()


async def post(
    web: Served,
    role: Role,
    path: str,
    html: str,
    more: Mapping[str, str],
    language: str = "en",
) -> tuple[int, str]:
    [found] = [m.group(0) for m in FORM.finditer(html) if m.group(1) == path][:1]
    headers = web.browser(session(web.now, role)) | {"Accept-Language": language}
    del headers["X-Muster"]
    hidden = ("form", "op", "source")
    fields = {name: value for name, value in FIELD.findall(found) if name in hidden}
    async with web.http.post(
        web.url + path, data={**fields, **more}, headers=headers, allow_redirects=False
    ) as answer:
        return answer.status, await answer.text()


async def test_what_was_entered_becomes_the_command(web: Served) -> None:
    """Hour or hours, a scope a line, the secret untouched, and where the actor has a role."""
    html = await shown(web, "it")
    status, _ = await post(web, "it", "/import/sources", html, ENTERED)
    assert status == 303
    [sent] = web.roster.sent
    assert isinstance(sent, SetSource)
    assert (sent.hour, sent.every_hours, sent.version) == (None, 6, "1.1")
    assert (sent.scopes, sent.secret) == (("one", "two"), " not to be shown ")
    assert (sent.schools, sent.also) == ((LINCOLN,), (LINCOLN,))
    assert (sent.apply, sent.changes_only) == (True, False)
    assert sent.source.startswith("s-")


async def test_a_refusal_keeps_what_was_typed_but_the_secret(web: Served) -> None:
    """A mistyped address costs one field, not nine; the secret is never sent back."""
    web.roster.refusal = "bad_url"
    html = await shown(web, "it")
    status, page = await post(web, "it", "/import/sources", html, ENTERED, "es")
    assert status == 200
    assert "Empieza con https:// y no contiene" in page
    _, page = await post(web, "it", "/import/sources", html, ENTERED)
    assert "No. <code>bad_url</code>" in page
    assert 'value="District SIS"' in page
    assert '<option value="every-6" selected>' in page
    assert "not to be shown" not in page


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({}, "Done: the roster is up to date"),
        ({"outcome": "nothing_changed"}, "nothing had changed"),
        ({"outcome": "failed", "code": "credentials_refused"}, "refuses the client id and secret"),
        ({"outcome": "failed", "code": "no_such_code", "reason": "As the roster says."},
         "As the roster says."),
        ({"outcome": "waits_for_person", "code": "removals_need_confirmation"},
         "/import/sources/sis/waiting"),
    ],
)  # fmt: skip
async def test_the_last_pull_is_told_in_words(
    web: Served, result: dict[str, object], words: str
) -> None:
    """Whoever looks in the morning knows whether it worked, and what to do if it did not."""
    web.roster.pulls.sources = [source(web, **result)]
    html = await shown(web, "office")
    assert words in html
    assert "every day at 04:00" in html
    assert "refresh" not in html


async def test_the_office_reads_and_changes_nothing(web: Served) -> None:
    """No form on its page, and none that it could post."""
    web.roster.pulls.sources = [source(web)]
    html = await shown(web, "office")
    assert "/import/sources/pull" not in html
    it = await shown(web, "it")
    for path in ("/import/sources/pull", "/import/sources/remove"):
        status, _ = await post(web, "office", path, it, {})
        assert status == 403
    assert web.roster.sent == []
    assert "Ask IT" not in html


async def test_it_pulls_and_disconnects(web: Served) -> None:
    """One press each; the page renews itself until the pull has ended."""
    web.roster.pulls.sources = [replace(source(web), asked_op="op-of-someone")]
    html = await shown(web, "it")
    assert 'http-equiv="refresh"' in html
    assert (await post(web, "it", "/import/sources/pull", html, {}))[0] == 303
    assert (await post(web, "it", "/import/sources/remove", html, {}))[0] == 303
    pulled, removed = web.roster.sent
    assert isinstance(pulled, PullNow)
    assert isinstance(removed, RemoveSource)
    assert (pulled.source, removed.source, pulled.also) == ("sis", "sis", (LINCOLN,))


async def test_another_schools_source_is_not_there(web: Served) -> None:
    """Neither listed nor to be edited."""
    web.roster.pulls.sources = [replace(source(web), schools=(CEDAR,))]
    assert "District SIS" not in await shown(web, "it")
    headers = web.browser(session(web.now, "it"))
    async with web.http.get(web.url + "/import/sources?edit=sis", headers=headers) as page:
        assert page.status == 404


async def test_what_waits_is_decided_on_the_import_page(web: Served) -> None:
    """A pulled package is applied as an uploaded one is, by whoever may import."""
    headers = web.browser(session(web.now, "office"))
    at = f"{web.url}/import/sources/sis/waiting"
    async with web.http.get(at, headers=headers, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/import/" + "1" * 32)


async def test_spanish_pages_say_it_in_spanish(web: Served) -> None:
    """What failed and what to do, for whoever reads Spanish."""
    web.roster.pulls.sources = [source(web, outcome="failed", code="tls_failed")]
    html = await shown(web, "it", language="es")
    assert "Falló: no se cambió nada" in html
    assert "certificado" in html


async def test_a_program_pulls_and_reads_how_it_went(web: Served) -> None:
    """The same over the API: asked with a key, told by code."""
    web.roster.pulls.sources = [source(web)]
    headers = web.program(session(web.now, "it")) | {"Idempotency-Key": "op-of-a-program"}
    at = f"{web.url}/api/v1/schools/{LINCOLN}/sources"
    async with web.http.post(f"{at}/sis/pull", json={}, headers=headers) as answer:
        assert answer.status == 200
    async with web.http.get(at, headers=headers) as answer:
        [told] = await answer.json()
    assert told["last"]["outcome"] == "applied"
    assert "secret" not in told
