"""Paper: everyone stands on a sheet, every name prints or is said not to, every drill says so."""

import datetime as dt
import hashlib
import io
import json
import subprocess
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import ClassId, PersonId, SchoolId
from services.roster.domain.paper.cards import CardSet
from services.roster.domain.paper.letters import Letters, letters_of
from services.roster.domain.paper.night import LastPrint, day_of, due, oldest_kept
from services.roster.domain.paper.sheets import Line, Sheet, SheetSet, sheets_of
from services.roster.domain.quality.facts import (
    ClassFact,
    EnrollmentFact,
    PersonFact,
    SchoolFacts,
)
from services.roster.store.paper.press import HERE, TypstPress

NOW = dt.datetime(2026, 3, 4, 15, 5, tzinfo=dt.UTC)
FONTS = HERE / "fonts"


@pytest.fixture(scope="module")
def press() -> TypstPress:
    """Fonts are read once for all tests."""
    return TypstPress()


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def person(
    number: int, given: str = "Kim", *, student: bool = True, family: str = ""
) -> PersonFact:
    return PersonFact(
        person=PersonId(f"p{number}"), given=given, family=family or f"Testling{number:03}",
        preferred="", grade="03" if student else "", student=student, guardian=False,
        staff=not student, email="", sms="", phone="", source_id=f"student-{number:04}",
    )  # fmt: skip


def school(
    people: list[PersonFact], classes: list[ClassFact], enrolled: Sequence[tuple[str, str, str]]
) -> SchoolFacts:
    return SchoolFacts(
        school=SchoolId("lincoln"), name="Lincoln Test School", address="", version=7,
        zone="America/Chicago", people=tuple(people), links=(), classes=tuple(classes),
        enrollments=tuple(
            EnrollmentFact(ClassId(c), PersonId(p), role) for c, p, role in enrolled
        ),
    )  # fmt: skip


def document(*sheets: Sheet, drill: bool = False, phone: str = "202 555 0100") -> SheetSet:
    return SheetSet(
        school="Lincoln Test School", address="", office_phone=phone, day="2026-03-04",
        printed="2026-03-04 09:05", version=7, drill=drill, sheets=sheets,
    )  # fmt: skip


def named(*names: str, room: str = "Room 9") -> Sheet:
    lines = tuple(Line(name=name, number=f"n{at}", grade="03") for at, name in enumerate(names))
    return Sheet(holds="class", room=room, title="Grade 3 A", teachers="Ash Fernmoor", lines=lines)


# --- who stands on which sheet ---------------------------------------------------------------

ANY_LETTER = Letters(frozenset(range(0x110000)))


@given(
    st.lists(st.tuples(st.sampled_from("abx"), st.integers(0, 11)), max_size=40),
    st.sampled_from(["homerooms", "classes"]),
)
def test_nobody_of_the_school_is_left_off_the_paper(
    enrolled: list[tuple[str, int]], rooms: str
) -> None:
    """Whoever is in no class stands on a sheet of their own: paper that omits a child hides it."""
    people = [person(number, student=number < 10) for number in range(12)]
    classes = [
        ClassFact(ClassId("a"), "A", "homeroom", "Room 1"),
        ClassFact(ClassId("b"), "B", "scheduled", "Room 2"),
    ]
    rows = [(c, f"p{p}", "student" if p < 10 else "teacher") for c, p in enrolled]
    sheets = sheets_of(school(people, classes, rows), ANY_LETTER, rooms=rooms)  # type: ignore[arg-type]
    printed = {line.number for sheet in sheets for line in sheet.lines}
    assert printed == {one.source_id for one in people}


def test_a_school_without_homerooms_gets_its_classes() -> None:
    """A high school's sheets are not one long list of students without a homeroom."""
    art = ClassFact(ClassId("art"), "Art", "scheduled", "Room 301")
    facts = school([person(1)], [art], [("art", "p1", "student")])
    (sheet,) = sheets_of(facts, ANY_LETTER, rooms="homerooms")
    assert (sheet.title, sheet.room, len(sheet.lines)) == ("Art", "Room 301", 1)


