"""The sinks: what was sent is shown, apart and escaped, in bounded memory; faults on demand."""

import base64
import datetime as dt
import hashlib
import random
from collections import Counter
from collections.abc import AsyncIterator

import aiohttp
import aiosmtplib
import pytest

from services.sinks.domain.knobs import Fate, Knobs
from services.sinks.domain.sent import Outbox
from tests.notifier.providers import RunningSinks, running_sinks

NOW = dt.datetime(2026, 9, 15, 14, 5, tzinfo=dt.UTC)


@pytest.fixture
async def sinks() -> AsyncIterator[RunningSinks]:
    async with running_sinks(keep=3) as running:
        yield running


async def text(sinks: RunningSinks, body: str, reference: str = "") -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{sinks.url}/sms", json={"to": "+1", "body": body, "reference": reference}
        ) as response,
    ):
        return response.status


async def page(sinks: RunningSinks, host: str = "127.0.0.1") -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(sinks.url, headers={"Host": f"{host}:{sinks.http}"}) as response,
    ):
        return response.status, await response.text()


async def test_the_page_escapes_what_it_shows(sinks: RunningSinks) -> None:
    """A message that holds markup is text, not a page."""
    await text(sinks, "<script>alert(1)</script>")
    _status, shown = await page(sinks)
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


async def test_the_page_speaks_the_readers_language(sinks: RunningSinks) -> None:
    """The choice made on Muster's own pages holds here too; what was sent stays as it was sent."""
    await text(sinks, "DRILL. Evacuate. DRILL")
    chosen = {"Cookie": "muster_language=es", "Accept-Language": "en"}
    for headers, words in ((chosen, "Lo que se envió"), ({"Accept-Language": "es-MX"}, "PRÁCTICA")):
        async with (
            aiohttp.ClientSession() as session,
            session.get(sinks.url, headers=headers) as response,
        ):
            shown = await response.text()
        assert '<html lang="es">' in shown
        assert words in shown
        assert "DRILL. Evacuate. DRILL" in shown


async def test_only_the_pages_own_style_is_allowed(sinks: RunningSinks) -> None:
    """Nothing that a message could carry runs or is drawn, if it ever got through unescaped."""
    async with aiohttp.ClientSession() as session, session.get(sinks.url) as response:
        allowed, shown = response.headers["Content-Security-Policy"], await response.text()
    style = shown.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in allowed
    assert "unsafe" not in allowed


async def test_practice_stands_apart_and_the_newest_first(sinks: RunningSinks) -> None:
    """Nobody watching a demo takes a drill for the real thing."""
    await text(sinks, "Lincoln: Hold.")
    await text(sinks, "DRILL. Lincoln practices Hold now. DRILL")
    _status, shown = await page(sinks)
    assert shown.index('class="practice"') < shown.index('class="real"')
    assert [sent.practice for sent in sinks.sent] == [True, False]


async def test_memory_is_bounded_and_counts_go_on(sinks: RunningSinks) -> None:
    """A long demo does not grow; what is no longer shown is still counted."""
    for number in range(10):
        await text(sinks, f"text {number}", f"r{number}")
    listing = sinks.sinks.outbox.listing(100)
    assert [sent.body for sent in listing.messages] == ["text 9", "text 8", "text 7"]
    assert listing.counts == {"sms": 10}


def test_second_copies_are_counted() -> None:
    """The same reference twice is seen, within what is kept."""
    outbox = Outbox(keep=2)
    for key in ("a", "b", "b", "c", "d", "a"):
        outbox.add("sms", at=NOW, to="+1", body="x", key=key)
    assert outbox.listing(0).repeated == 1


async def test_other_names_are_refused(sinks: RunningSinks) -> None:
    """A page elsewhere that points its own name at this machine reads nothing."""
    assert (await page(sinks, "evil.example"))[0] == 421
    assert (await page(sinks, "localhost"))[0] == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"to": 1}', b"\xff"])
async def test_a_bad_body_is_refused(sinks: RunningSinks, body: bytes) -> None:
    """A gateway answers 400 and keeps nothing."""
    async with aiohttp.ClientSession() as session:
        for path in ("/sms", "/knobs"):
            method = "POST" if path == "/sms" else "PUT"
            async with session.request(method, sinks.url + path, data=body) as response:
                assert response.status == 400
    assert not sinks.sent


async def test_knobs_are_turned_over_http(sinks: RunningSinks) -> None:
    """A demo can make its provider fail while it runs, and well again."""
    async with aiohttp.ClientSession() as session:
        knobs = {"busy_share": 1, "retry_after": 3}
        async with session.put(f"{sinks.url}/knobs", json=knobs) as response:
            assert response.status == 200
        refused = {"to": "+1", "body": "x"}
        async with session.post(f"{sinks.url}/sms", json=refused) as response:
            assert (response.status, response.headers["Retry-After"]) == (429, "3")
    sinks.turn()
    assert await text(sinks, "x") == 202
    assert len(sinks.sent) == 1


async def test_mail_is_read_as_it_was_written(sinks: RunningSinks) -> None:
    """Subjects and bodies in any language arrive decoded."""
    message = (
        "From: a@s.example\r\nTo: b@h.example\r\nMessage-ID: <1@s.example>\r\n"
        "Subject: =?utf-8?q?SIMULACRO=3A_ni=C3=B1o?=\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nTWHDsWFuYQ==\r\n"
    )
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=sinks.smtp, start_tls=False) as client:
        await client.sendmail("a@s.example", ["b@h.example"], message)
    found = sinks.sent[0]
    assert (found.subject, found.body, found.practice) == ("SIMULACRO: niño", "Mañana", True)


def test_shares_hold_and_repeat() -> None:
    """Faults come as often as asked, and the same seed gives the same run."""
    knobs = Knobs(failure_share=0.2, busy_share=0.3, drop_share=0.1)
    runs = []
    for _ in range(2):
        chance = random.Random(5)
        runs.append([knobs.fate(chance) for _ in range(5_000)])
    assert runs[0] == runs[1]
    drawn = Counter(runs[0])
    shares: dict[Fate, float] = {"fail": 0.2, "busy": 0.3, "drop": 0.1, "take": 0.4}
    for fate, share in shares.items():
        assert abs(drawn[fate] / 5_000 - share) < 0.03
