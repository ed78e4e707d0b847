"""Why an owner refused, and what a package got wrong, in the language of who reads it."""

import datetime as dt
import re
from collections.abc import Mapping

import aiohttp
import msgspec
import pytest

from schemas.replies import Reply, Values
from schemas.roster import Finding, SchoolDifference
from schemas.roster_day_facts import CalendarDay
from schemas.roster_pull import PullResult
from schemas.vocabulary import Role
from services.incident.domain.authority import refused
from services.roster.domain.custody import words as own_facts
from services.roster.domain.day import sheet as day
from services.roster.domain.day.decide import decide_days
from services.roster.domain.desk import decide_words
from services.roster.domain.imports import decide_apply, decide_reach
from services.roster.domain.photos import matching as photos
from services.roster.domain.problems import WORDS, finding
from services.roster.domain.pulling import failures as pulls
from services.web.domain.finding_words import FINDINGS, Area
from services.web.domain.refusal_words import REFUSALS
from services.web.routes.rendering import Templates
from services.web.routes.speech import PLACEHOLDER, Speech
from tests.incident.desk import Desk
from tests.incident.scenes import OFFICE, call
from tests.web.school import LINCOLN, session
from tests.web.serving import Served

NOW = dt.datetime(2026, 9, 15, 14, 5, tzinfo=dt.UTC)
DIFFERENCE = SchoolDifference(
    school=LINCOLN,
    name="Lincoln Sample Elementary",
    gone_students=9,
    students_before=40,
    too_many_removals=True,
)


@pytest.fixture
def spanish(pages: Templates) -> Speech:
    return pages.speech["es"]


@pytest.mark.parametrize("code", REFUSALS)
def test_every_sentence_is_filled(code: str, spanish: Speech) -> None:
    """No reader ever sees a placeholder, and no sentence is left in English."""
    for sentence in REFUSALS[code]:
        values: Values = dict.fromkeys(PLACEHOLDER.findall(sentence), "7")
        said = spanish.reason(code, "", values)
        assert said
        assert "{" not in said
    assert spanish.reason(code, "Owner's English.", {}) != "Owner's English." or all(
        "{" in sentence for sentence in REFUSALS[code]
    )


@pytest.mark.parametrize(
    ("area", "words"),
    [
        ("package", WORDS),
        ("own_facts", own_facts.WORDS),
        ("day", day.WORDS),
        ("photos", photos.WORDS),
        ("pulls", pulls.WORDS),
    ],
)
def test_findings_say_what_the_roster_says(area: Area, words: Mapping[str, str]) -> None:
    """The pages' sentence of a finding is the roster's own, placeholder for placeholder."""
    assert {code: FINDINGS[area].get(code) for code in words} == dict(words)


@pytest.mark.parametrize(("area", "code"), [(a, c) for a, known in FINDINGS.items() for c in known])
def test_every_finding_is_said(area: Area, code: str, spanish: Speech) -> None:
    """A code means what its area says, and no area leaves a reader with English."""
    said = spanish.finding(
        Finding(file="", line=1, column="", code=code, message="Owner's.", value="7"), area
    )
    assert said not in ("", "Owner's.", FINDINGS[area][code])
    assert "{" not in said


def test_a_row_that_a_decision_refused_is_said_as_the_refusal(spanish: Speech) -> None:
    """A file's row and a form that break the same rule are told the same."""
    found = own_facts.Findings()
    found.warn("own_family", file="rights.csv", line=2, words="Nobody changes this for…")
    assert spanish.finding(found.warnings()[0], "own_facts") == spanish.reason("own_family", "", {})


@pytest.mark.parametrize(
    ("code", "values", "words"),
    [
        ("tls_failed", {}, "El certificado del sistema escolar no es válido"),
        ("too_many_columns", {"value": "500"}, "más de 500 columnas"),
        ("incident_open", {"schools": ("Lincoln",)}, "La carga espera"),
    ],
)
def test_why_a_pull_waits_is_said(code: str, values: Values, words: str, spanish: Speech) -> None:
    """A pull that failed says why in the reader's language, values and all."""
    result = PullResult(
        started=NOW, ended=NOW, outcome="failed", code=code, reason="English.", values=values
    )
    assert words in spanish.pulled(result)


def test_a_value_that_no_sentence_quotes_stays_in_the_package() -> None:
    """A cell that slipped by a column can hold a name: it goes nowhere, not even as a value."""
    found = finding("value_unknown", file="users.csv", line=3, value="Ana Sample")
    assert found.value == ""