def test_one_room_alone_and_a_class_that_is_not_there() -> None:
    """One class prints one sheet; an id of elsewhere prints nobody."""
    home = ClassFact(ClassId("home"), "Home", "homeroom", "Room 1")
    facts = school([person(1), person(2)], [home], [("home", "p1", "student")])
    (sheet,) = sheets_of(facts, ANY_LETTER, rooms="homerooms", class_id=ClassId("home"))
    assert [line.number for line in sheet.lines] == ["student-0001"]
    assert sheets_of(facts, ANY_LETTER, rooms="homerooms", class_id=ClassId("other")) == ()


def test_what_is_known_of_the_day_stands_beside_the_name() -> None:
    """Attendance will come from elsewhere; the sheet already has its place."""
    home = ClassFact(ClassId("home"), "Home", "homeroom", "Room 1")
    facts = school([person(1)], [home], [("home", "p1", "student")])
    (sheet,) = sheets_of(facts, ANY_LETTER, rooms="homerooms", notes={PersonId("p1"): "off site"})
    assert sheet.lines[0].note == "off site"


def test_rooms_stand_in_the_order_that_people_walk() -> None:
    """Room 9 comes before Room 10."""
    classes = [
        ClassFact(ClassId(room), room, "homeroom", room) for room in ("Room 10", "Room 9", "")
    ]
    rows = [(one.class_id, "p1", "student") for one in classes]
    sheets = sheets_of(school([person(1)], classes, rows), ANY_LETTER, rooms="homerooms")
    assert [sheet.room for sheet in sheets] == ["Room 9", "Room 10", ""]


# --- letters -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Peñabrezal, Álvaro", "Łucja Brackøkvik", "Тихогорник, Алёна", "النهرأفقي, يوسف", "آیدا",
        "अनन्या", "O’Neil", "Ζωή",
    ],
)  # fmt: skip
async def test_names_in_these_scripts_print(press: TypstPress, name: str) -> None:
    """Accents, Cyrillic, Greek, Arabic, Persian and Devanagari are on the paper itself."""
    printable = press.letters.printable(name)
    assert printable is not None
    (text,) = pages_of(await press.sheets(document(named(printable)), NOW))
    # Letters are compared: in a right-to-left line extraction may turn their order.
    assert set(printable) - set(" ,") <= set(text)


@pytest.mark.parametrize("name", ["云桥安琪", "솔마루", "שלום", "Ada 安", "ነጋ", "Ada 💥"])
async def test_a_script_without_letters_is_said_on_the_sheet(press: TypstPress, name: str) -> None:
    """A name that cannot be printed is not dropped: its line has the number, the sheet says so."""
    home = ClassFact(ClassId("home"), "Home", "homeroom", "Room 1")
    facts = school([person(1, name, family=name)], [home], [("home", "p1", "student")])
    (sheet,) = sheets_of(facts, press.letters, rooms="homerooms")
    assert (sheet.lines[0].name, sheet.unprintable) == ("", 1)
    (text,) = pages_of(await press.sheets(document(sheet), NOW))
    assert "#student-0001" in text
    assert "has no letters for" in text.replace("\n", " ")
    assert "no puede imprimir" in text.replace("\n", " ")


@given(name=st.text(max_size=30))
def test_any_name_prints_or_is_known_not_to(press: TypstPress, name: str) -> None:
    """What passes as printable holds only letters that a shipped font has."""
    printable = press.letters.printable(name)
    if printable is not None:
        seen = printable.replace(" ", "")
        assert all(ord(mark) in press.letters.points for mark in seen)
        assert not any(unicodedata.category(mark) in ("Cc", "Cs", "Co", "Cn") for mark in seen)


def test_a_mark_that_turns_a_name_around_is_left_out(press: TypstPress) -> None:
    """An invisible character must not make one name look like another on paper."""
    assert press.letters.printable("Ada\u202eTestling\u2066 \u200fAsh\t") == "AdaTestling Ash"
    assert press.letters.printable("Ada \ue000") is None


@pytest.mark.parametrize(
    "name",
    ["#include", "$x$", "*Ada* _b_", "[a](b)", "@ref <label>", "\\u{41} `raw`", "// a", "#let"],
)  # fmt: skip
async def test_a_name_is_text_and_never_code(press: TypstPress, name: str) -> None:
    """A name from a file can neither run in the typesetter nor break a whole school's paper."""
    printable = press.letters.printable(name)
    assert printable is not None
    (text,) = pages_of(await press.sheets(document(named(printable)), NOW))
    assert printable in text


