"""Files of own facts: checked as they would be applied, applied as they were checked."""

import csv
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import PersonId
from schemas.replies import Reply
from schemas.roster_people import AskExport, RightsExport, StagedRights
from schemas.roster_rights import (
    ApplyRightsImport,
    RightsFile,
    SetApart,
    SetPlan,
    SetRights,
)
from schemas.vocabulary import Actor
from services.chassis.commands import ProblemError
from services.roster.domain.custody.files import guarded, read_files, unguarded, written
from services.roster.domain.custody.words import WORDS, Findings
from tests.chassis_fixtures import Databases
from tests.roster.own_facts import IT, Kept, kept
from tests.roster.packages import write_zip
from tests.roster.running import OFFICE, TEACHER

RIGHTS = (
    "guardianSourcedId,studentSourcedId,message,information,pickUp,priority,relationship,"
    "apart,apartReference,apartFrom,apartUntil\n"
)
GUARDIANS = "guardianId,type,name,caseworker,badge,callBack,studentSourcedIds\n"
PLANS = (
    "studentSourcedId,helperSourcedId,backupSourcedId,equipment,medicationPlace,refugeArea,"
    "communication\n"
)
CONSENTS = "guardianSourcedId,studentSourcedId,consent,how\n"
ALL = {
    "rights.csv": RIGHTS
    + "g1,k1,false,true,,1,father,,,,\n"
    + "g2,k1,,,,,,true,Order 7,,\n"
    + "cps-17,k2,true,true,,3,,,,,\n",
    "consents.csv": CONSENTS + "g1,,true,form\n",
    "guardians.csv": GUARDIANS
    + 'cps-17,agency,County Services,Robin Sample,S-1,2025550147,"k1,k2"\n',
    "plans.csv": PLANS + "k1,t1,t2,Chair,Office,Stair B,Board\n",
}


@pytest.fixture
async def school(database: Databases, tmp_path: Path) -> AsyncIterator[Kept]:
    async with kept(database, tmp_path) as school:
        yield school


async def stage(school: Kept, files: Any, actor: Actor = OFFICE) -> StagedRights:
    """files: name → text, or one file's text."""
    if isinstance(files, dict):
        body = write_zip(school.service.folder / "own.zip", files).read_bytes()
    else:
        body = files.encode()
    said = {
        "school": school.school,
        "reader": actor.person,
        "roles": ",".join(actor.roles),
        "name": "one.csv",
    }
    return await school.service.client.post(
        f"/rights-imports?{urlencode(said)}", body, StagedRights
    )


async def apply(school: Kept, staged: StagedRights, actor: Actor = OFFICE) -> Reply:
    return await school.say(ApplyRightsImport, actor, import_id=staged.id)


async def export(school: Kept, file: RightsFile, *roles: str) -> str:
    asked = AskExport(
        school=school.school, file=file, reader=PersonId("office-1"), roles=roles or ("office",)
    )
    return (await school.service.client.post("/rights-exports", asked, RightsExport)).content


async def test_a_dry_run_says_what_applying_does(school: Kept) -> None:
    """Nothing holds until it is applied; then exactly what was shown, in one event."""
    staged = await stage(school, ALL)
    assert (staged.refused, staged.errors, staged.warnings) == (False, (), ())
    shown = staged.difference
    assert (shown.rows, shown.guardians, shown.rights) == (6, 1, 2)
    assert (shown.apart, shown.consents, shown.plans) == (1, 2, 1)
    assert (await school.page("k1")).history == ()
    assert (await apply(school, staged)).status == "accepted"
    gus = await school.pair("g1", "k1")
    assert (gus.message, gus.information, gus.priority, gus.relationship) == (
        False, True, 1, "father",
    )  # fmt: skip
    assert (gus.routine, gus.routine_how, gus.routine_by) == (True, "form", OFFICE.person)
    page = await school.page("k1")
    assert [pair.guardian.name for pair in page.contacts if pair.apart] == ["Hal Sample"]
    assert page.plan is not None
    assert page.plan.backup is not None
    assert (page.plan.backup.name, page.plan.refuge_area) == ("Ida Sample", "Stair B")
    [agency] = [pair for pair in (await school.page("k2")).contacts if pair.kind == "agency"]
    assert (agency.guardian.name, agency.message) == ("County Services", True)
    events = await school.service.events(school.school)
    assert events[-2:] == ["roster.own_facts_imported.v1", "roster.rights_changed.v1"]


async def test_the_same_files_again_change_nothing(school: Kept) -> None:
    """A nightly import of the same files adds no line to anyone's history."""
    await apply(school, await stage(school, ALL))
    again = await stage(school, ALL)
    assert again.difference.unchanged == again.difference.rows == 6
    before = await school.rows("SELECT count(*) FROM own_changes")
    await apply(school, again)
    assert await school.rows("SELECT count(*) FROM own_changes") == before