def test_real_refusals_carry_what_their_words_name(spanish: Speech) -> None:
    """Roles, actions, schools and numbers of a reason survive the change of language."""
    log = Desk()
    log.declare(call("lockdown"))
    for decision, words in (
        (refused(OFFICE, ("principal", "sro"), "close"), "la dirección o el oficial"),
        (
            log.change(call("hold"), OFFICE),
            "Lockdown no puede pasar a Hold. Puede pasar a Secure o Evacuate",
        ),
        (decide_reach([DIFFERENCE], frozenset()), "cambia Lincoln Sample Elementary"),
        (
            decide_apply([DIFFERENCE], in_incident=[LINCOLN], allow_removals=False),
            "abierto en Lincoln Sample Elementary",
        ),
        (
            decide_apply([DIFFERENCE], in_incident=[], allow_removals=False),
            "Lincoln Sample Elementary: 9 / 40",
        ),
        (decide_words("x" * 500), "como máximo 120 caracteres"),
        (
            decide_days([CalendarDay(date="2026-09-15", schedule="Rainy")], (), ()),
            "ningún horario de timbres Rainy",
        ),
    ):
        assert decision is not None
        code, reason = getattr(decision, "code"), getattr(decision, "reason")  # noqa: B009
        said = spanish.reason(code, reason, getattr(decision, "values"))  # noqa: B009
        assert words in said


async def test_a_refusal_is_read_in_the_readers_language(web: Served) -> None:
    """The code is the same in every language, the sentence is the reader's."""
    roles: tuple[Role, ...] = ("office", "principal")
    web.incident.refusing = Reply(
        status="refused",
        code="not_allowed",
        reason="To close this incident, ask the office or the principal.",
        values={"roles": roles},
        at=web.now,
    )
    for language, words in (
        ("es-MX,es;q=0.9", "Su función no permite esto. Pídaselo a la oficina o la dirección."),
        ("en", "To close this incident, ask the office or the principal."),
    ):
        headers = {
            **web.program(session(web.now, "office")),
            "Accept-Language": language,
            "Idempotency-Key": f"op-in-{language[:2]}-once",
        }
        path = f"{web.url}/api/v1/schools/{LINCOLN}/incidents/one/close"
        async with web.http.post(path, json={}, headers=headers) as answer:
            said = await answer.json()
            assert answer.status == 409
            assert answer.headers["Content-Language"] == language[:2]
        assert (said["code"], said["detail"]) == ("not_allowed", words)


async def test_an_unknown_code_is_said_as_its_owner_says_it(web: Served) -> None:
    """A code that is newer than its words still tells a person what to do."""
    web.roster.refusing = Reply(
        status="refused", code="newer_than_words", reason="Ask the moon.", at=web.now
    )
    mine = session(web.now, "office")
    cookies = f"{web.browser(mine)['Cookie']}; muster_language=es"
    async with web.http.get(web.url + "/school", headers={"Cookie": cookies}) as page:
        text = await page.text()
    fields = {
        name: re.search(rf'name="{name}" value="([^"]+)"', text)[1]  # type: ignore[index]
        for name in ("form", "op")
    }
    form = {**fields, "zone": "America/Chicago"}
    headers = {**web.browser(mine), "Cookie": cookies}
    async with web.http.post(web.url + "/school", data=form, headers=headers) as page:
        assert page.status == 409
        assert "Ask the moon." in await page.text()


async def test_findings_are_read_in_the_readers_language(web: Served) -> None:
    """Whoever imports reads what is wrong with the file in their own language, value and all."""
    mine = session(web.now, "office")
    cookies = f"{web.browser(mine)['Cookie']}; muster_language=es"
    headers = {**web.browser(mine), "Cookie": cookies}
    async with web.http.get(web.url + "/import", headers=headers) as page:
        mark = (await page.text()).split('name="form" value="')[1].split('"')[0]
    form = aiohttp.FormData()
    form.add_field("form", mark)
    form.add_field("package", b"PK-small", filename="roster.zip")
    async with web.http.post(web.url + "/import", data=form, headers=headers) as page:
        text = await page.text()
    assert "La fila tiene -2 celdas más o menos que el encabezado." in text
    assert "No @." in text


def test_a_finding_keeps_the_shape_that_others_read() -> None:
    """`value` is there only where words quote one: the documented fields stay as they are."""
    found = Finding(file="", line=0, column="", code="no_users", message="None.")
    assert set(msgspec.to_builtins(found)) == {"file", "line", "column", "code", "message"}