def test_what_is_no_font_is_refused() -> None:
    """A broken font file stops the start, not the print at night."""
    for broken in (b"", b"\0" * 40, b"no font at all, but long enough to be read as one"):
        with pytest.raises(ValueError, match="font"):
            letters_of([broken])


def test_shipped_fonts_are_the_recorded_bytes() -> None:
    """Every font is listed with version, licence and a SHA-256 that holds; under 2 MB in all."""
    recorded = json.loads((FONTS / "VENDORED.json").read_text())
    files = {path.name: path.read_bytes() for path in FONTS.glob("*.ttf")}
    assert files.keys() == recorded.keys()
    for name, facts in recorded.items():
        assert hashlib.sha256(files[name]).hexdigest() == facts["sha256"]
        assert facts["version"]
        assert facts["licence"] == "OFL-1.1"
        assert "SIL OPEN FONT LICENSE" in (FONTS / facts["licence_file"]).read_text()
    assert sum(map(len, files.values())) < 2_000_000


# --- the documents -----------------------------------------------------------------------------


async def test_a_sheet_has_what_a_teacher_needs(press: TypstPress) -> None:
    """Date, school, room, teacher, five columns, extra lines, telephone, version and time."""
    (text,) = pages_of(await press.sheets(document(named("Testling, Kim")), NOW))
    for wanted in (
        "Lincoln Test School", "2026-03-04", "Room 9", "Grade 3 A", "Ash Fernmoor", "Testling, Kim",
        "Here", "Absent", "Elsewhere", "Injured", "Missing", "Aquí", "Ausente", "+4",
        "202 555 0100", "2026-03-04 09:05", "No tick means unknown",
    ):  # fmt: skip
        assert wanted in text, wanted
    assert "DRILL" not in text


async def test_a_class_of_usual_size_keeps_to_one_page(press: TypstPress) -> None:
    """A teacher carries one sheet a room."""
    for size in (1, 25, 30):
        names = [f"Testling{at}, Kim" for at in range(size)]
        assert len(pages_of(await press.sheets(document(named(*names)), NOW))) == 1, size


async def test_each_room_begins_a_page_and_a_long_one_repeats_its_head(press: TypstPress) -> None:
    """Two rooms never share a sheet, and every page of a long list says what its columns are."""
    long = named(*(f"Testling{at:03}, Kim" for at in range(70)), room="Gym")
    pages = pages_of(await press.sheets(document(named("Ash, Bo"), long), NOW))
    assert "Room 9" in pages[0]
    assert "Testling" not in pages[0]
    for page in pages[1:-1]:
        assert "Missing" in page
    assert "Testling069" in "".join(pages[1:])


async def test_an_empty_school_prints_a_page_that_says_so(press: TypstPress) -> None:
    """No roster is no reason for a broken file."""
    (text,) = pages_of(await press.sheets(document(phone=""), NOW))
    assert "Nobody is on the roster" in text


@pytest.mark.parametrize("kind", ["sheets", "reunification", "status"])
async def test_every_page_of_a_drill_says_so_and_no_other_does(
    press: TypstPress, kind: str
) -> None:
    """A drill's paper that stays in a drawer is never taken for the real thing, nor the reverse."""
    for drill in (True, False):
        if kind == "sheets":
            pdf = await press.sheets(
                document(named("Ash, Bo"), named("Bell, Cy"), drill=drill), NOW
            )
        else:
            cards = CardSet(school="Lincoln Test School", count=3, drill=drill)
            pdf = await getattr(press, kind)(cards, NOW)
        said = ["DRILL" in page for page in pages_of(pdf)]
        assert said == [drill] * len(said)
        title = pypdf.PdfReader(io.BytesIO(pdf)).metadata
        assert title is not None
        assert ("DRILL" in str(title.title)) is drill


async def test_reunification_cards_have_the_fields_of_the_method(press: TypstPress) -> None:
    """Both parts, both languages, two cards a page; the stub repeats name and grade."""
    pages = pages_of(await press.reunification(CardSet(school="L", count=3, drill=False), NOW))
    assert len(pages) == 2
    flat = " ".join(pages[0].split())
    for field in (
        "Student’s name", "Grade", "Student’s phone", "Name of the person picking up",
        "Relationship", "Signature", "Photo ID matches", "Nombre del estudiante", "Firma",
        "Comfortable leaving with this adult", "initials", "tear here",
    ):  # fmt: skip
        assert flat.count(field) >= 2, field
    assert flat.count("Student’s name") == flat.count("Grado") == 4


