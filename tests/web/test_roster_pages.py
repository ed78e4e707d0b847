"""People, classes, data quality and paper: who sees them, what they say, what they hand over."""

import csv
import io
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from schemas.roster_pages import SetPaper
from schemas.vocabulary import Role
from services.web.domain.csv_text import FORMULA, cell, csv_text
from tests.web.school import CEDAR, LINCOLN, TEACHER, session
from tests.web.serving import Served

PAGES = ("/people", "/classes", "/classes/lincoln-class-2", "/data-quality", "/paper")
FILES = (
    "/people.csv",
    "/classes.csv",
    "/classes/lincoln-class-2/roster.csv",
    "/data-quality/student_without_guardian.csv",
    "/paper/sheets.pdf",
    "/paper/reunification.pdf",
    "/paper/status.pdf",
)
API = f"/api/v1/schools/{LINCOLN}"


async def get(web: Served, path: str, *roles: Role, language: str = "en") -> tuple[int, str]:
    headers = web.browser(session(web.now, *(roles or ("office",)))) | {"Accept-Language": language}
    async with web.http.get(web.url + path, headers=headers) as answer:
        return answer.status, await answer.text()


async def shown(web: Served, path: str, *roles: Role) -> str:
    status, html = await get(web, path, *roles)
    assert status == 200, path
    return html


async def table(web: Served, path: str) -> list[dict[str, str]]:
    text = await shown(web, path)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def names_in(html: str) -> list[str]:
    return re.findall(r'<a class="link" href="/people/[^"]+"><bdi>([^<]+)</bdi>', html)


@pytest.mark.parametrize("path", [*PAGES, *FILES, f"{API}/people?text=ava", f"{API}/quality"])
async def test_only_office_and_it_see_the_roster(web: Served, path: str) -> None:
    """A teacher, a screen or a responder reads no list of a school's children here."""
    allowed: tuple[Role, ...] = ("office", "principal", "administrator", "sro", "it")
    for role in allowed:
        assert (await get(web, path, role))[0] == 200, role
    refused: tuple[Role, ...] = ("teacher", "staff", "screen", "responder")
    for role in refused:
        status, text = await get(web, path, role)
        assert status in (403, 404), role
        assert "Sample" not in text.replace("Lincoln Sample Elementary", "").replace(
            "Dana Sample", ""
        )


@pytest.mark.parametrize("path", ["/classes/cedar-class-1", "/classes/cedar-class-1/roster.csv"])
async def test_another_schools_class_is_not_there(web: Served, path: str) -> None:
    """An id of another school is answered like one that nobody has."""
    ours, theirs = path, path.replace("cedar-class-1", "no-such-class")
    assert (await get(web, ours))[0] == (await get(web, theirs))[0] == 404


async def test_another_schools_search_is_not_there(web: Served) -> None:
    """The API tells nobody whether a school or a child of it exists."""
    for school in (CEDAR, "nowhere"):
        path = f"/api/v1/schools/{school}/people?text=ava"
        assert (await get(web, path))[0] == 404


