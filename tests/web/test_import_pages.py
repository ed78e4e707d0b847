"""The import's pages: how far it is, what became of it, and whose it is."""

import csv
import io

import aiohttp
import msgspec

from schemas.identifiers import PersonId
from schemas.roster import ApplyImport, Finding, RoomMoves
from schemas.roster_findings import as_csv
from schemas.roster_import import ImportEntry, ImportProgress, ImportState, UndoImport
from tests.web.school import CEDAR, session
from tests.web.serving import Served

ONE = "0" * 32


def kept(web: Served, state: ImportState = "staged", by: str = "someone-else") -> ImportEntry:
    """An import of the first school, as the roster tells of it."""
    entry = ImportEntry(
        id=ONE,
        state=state,
        at=web.now,
        by=PersonId(by),
        source="night.zip",
        staged=web.roster.imports.staged(ONE),
        findings=1,
    )
    web.roster.imports.entries[ONE] = entry
    return entry


def change(web: Served, **facts: object) -> None:
    entries = web.roster.imports.entries
    entries[ONE] = msgspec.structs.replace(entries[ONE], **facts)


async def text(web: Served, path: str, language: str = "en") -> str:
    headers = web.browser(session(web.now, "office")) | {"Accept-Language": language}
    async with web.http.get(web.url + path, headers=headers) as page:
        assert page.status == 200, (path, page.status)
        return await page.text()


async def post(web: Served, path: str, page: str, **fields: str) -> aiohttp.ClientResponse:
    """A form of ours, with the mark and op of the page that it stands on."""
    drawn = await text(web, page)
    for name in ("form", "op"):
        fields[name] = drawn.split(f'name="{name}" value="')[1].split('"')[0]
    headers = web.browser(session(web.now, "office"))
    return await web.http.post(web.url + path, data=fields, headers=headers)


async def test_an_upload_leads_to_its_own_page(web: Served) -> None:
    """The file's name and who brought it reach the roster; the page can be opened again."""
    drawn = await text(web, "/import")
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("form", drawn.split('name="form" value="')[1].split('"')[0])
    form.add_field("package", b"PK-small", filename="nächtlich.zip")
    mine = session(web.now, "office")
    async with web.http.post(web.url + "/import", data=form, headers=web.browser(mine)) as page:
        assert page.status == 200
        address = page.url.path
    assert "Apply the import to 1 school" in await text(web, address)
    (entry,) = web.roster.imports.entries.values()
    assert (entry.by, entry.source) == (mine.person, "nächtlich.zip")


async def test_work_is_shown_with_and_without_script(web: Served) -> None:
    """While it is at work the page says how far, by itself or with script, and offers no button."""
    kept(web, "applying")
    change(web, progress=ImportProgress(step="applying", done=4, total=80))
    page = await text(web, f"/import/{ONE}")
    assert 'role="status"' in page
    assert "Applying to school 5 of 80" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "Apply the import" not in page
    assert "Aplicando a la escuela 5 de 80" in await text(web, f"/import/{ONE}", language="es")


async def test_the_difference_is_in_words(web: Served) -> None:
    """Who is new, who moves where, who would disappear: sentences with the right plural."""
    entry = kept(web)
    assert entry.staged is not None
    moved = msgspec.structs.replace(
        entry.staged.schools[0],
        new_students=1,
        moved_students=5,
        moved_to=(RoomMoves("Room <9>", 3),),
        gone_students=212,
        students_before=600,
        too_many_removals=True,
    )
    change(web, staged=msgspec.structs.replace(entry.staged, schools=(moved,)))
    page = await text(web, f"/import/{ONE}")
    for words in (
        "1 new student<",
        "3 students move to Room &lt;9&gt;",
        "2 students move to other rooms",
        "212 students of 600 disappear",
        "Refused above 10 % unless you say so",
    ):
        assert words in page, words
    spanish = await text(web, f"/import/{ONE}", language="es")
    assert "1 estudiante nuevo<" in spanish