async def test_what_is_taken_out_can_be_brought_back(school: Kept) -> None:
    """An export is a file that this import reads, and reading it changes nothing."""
    await apply(school, await stage(school, ALL))
    await school.say(
        SetPlan, student="k2", helper="t1", equipment="=1+1", communication="'=quoted\nline two"
    )
    kinds: tuple[RightsFile, ...] = ("rights", "consents", "guardians", "plans")
    files = {f"{kind}.csv": await export(school, kind) for kind in kinds}
    again = await stage(school, files)
    assert (again.errors, again.warnings) == ((), ())
    assert again.difference.unchanged == again.difference.rows


async def test_no_cell_of_an_export_calculates(school: Kept) -> None:
    """A relationship that begins like a formula leaves as text, whatever opens the file."""
    for at, sign in enumerate(("=", "+", "-", "@")):
        await school.say(
            SetRights, guardian="g1", student=("k1", "k2")[at % 2], message=True,
            information=True, pick_up=False, relationship=f"{sign}cmd",
        )  # fmt: skip
        cells = [c for row in csv.reader(io.StringIO(await export(school, "rights"))) for c in row]
        assert f"'{sign}cmd" in cells
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


async def test_an_export_is_the_offices_and_is_written_down(school: Kept) -> None:
    """Neither IT nor the SRO nor a teacher takes a file out; who did stands on each student."""
    for role in ("it", "sro", "teacher", "screen"):
        with pytest.raises(ProblemError) as problem:
            await export(school, "rights", role)
        assert problem.value.status == 404
    assert await school.rows("SELECT * FROM custody_reads") == []
    await export(school, "rights")
    reads = (await school.page("k1")).reads
    assert ("office-1", "export") in {(read.reader, read.what) for read in reads}


@pytest.mark.parametrize(
    ("text", "column", "code"),
    [
        (RIGHTS + "g9,k1,true,,,,,,,,\n", "guardianSourcedId", "unknown_person"),
        (RIGHTS + "g1,k9,true,,,,,,,,\n", "studentSourcedId", "unknown_person"),
        (RIGHTS + "g1,k3,true,,,,,,,,\n", "", "unknown_link"),
        (RIGHTS + "g1,k1,perhaps,,,,,,,,\n", "message", "value_unknown"),
        (RIGHTS + "g1,k1,,,,first,,,,,\n", "priority", "value_unknown"),
        (RIGHTS + "g1,k1,,,true,,,,,,\n", "pickUp", "pick_up_not_by_import"),
        (RIGHTS + "g1,k1,,,,,,true,,,\n", "apartReference", "value_unknown"),
        (RIGHTS + "g1,k1,,,,,,true,Order,9/9/2026,\n", "apartFrom", "value_unknown"),
        (RIGHTS + "g1,k1\n", "", "row_ragged"),
        (RIGHTS + ",k1,true,,,,,,,,\n", "guardianSourcedId", "value_missing"),
        (CONSENTS + "g1,k1,true,pigeon\n", "how", "value_unknown"),
        (PLANS + "k1,g1,,,,,\n", "", "unknown_staff"),
        (GUARDIANS + 'a-1,agency,County,,,2025550147,"k1"\n', "", "caseworker_needed"),
        (GUARDIANS + 'a-1,witch,County,R,,2025550147,"k1"\n', "type", "value_unknown"),
        (GUARDIANS + 'a-1,agency,County,R,,911,"k1"\n', "", "bad_number"),
    ],
)
async def test_a_row_that_cannot_be_taken_is_named(
    school: Kept, text: str, column: str, code: str
) -> None:
    """Each fault names its line, column and code; it never stops the rows that are right."""
    staged = await stage(school, text)
    assert not staged.refused
    [warning] = staged.warnings
    assert (warning.file, warning.line, warning.column, warning.code) == (
        "one.csv", 2, column, code,
    )  # fmt: skip
    assert not staged.difference.rights
    assert "pigeon" not in warning.message


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("name,shoe size\nGus,44\n", "no_own_facts"),
        ("", "no_own_facts"),
        ("PK not a zip", "not_a_zip"),
        (RIGHTS + '"g1,k1,true\n', "quote_not_closed"),
        ({"a.csv": RIGHTS, "b.csv": RIGHTS}, "two_files_of_a_kind"),
        ({"../rights.csv": RIGHTS}, "zip_unsafe_name"),
    ],
)
async def test_what_is_no_file_of_ours_is_refused(school: Kept, body: Any, code: str) -> None:
    """A refusal says why and keeps nothing of the upload."""
    staged = await stage(school, body)
    assert (staged.refused, staged.errors[0].code) == (True, code)
    assert await school.rows("SELECT * FROM rights_imports") == []
    assert (await apply(school, staged)).code == "unknown_import"


async def test_only_the_office_imports(school: Kept) -> None:
    """A file is as strong as the forms: the same people may send it."""
    for actor in (TEACHER, IT):
        with pytest.raises(ProblemError) as problem:
            await stage(school, RIGHTS, actor)
        assert problem.value.code == "not_allowed"
    staged = await stage(school, RIGHTS + "g1,k1,false,,,,,,,,\n")
    for actor in (TEACHER, IT):
        assert (await apply(school, staged, actor)).code == "not_allowed"
    assert (await school.pair("g1", "k1")).message