async def test_thousands_come_in_pages(web: Served) -> None:
    """A school of any size is a page of fifty; the pages together are everyone once."""
    seen = []
    path = "/people"
    for _ in range(3):
        html = await shown(web, path)
        seen += names_in(html)
        following = re.search(r'rel="next" href="([^"]+)"', html)
        if following is None:
            break
        path = following[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 40 + 4 + 1
    assert "45 people" in html


async def test_filters_and_search_together(web: Served) -> None:
    """Kind, grade and homeroom narrow; a name is found by a part, a nickname, a slip."""
    assert len(names_in(await shown(web, "/people?grade=2"))) == 10
    assert len(names_in(await shown(web, "/people?homeroom=lincoln-class-3"))) == 10
    assert names_in(await shown(web, "/people?kind=guardian")) == ["Sample10, William"]
    assert names_in(await shown(web, "/people?find=lucia&grade=2")) == ["Sample28, Lucía"]
    nickname = await shown(web, "/people?find=bill")
    assert names_in(nickname) == ["Sample10, William"]
    assert "by a nickname" in nickname
    assert "similar spelling" in await shown(web, "/people?find=camlia")
    assert "Nobody here fits" in await shown(web, "/people?find=qqqq")


async def test_without_the_roster_the_last_known_people_are_shown(web: Served) -> None:
    """An outage of one service is no reason to know nobody, and the page says what it lacks."""
    await shown(web, "/people")
    web.roster.away = True
    html = await shown(web, "/people?find=luc")
    assert "The roster does not answer" in html
    assert len(names_in(html)) == 4
    assert len(names_in(await shown(web, "/people?kind=staff"))) == 4
    assert names_in(await shown(web, "/people?kind=guardian")) == []
    assert len(names_in(await shown(web, "/people"))) == 44


async def test_the_phones_search_uses_the_rosters_and_survives_it(web: Served) -> None:
    """In an incident an extra student is found by nickname and slip; without the roster by name."""
    found = await api(web, f"{API}/roster?find=camlia")
    assert {student[1] for student in found["students"]} == {"Camila"}
    web.roster.away = True
    assert (await api(web, f"{API}/roster?find=camlia"))["students"] == []
    assert len((await api(web, f"{API}/roster?find=camila"))["students"]) == 4


async def api(web: Served, path: str) -> Any:
    headers = web.program(session(web.now, "office"))
    async with web.http.get(web.url + path, headers=headers) as answer:
        assert answer.status == 200, path
        return await answer.json()


async def test_a_program_searches_and_reads_the_report(web: Served) -> None:
    """The API gives the same answers as the pages, with reasons and counts."""
    found = await api(web, f"{API}/people?text=bill&kinds=guardian&limit=5")
    assert [one["why"] for one in found["people"]] == ["nickname"]
    report = await api(web, f"{API}/quality?code=student_without_guardian&limit=3")
    assert (report["issues"][0]["count"], len(report["issues"][0]["items"])) == (39, 3)


async def test_a_person_of_two_schools_searches_both(web: Served) -> None:
    """Who works at two schools finds a child of either, and reads at which one."""
    both = replace(session(web.now, "office"), roles={LINCOLN: ("office",), CEDAR: ("office",)})
    headers = web.browser(both)
    headers["Cookie"] += f"; muster_school={LINCOLN}"
    path = "/people?find=zoe&everywhere=yes"
    async with web.http.get(web.url + path, headers=headers) as page:
        html = await page.text()
    assert "Cedar Sample Middle" in html
    assert html.count("<bdi>Sample19, Zoe</bdi>") == 2
    only = replace(both, roles={LINCOLN: ("office",), CEDAR: ("teacher",)})
    headers = web.browser(only)
    headers["Cookie"] += f"; muster_school={LINCOLN}"
    async with web.http.get(web.url + path, headers=headers) as page:
        assert (await page.text()).count("<bdi>Sample19, Zoe</bdi>") == 1


async def test_the_csv_is_the_whole_list(web: Served) -> None:
    """What is saved is everyone that the filters let through, not one page of them."""
    rows = await table(web, "/people.csv")
    assert len(rows) == 45
    assert rows[0] == {
        "id": "lincoln-student-1-0", "kind": "student", "family": "Sample10", "given": "Aaliyah",
        "preferred": "", "grade": "1", "homeroom": "Grade 1 Homeroom", "room": "Room 1",
    }  # fmt: skip
    assert len(await table(web, "/people.csv?grade=2&page=3")) == 10
    assert [row["students"] for row in await table(web, "/classes.csv")] == ["10"] * 4
    assert len(await table(web, "/classes/lincoln-class-2/roster.csv")) == 10
    assert len(await table(web, "/data-quality/student_without_guardian.csv")) == 39
    assert (await get(web, "/data-quality/no_such_finding.csv"))[0] == 404


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=2), max_size=5))
def test_no_cell_is_a_formula_and_none_is_lost(rows: list[list[str]]) -> None:
    """A name from a file never makes a spreadsheet calculate, and every name comes back whole."""
    text = csv_text(("a", "b"), rows).removeprefix("\ufeff")
    read = list(csv.reader(io.StringIO(text, newline="")))[1:]
    for row, came in zip(rows, read, strict=True):
        for one, back in zip(row, came, strict=True):
            assert not back.lstrip(" ").startswith(FORMULA)
            assert back in (one, f"'{one}")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_each_start_of_a_formula_is_stopped(start: str) -> None:
    """=HYPERLINK(...) in a family name stays a family name."""
    assert cell(f"{start}cmd") == f"'{start}cmd"
    assert cell("Ada") == "Ada"


async def test_classes_say_what_they_lack(web: Served) -> None:
    """A class without a room or a teacher is seen, and each links to its list and its sheet."""
    held = web.roster.snapshots[LINCOLN]
    bare = replace(held.classes[0], room="", teachers=())
    web.roster.snapshots[LINCOLN] = replace(held, classes=(bare, *held.classes[1:]))
    html = await shown(web, "/classes")
    assert "no room" in html
    assert "no teacher" in html
    assert html.count('href="/classes/lincoln-class-') == 4
    assert html.count("<tr>") == 5
    found = await shown(web, "/classes?find=number+3")
    assert 'href="/classes/lincoln-class-3"' in found
    assert 'href="/classes/lincoln-class-2"' not in found
    one = await shown(web, "/classes/lincoln-class-2")
    assert 'href="/paper/sheets.pdf?class=lincoln-class-2"' in one
    assert len(names_in(one)) == 11