async def test_status_cards_come_as_green_red_and_medical(press: TypstPress) -> None:
    """A set has one card of each, and each says that a Lockdown does not use it."""
    pages = pages_of(await press.status(CardSet(school="L", count=2, drill=False), NOW))
    assert [page.strip().split()[0] for page in pages] == ["OK", "HELP", "MED"] * 2
    assert all("Not used in a Lockdown" in page for page in pages)


@pytest.mark.parametrize("kind", ["sheets", "reunification", "status"])
async def test_the_pdf_is_tagged_as_pdf_ua(press: TypstPress, kind: str) -> None:
    """A screen reader finds structure, title, language and the claim of PDF/UA-1."""
    if kind == "sheets":
        pdf = await press.sheets(document(named("Ash, Bo")), NOW)
    else:
        pdf = await getattr(press, kind)(CardSet(school="L", count=1, drill=False), NOW)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert str(root["/Lang"]) == "en"
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[index]
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()  # type: ignore[union-attr]


async def test_no_font_of_the_machine_is_used(press: TypstPress) -> None:
    """The same paper on every machine: only shipped fonts are in the file."""
    pdf = await press.sheets(document(named("Ash, Bo", "النهرأفقي", "अनन्या")), NOW)
    fonts = set()
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            fonts.add(str(font.get_object()["/BaseFont"]).partition("+")[2])
    assert fonts
    assert all(name.startswith("NotoSans") for name in fonts)


async def test_a_text_that_cannot_be_tagged_still_prints(press: TypstPress) -> None:
    """Untagged paper is better than none: one bad letter costs no school its set."""
    pages = pages_of(await press.sheets(document(named("Ash, Bo", "安琪")), NOW))
    assert "Ash, Bo" in pages[0]


# --- by night ----------------------------------------------------------------------------------

CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2026-03-04T10:59", "2026-03-03"),
        ("2026-03-04T11:00", "2026-03-04"),
        ("2026-03-05T04:00", "2026-03-04"),
        # The hour that is left out when the clocks go forward: 05:00 comes at 10:00 UTC that day.
        ("2026-03-08T09:59", "2026-03-07"),
        ("2026-03-08T10:00", "2026-03-08"),
    ],
)
def test_a_schools_day_begins_at_its_own_hour(utc: str, day: str) -> None:
    """05:00 is the school's 05:00, on both sides of a change of the clocks."""
    now = dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    assert day_of(now, CHICAGO, dt.time(5)) == dt.date.fromisoformat(day)


def test_printed_once_a_day_and_again_when_the_roster_changed() -> None:
    """Neither a restart nor a clock that was set back prints the same set twice."""
    day = dt.date(2026, 3, 4)
    assert not due(day, 0, None)
    assert due(day, 1, None)
    assert not due(day, 1, LastPrint(day, 1))
    assert due(day, 2, LastPrint(day, 1))
    assert due(day + dt.timedelta(days=1), 1, LastPrint(day, 1))
    assert not due(day - dt.timedelta(days=1), 2, LastPrint(day, 1))


@given(st.integers(0, 366 * 24 * 60), st.times())
def test_the_day_is_the_last_that_began(minutes: int, at: dt.time) -> None:
    """At any minute of a year a set is due for today, or for yesterday before the hour."""
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
    there = now.astimezone(CHICAGO)
    behind = there.date() - day_of(now, CHICAGO, at)
    assert behind == dt.timedelta(days=0 if there.time() >= at else 1)


def test_a_week_is_kept() -> None:
    """Today's set and those of six days before it."""
    assert oldest_kept(dt.date(2026, 3, 8)) == dt.date(2026, 3, 2)


def test_templates_are_part_of_the_package() -> None:
    """An installation from a wheel can print: templates and fonts are declared as its data."""
    declared = (Path(__file__).parents[2] / "pyproject.toml").read_text()
    assert '"**/*.typ"' in declared
    assert '"**/*.ttf"' in declared


def test_the_roster_itself_does_not_load_the_typesetter() -> None:
    """What the typesetter remembers of each document goes with a process of its own."""
    asked = "import sys, services.roster.wiring; print('typst' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