async def test_a_file_decides_nothing_about_ones_own_family(school: Kept) -> None:
    """What a form refuses to its sender, a file of theirs does not do either."""
    ida = Actor(person=school["t2"], roles=("office",), device="desk")
    staged = await stage(school, RIGHTS + "t2,k3,false,,,,,,,,\ng1,k1,false,,,,,,,,\n", ida)
    assert [warning.code for warning in staged.warnings] == ["own_family"]
    await apply(school, staged, ida)
    assert (await school.pair("t2", "k3")).message
    assert not (await school.pair("g1", "k1")).message


async def test_a_file_never_ends_or_shortens_an_order(school: Kept) -> None:
    """A row that would lift an order is named and leaves it as it is."""
    await school.say(SetApart, guardian="g1", student="k1", reference="Order 1")
    shorter = f"g1,k1,,,,,,true,Order 2,,{school.service.clock.now():%Y-%m-%d}\n"
    for row, code in (
        ("g1,k1,,,,,,false,,,\n", "apart_not_lifted"),
        (shorter, "two_people_needed"),
    ):
        staged = await stage(school, RIGHTS + row)
        assert [warning.code for warning in staged.warnings] == [code]
        await apply(school, staged)
        assert await school.told_of("g1") == {"k2"}


async def test_applied_once_and_kept_sealed(school: Kept) -> None:
    """Between check and apply nobody reads the file in the database; applied, it is gone."""
    staged = await stage(school, PLANS + "k1,t1,,Quokka chair,,,\n")
    [row] = await school.rows("SELECT sealed FROM rights_imports")
    assert b"Quokka" not in row["sealed"]
    command = school.command(ApplyRightsImport, import_id=staged.id)
    first = await school.service.client.send(command, timeout=30.0)
    assert await school.service.client.send(command, timeout=30.0) == first
    assert await school.rows("SELECT sealed FROM rights_imports") == []
    assert (await apply(school, staged)).code == "unknown_import"


async def test_old_files_in_another_encoding_are_read(school: Kept) -> None:
    """What a spreadsheet saved as Windows-1252 or with a mark at its start is read."""
    said = {"school": school.school, "reader": "office-1", "roles": "office", "name": "r.csv"}
    for body, codes in (
        ((RIGHTS + "g1,k1,,,,,señor,,,,\n").encode("cp1252"), ["encoding_not_utf8"]),
        (b"\xef\xbb\xbf" + (RIGHTS + "g1,k1,,,,,señor,,,,\n").encode(), []),
    ):
        staged = await school.service.client.post(
            f"/rights-imports?{urlencode(said)}", body, StagedRights
        )
        assert [warning.code for warning in staged.warnings] == codes
        assert staged.difference.rights == 1


CELLS = st.text(alphabet=st.sampled_from("=+-@'\t ab,\"\n1é"), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_a_cell_comes_back_as_it_left(cells: list[tuple[str, str]]) -> None:
    """Whatever a text begins with, guarding it against spreadsheets loses nothing."""
    rows = [
        {"studentSourcedId": f"k{at}", "equipment": one.strip(), "communication": two.strip()}
        for at, (one, two) in enumerate(cells)
    ]
    found = Findings()
    back = read_files(written("plans", rows).encode(), "plans.csv", found)
    assert found.errors == []
    assert [row.said("equipment") for row in back] == [row["equipment"] for row in rows]
    assert [row.said("communication") for row in back] == [row["communication"] for row in rows]
    for row in rows:
        for cell in row.values():
            assert unguarded(guarded(cell)) == cell
            assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.binary(max_size=300))
def test_no_bytes_bring_the_reader_down(body: bytes) -> None:
    """Anything that is uploaded ends in rows and findings, each with a known code."""
    found = Findings()
    read_files(RIGHTS.encode() + body, "x.csv", found)
    read_files(body, "x.csv", found)
    for finding in (*found.warnings(), *found.errors):
        assert finding.code in WORDS or finding.code.startswith(("zip_", "not_a_zip", "archive"))


def test_a_damaged_zip_is_refused_in_words() -> None:
    """A file that broke on its way is no failure inside."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("plans.csv", "studentSourcedId,equipment\n" + "k1,chair\n" * 500)
    body = bytearray(packed.getvalue())
    body[60] ^= 0xFF
    found = Findings()
    assert read_files(bytes(body), "own.zip", found) == []
    assert [one.code for one in found.errors] == ["zip_damaged"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_wide_signs_are_formulas_too(start: str) -> None:
    """Spreadsheets of East Asian settings calculate with them as with the narrow ones."""
    assert guarded(f"{start}1") == f"'{start}1"
    assert unguarded(guarded(f"{start}1")) == f"{start}1"