async def test_rooms_are_linked_only_for_whoever_may_open_them(web: Served) -> None:
    """A link to a page that answers "not open to your role" would be a dead end."""
    assert 'href="/rooms"' in await shown(web, "/classes")
    assert 'href="/rooms"' not in await shown(web, "/classes", "it")


async def test_the_report_says_why_and_what_to_do(web: Served) -> None:
    """Each finding has its number, a reason and a next step; what is fine is said too."""
    html = await shown(web, "/data-quality")
    assert "Students without a guardian: 39" in html
    assert "Nobody can be told, and nobody can collect the child." in html
    assert "an emergency number" in html
    assert "Staff without an email address: 1" in html
    assert html.count('class="reachbar"') == 1 + 4
    assert "Classes without a teacher: 0" in html
    web.roster.away = True
    assert (await get(web, "/data-quality"))[0] == 503


async def test_paper_is_ordered_with_what_was_chosen(web: Served) -> None:
    """The PDF of the roster is handed over as it is, privately, under a name that says DRILL."""
    paths = (
        "/paper/sheets.pdf?rooms=classes&drill=yes",
        "/paper/sheets.pdf?class=lincoln-class-1",
        "/paper/reunification.pdf?count=7",
        "/paper/status.pdf",
    )
    headers = web.browser(session(web.now, "office"))
    for path in paths:
        async with web.http.get(web.url + path, headers=headers) as answer:
            assert (answer.status, answer.content_type) == (200, "application/pdf")
            assert answer.headers["Cache-Control"] == "no-store"
            assert ("DRILL" in answer.headers["Content-Disposition"]) is ("drill=yes" in path)
            assert (await answer.read()).startswith(b"%PDF")
    ordered = web.roster.pages.printed
    assert [(o.kind, o.rooms, o.drill) for o in ordered[:1]] == [("sheets", "classes", True)]
    assert ordered[1].class_id == "lincoln-class-1"
    assert (ordered[2].kind, ordered[2].count) == ("reunification", 7)
    assert {o.school for o in ordered} == {LINCOLN}
    for bad in ("count=0", "count=9999", "count=x"):
        assert (await get(web, f"/paper/reunification.pdf?{bad}"))[0] == 400
    assert (await get(web, "/paper/sheets.pdf?class=cedar-class-1"))[0] == 404


async def test_hour_and_number_are_saved_by_those_who_may(web: Served) -> None:
    """The page shows the last set and where it lies; the form belongs to office and IT."""
    html = await shown(web, "/paper")
    assert "/srv/muster/paper/lincoln/2026-03-04-v1.pdf" in html
    assert "2 names are in scripts that cannot be printed" in html
    fields = dict(re.findall(r'name="(form|op)" value="([^"]*)"', html))
    fields |= {"at": "04:15", "office_phone": "202 555 0100"}
    for role, status in (("sro", 403), ("office", 303)):
        headers = web.browser(session(web.now, role))  # type: ignore[arg-type]
        del headers["X-Muster"]
        async with web.http.post(
            web.url + "/paper", data=fields, headers=headers, allow_redirects=False
        ) as answer:
            assert answer.status == status
    (command,) = (c for c in web.roster.sent if isinstance(c, SetPaper))
    assert (command.at, command.office_phone) == ("04:15", "202 555 0100")
    assert 'value="04:15"' in await shown(web, "/paper")
    assert "/paper" in await shown(web, "/paper", "sro")
    assert 'name="at"' not in await shown(web, "/paper", "sro")


async def test_every_page_is_there_in_spanish(web: Served) -> None:
    """A secretary reads these pages in her language, one heading each."""
    said = ("Personas", "Clases", "Grade 2 Homeroom", "Calidad de los datos", "Papel")
    for path, heading in zip(PAGES, said, strict=True):
        _, html = await get(web, path, language="es")
        (title,) = re.findall(r"<h1[^>]*>([^<]+)</h1>", html)
        assert title == heading


async def test_an_empty_school_says_the_next_step(web: Served) -> None:
    """Before the first import every page leads to it."""
    held = web.roster.snapshots[LINCOLN]
    web.roster.snapshots[LINCOLN] = replace(held, students=(), classes=(), staff=())
    web.roster.away = True
    for path in ("/people", "/classes"):
        assert (await get(web, path))[0] == 503
    web.roster.away = False
    assert 'href="/import"' in await shown(web, "/classes")
    assert 'href="/import"' in await shown(web, "/paper")


async def test_a_teacher_still_finds_only_in_an_incident(web: Served) -> None:
    """The better search opens no new door to the names of children."""
    headers = web.browser(session(web.now, "teacher", person=TEACHER))
    async with web.http.get(f"{web.url}{API}/roster?find=zoe", headers=headers) as answer:
        assert answer.status == 403
