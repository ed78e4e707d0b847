"""What families read: the same words for everyone, nothing before approval, nothing to fill in."""

import asyncio
import datetime as dt

import msgspec

from schemas.identifiers import IncidentId
from schemas.notifier import MessageText, SchoolMessages, Statement
from schemas.vocabulary import Language
from tests.fakes.clock import SettableClock
from tests.web.school import LINCOLN, session
from tests.web.serving import Served, serving

INCIDENT = IncidentId("incident-1")


def text(language: Language, body: str) -> MessageText:
    return MessageText(language=language, subject="News", body=body, segments=1, encoding="gsm7")


def statement(version: int, body: str, at: dt.datetime | None) -> Statement:
    return Statement(
        id=f"statement-{version}",
        incident=INCIDENT,
        mode="live",
        version=version,
        template="first",
        texts=(text("en", body), text("es", "Hola <b>")),
        emergency=True,
        approved_at=at,
    )


def publish(web: Served, *statements: Statement) -> None:
    web.notifier.messages[LINCOLN] = SchoolMessages(school=LINCOLN, statements=statements)


async def page(web: Served, public_id: str) -> tuple[int, str]:
    async with web.http.get(f"{web.url}/s/{public_id}") as answer:
        return answer.status, await answer.text()


async def test_a_draft_is_on_no_page(web: Served) -> None:
    """Nothing reaches a family before a person approved it."""
    publish(web, statement(1, "Draft words", None))
    assert (await page(web, "statement-1"))[0] == 404


async def test_both_languages_without_script_or_form(web: Served) -> None:
    """The page works on any phone, asks for nothing and escapes what it shows."""
    publish(web, statement(1, "All are out. https://school.example/s/1", web.now))
    status, html = await page(web, "statement-1")
    assert status == 200
    assert "All are out." in html
    assert "https://school.example" not in html
    assert "Hola &lt;b&gt;" in html
    assert "<script" not in html
    assert "<form" not in html
    assert "Set-Cookie" not in html


async def test_an_old_link_leads_to_the_newest_words(web: Served) -> None:
    """A family that opens the first text later must not act on old news."""
    publish(web, statement(1, "Old words", web.now), statement(2, "New words", web.now))
    for public_id in ("statement-1", "statement-2", INCIDENT):
        _, html = await page(web, public_id)
        assert "New words" in html
        assert "Old words" not in html
        assert "replaces statement 1" in html


async def test_a_drills_words_are_gone_while_it_is_real(web: Served) -> None:
    """Nobody reads "There is no emergency" on a school's page during one."""
    drill = msgspec.structs.replace(statement(1, "There is no emergency.", web.now), mode="drill")
    publish(web, drill)
    assert (await page(web, "statement-1"))[0] == 200
    headers = {**web.browser(session(web.now, "office")), "Idempotency-Key": "op-of-the-real"}
    body = {"mode": "live", "action": {"kind": "lockdown"}}
    path = f"{web.url}/api/v1/schools/{LINCOLN}/incidents"
    async with web.http.post(path, json=body, headers=headers) as answer:
        assert answer.status == 200
    assert isinstance(web.clock, SettableClock)
    web.clock.advance(dt.timedelta(seconds=6))
    assert (await page(web, "statement-1"))[0] == 404


async def test_the_first_visitors_all_read_it(web: Served) -> None:
    """A page that many open in the same second is there for each of them."""
    publish(web, statement(1, "All are out.", web.now))
    answers = await asyncio.gather(*(page(web, "statement-1") for _ in range(20)))
    assert {status for status, _ in answers} == {200}


async def test_the_words_stay_while_the_notifier_is_away() -> None:
    """A page that could be read a moment ago stays readable when a service stops."""
    clock = SettableClock()
    async with serving(clock=clock) as web:
        publish(web, statement(1, "All are out.", web.now))
        assert (await page(web, "statement-1"))[0] == 200
        web.notifier.away = True
        clock.advance(dt.timedelta(seconds=30))
        assert (await page(web, "statement-1"))[0] == 200