async def test_an_open_incident_is_said_and_waited_for(web: Served) -> None:
    """The import is kept, nothing can be pressed, and the page says why."""
    kept(web, "waiting")
    change(web, open_at=("Lincoln Sample Elementary",), code="incident_open")
    page = await text(web, f"/import/{ONE}")
    assert "An incident is open at Lincoln Sample Elementary." in page
    assert "Apply the import" not in page
    assert "waits for an incident to close" in await text(web, "/import/history")
    change(web, open_at=(), state="staged")
    assert "Apply the import to 1 school" in await text(web, f"/import/{ONE}")


async def test_applied_by_the_page(web: Served) -> None:
    """One press applies, with the schools that the person answers for; the page then says so."""
    kept(web)
    answer = await post(web, "/import/apply", f"/import/{ONE}", **{"import": ONE})
    assert "The new roster holds now" in await answer.text()
    [sent] = web.roster.sent
    assert isinstance(sent, ApplyImport)
    assert (sent.import_id, sent.allow_removals) == (ONE, False)


async def test_an_apply_that_takes_long_is_not_waited_for(web: Served) -> None:
    """A district takes a minute: the page answers at once and shows how far it is."""
    kept(web)
    web.roster.stalls = True
    answer = await post(web, "/import/apply", f"/import/{ONE}", **{"import": ONE})
    assert answer.status == 200
    assert answer.url.path == f"/import/{ONE}"
    assert web.roster.sent == []
    web.roster.stalled.set()


async def test_undone_by_the_history(web: Served) -> None:
    """Only the last import offers it; a press takes it back as the person who pressed."""
    kept(web, "applied")
    assert "Undo this import" not in await text(web, "/import/history")
    change(web, can_undo=True)
    answer = await post(web, f"/import/{ONE}/undo", "/import/history")
    assert "The roster before this import holds again" in await answer.text()
    [sent] = web.roster.sent
    assert isinstance(sent, UndoImport)
    assert sent.import_id == ONE


async def test_another_schools_import_is_not_there(web: Served) -> None:
    """Whoever keeps another school's roster finds neither page, nor findings, nor entry."""
    kept(web)
    elsewhere = msgspec.structs.replace(session(web.now, "office"), roles={CEDAR: ("office",)})
    for path in (f"/import/{ONE}", f"/import/{ONE}/findings.csv", f"/import/{'1' * 32}"):
        async with web.http.get(web.url + path, headers=web.browser(elsewhere)) as page:
            assert page.status == 404, path
    async with web.http.get(web.url + "/import/history", headers=web.browser(elsewhere)) as page:
        assert "night.zip" not in await page.text()
    path = f"{web.url}/api/v1/schools/{CEDAR}/imports"
    async with web.http.get(path, headers=web.program(elsewhere)) as answer:
        assert await answer.json() == []


async def test_findings_open_in_a_spreadsheet(web: Served) -> None:
    """A download with one row a finding, whoever asks and the history links to it."""
    kept(web)
    assert f"/import/{ONE}/findings.csv" in await text(web, "/import/history")
    headers = web.browser(session(web.now, "office"))
    path = f"{web.url}/import/{ONE}/findings.csv"
    async with web.http.get(path, headers=headers) as answer:
        assert answer.content_type == "text/csv"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        rows = list(csv.reader(io.StringIO((await answer.text()).lstrip("\ufeff"))))
    assert rows[0] == ["kind", "file", "line", "column", "code", "message"]
    assert rows[1] == ["warning", "users.csv", "4", "email", "bad_email", "No @."]


def test_no_cell_runs() -> None:
    """What a file calls its columns and files never becomes a formula."""
    starts = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx")
    findings = [Finding(file=one, line=1, column=one, code="c", message=one) for one in starts]
    rows = list(csv.reader(io.StringIO(as_csv(findings, ()).lstrip("\ufeff"), newline="")))
    for row, one in zip(rows[1:], starts, strict=True):
        assert (row[1], row[3], row[5]) == (f"'{one}",) * 3
