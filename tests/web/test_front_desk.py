"""The front desk's pages and the kiosk over a real roster: who may, what is shown, what is not."""

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from schemas.actions import ActionKind
from schemas.identifiers import PersonId
from schemas.identity import PersonRevoked
from schemas.incident import ActionCall, Declare
from schemas.roster_site import EndKiosk
from schemas.vocabulary import Actor, Role
from services.web.routes.rendering import Templates
from tests.chassis_fixtures import Databases
from tests.roster.desk import PIN
from tests.roster.test_site_people import picture
from tests.web.front_desk import FrontDesk, front_desk

OFFICE_PAGES = (
    "/visitors",
    "/visitors/notices",
    "/visitors/log.csv",
    "/visitors/flagged",
    "/visitors/substitutes",
    "/visitors/substitutes/folders",
    "/visitors/anything/badge",
    "/visitors/anything/photo",
)
OFFICE_FORMS = (
    "/visitors",
    "/visitors/out",
    "/visitors/settings",
    "/visitors/itinerant",
    "/visitors/kiosk",
    "/visitors/kiosk/end",
    "/visitors/flagged",
    "/visitors/flagged/lift",
    "/visitors/substitutes",
    "/visitors/substitutes/code",
    "/visitors/substitutes/end",
    "/visitors/substitutes/folders",
    "/visitors/anything/decide",
)
KIOSK_PAGES = ("/kiosk", "/kiosk/in", "/kiosk/out", "/kiosk/hosts?find=mo", "/kiosk/state")


@pytest.fixture
async def front(database: Databases, tmp_path: Path, pages: Templates) -> AsyncIterator[FrontDesk]:
    async with front_desk(await database("roster"), tmp_path, pages) as opened:
        yield opened


@pytest.mark.parametrize("role", ["teacher", "staff", "sro", "it", "screen"])
async def test_the_desk_is_closed_to_other_roles(front: FrontDesk, role: Role) -> None:
    """Only office, principal and administrator open a page or a form of the desk."""
    other = front.person(role, person="other-1")
    for path in OFFICE_PAGES:
        assert (await front.get(path, other)).status == 403, path
    for path in OFFICE_FORMS:
        assert (await front.post(path, other, {"form": "", "op": "op-1234567"})).status == 403, path
    assert (await front.desk.book()).visits == ()


async def test_a_kiosk_opens_its_own_rows_and_no_other(front: FrontDesk) -> None:
    """Whoever types another address at the kiosk is asked to sign in; nothing is listed."""
    kiosk, told = await front.kiosk(), await front.desk.comes("Rowan Quillfeather")
    for path in (*OFFICE_PAGES, "/office", "/people", "/wall", "/phone", "/confirm-school"):
        shown = await front.get(path.replace("anything", told.visit), kiosk)
        assert (shown.status, shown.location[:8]) == (303, "/sign-in"), path
    for path in ("names", "roster", "on-site", "visits/waiting", "incidents"):
        shown = await front.get(f"/api/v1/schools/{front.desk.school}/{path}", kiosk)
        assert shown.status in (401, 404), path
    for path in KIOSK_PAGES:
        shown = await front.get(path, kiosk)
        assert shown.status == 200, path
        assert "Quillfeather" not in shown.text
        # And a person's own session is no kiosk.
        assert (await front.get(path, front.person("office"))).status == 303, path


async def test_hosts_at_the_kiosk_are_staff_and_few(front: FrontDesk) -> None:
    """Two letters of a member of staff's name; no student, and never the whole list."""
    kiosk = await front.kiosk()
    assert "Morgan Oakes" in (await front.get("/kiosk/hosts?find=mo", kiosk)).text
    for wanted in ("", "o", "fern", "ash", "%", " "):
        assert (await front.get(f"/kiosk/hosts?find={wanted}", kiosk)).text == "[]", wanted


async def test_every_reason_to_wait_looks_the_same_at_the_kiosk(front: FrontDesk) -> None:
    """Byte for byte: a flagged person learns nothing from the screen that others are shown too."""
    kiosk = await front.kiosk()
    await front.desk.flag("Rowan Quillfeather")
    shown = []
    for name, host, checks in (
        ("Rowan Quilfeather", "morgan", "0"),
        ("Alice Sample", "nobody of this name", "0"),
        ("Alice Sample", "morgan", "100"),
    ):
        office = front.person("office")
        saved = await front.press(
            "/visitors", "/visitors/settings", office, keep_days="365", check_percent=checks
        )
        assert saved.status == 303
        sent = await front.press("/kiosk/in", "/kiosk/in", kiosk, name=name, host=host)
        assert (sent.status, sent.location, sent.text) == (303, "/kiosk/wait", "")
        shown.append((await front.get("/kiosk/wait", kiosk)).text)
    assert shown[0] == shown[1] == shown[2]
    assert "Please wait for the front office" in shown[0]
    reasons = {visit.wait_reason for visit in await front.desk.waiting()}
    assert reasons == {"flagged", "host_not_found", "random_check"}


async def test_a_double_tap_at_the_kiosk_is_one_visitor(front: FrontDesk) -> None:
    """The same drawn form twice is the same act, with the same screen after it."""
    kiosk = await front.kiosk()
    fields = front.drawn((await front.get("/kiosk/in", kiosk)).text, "/kiosk/in")
    for _ in range(2):
        sent = await front.post("/kiosk/in", kiosk, fields | {"name": "Alice Sample"})
        assert (sent.status, sent.location) == (303, "/kiosk/done")
    assert len((await front.desk.book()).visits) == 1


async def test_a_badge_signs_out_at_the_kiosk_and_a_wrong_code_says_nothing(
    front: FrontDesk,
) -> None:
    """The kiosk names nobody, neither for a right code nor for a wrong one."""
    kiosk, told = await front.kiosk(), await front.desk.comes("Rowan Quillfeather")
    wrong = await front.press("/kiosk/out", "/kiosk/out", kiosk, code="ABCD-EFGH-JKMN")
    assert wrong.status == 400
    assert "This code is not signed in." in wrong.text
    code = (await front.desk.visit(told.visit)).badge_code
    right = await front.press("/kiosk/out", "/kiosk/out", kiosk, code=code)
    assert (right.status, right.location) == (303, "/kiosk/left")
    assert "Quillfeather" not in wrong.text + (await front.get("/kiosk/left", kiosk)).text
    assert (await front.desk.visit(told.visit)).state == "out"


async def test_a_kiosk_ends_by_pin_by_the_office_and_with_its_opener(front: FrontDesk) -> None:
    """A screen that nobody answers for any more signs nobody in."""
    one, two, three = await front.kiosk(), await front.kiosk(), await front.kiosk()
    assert (await front.press("/kiosk/leave", "/kiosk/leave", one, pin="0000")).status == 400
    left = await front.press("/kiosk/leave", "/kiosk/leave", one, pin=PIN)
    assert (left.status, left.location) == (303, "/sign-in")
    assert (await front.get("/kiosk", one)).location == "/sign-in"
    kiosks = [kiosk.kiosk for kiosk in (await front.desk.book()).kiosks]
    assert len(kiosks) == 2
    for kiosk in kiosks[:1]:
        await front.desk.send(EndKiosk, kiosk=kiosk)
    states = [(await front.get("/kiosk/state", token)).text for token in (two, three)]
    assert sorted(states) == ['{"state":"ended"}', '{"state":"open"}']
    revoked = PersonRevoked(person=PersonId("office-1"), before=front.web.now)
    front.web.book.apply(front.desk.school, front.web.now, revoked)
    assert (await front.get("/kiosk", three)).location[:8] == "/sign-in"


async def declared(front: FrontDesk, kind: ActionKind) -> None:
    action = ActionCall(kind=kind)
    actor = Actor(person=PersonId("office-1"), roles=("office",), device="desk")
    declare = Declare(
        op_id="op-declared", school=front.desk.school, actor=actor, mode="live", action=action
    )
    await front.web.incident.send(declare, 1.0)


async def test_a_kiosk_is_black_in_a_live_lockdown_and_closed_in_other_incidents(
    front: FrontDesk,
) -> None:
    """A public screen in the entrance shows nothing of what goes on, and takes nobody in."""
    kiosk = await front.kiosk()
    await declared(front, "lockdown")
    black = await front.get("/kiosk/in", kiosk)
    assert "kiosk--black" in black.text
    assert "<h1" not in black.text
    assert "<form" not in black.text
    front.web.incident.schools.clear()
    front.web.incident._answers.clear()
    await declared(front, "secure")
    calm = await front.get("/kiosk", kiosk)
    assert "Please follow the directions of the staff" in calm.text
    assert 'href="/kiosk/in"' not in calm.text


async def test_the_office_reads_who_waits_and_decides(front: FrontDesk) -> None:
    """Who, where, when and why; as text, whatever was typed; the decision carries the person."""
    kiosk, office = await front.kiosk(), front.person("office")
    await front.desk.flag("Robert <b>Fernmoor</b>")
    await front.press("/kiosk/in", "/kiosk/in", kiosk, name="Bob <b>Fernmoor</b>", host="morgan")
    for page in ("/office", "/visitors", "/visitors/notices"):
        html = (await front.get(page, office)).text
        assert "1 person waits for the front office" in html, page
        assert "Bob &lt;b&gt;Fernmoor&lt;/b&gt;" in html
        assert "<b>Fernmoor" not in html
        assert "Main entrance" in html
        assert "It may be someone else" in html
    [waits] = await front.desk.waiting()
    action = f"/visitors/{waits.id}/decide"
    decided = await front.press("/office", action, office, decision="turn_away", back="/office")
    assert (decided.status, decided.location) == (303, "/office")
    assert "waits for the front office" not in (await front.get("/office", office)).text
    log = (await front.get("/visitors", office)).text
    assert "turned away by <bdi>Dana Sample</bdi>" in " ".join(log.split())


async def test_notices_are_for_the_desk_and_silent_in_a_lockdown(front: FrontDesk) -> None:
    """A teacher's page polls nothing; in a live Lockdown no screen reader is made to speak."""
    await front.desk.flag("Rowan Quillfeather")
    await front.desk.comes("Rowan Quillfeather")
    teacher = front.person("teacher", person="t")
    assert 'id="notices"' not in (await front.get("/confirm-school", teacher)).text
    office = front.person("office")
    assert "data-silent" not in (await front.get("/visitors/notices", office)).text
    await declared(front, "lockdown")
    assert "data-silent" in (await front.get("/visitors/notices", office)).text


async def test_an_open_incident_names_who_else_is_on_site(front: FrontDesk) -> None:
    """Command knows of visitors and contractors, and of yesterday's who never signed out."""
    await front.desk.comes("Rowan Quillfeather", visit_kind="contractor")
    await front.desk.comes("Alice Sample")
    await declared(front, "secure")
    html = " ".join((await front.get("/incident", front.person("office"))).text.split())
    assert "<b>1 visitor, 1 contractor</b>" in html
    assert "<bdi>Rowan Quillfeather</bdi>" in html


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝"])
async def test_the_csv_runs_nothing(front: FrontDesk, start: str) -> None:
    """A name that is a formula is a text in every spreadsheet."""
    await front.desk.comes(f'{start}cmd|"x"!A1', organisation="Line one, two")
    answer = await front.get("/visitors/log.csv", front.person("office"))
    [head, row] = csv.reader(io.StringIO(answer.text.lstrip("\ufeff")))
    assert dict(zip(head, row, strict=True))["name"] == f'\'{start}cmd|"x"!A1'


async def test_a_sign_in_at_the_desk_shows_a_badge_with_the_photo(front: FrontDesk) -> None:
    """Name, host, kind, VISITOR and a code to scan; the picture is shown to the desk only."""
    office = front.person("office")
    sent = await front.press(
        "/visitors", "/visitors", office, picture(), name="Zoë Sample", host="Morgan Oakes",
        visit_kind="volunteer",
    )  # fmt: skip
    assert sent.status == 303, sent.text
    badge = (await front.get(sent.location, office)).text
    for said in ("VISITOR", "Zoë Sample", "Morgan Oakes", "Volunteer", "<svg", "/photo"):
        assert said in badge.split("<main")[1], said
    photo = await front.get(sent.location.replace("badge", "photo"), office)
    assert photo.status == 200
    assert (await front.get("/visitors/unknown/badge", office)).status == 404


async def test_a_bad_photo_loses_nothing_that_was_typed(front: FrontDesk) -> None:
    """The kiosk says what is wrong in words and keeps the form; nobody is signed in half."""
    kiosk = await front.kiosk()
    sent = await front.press("/kiosk/in", "/kiosk/in", kiosk, b"GIF89a no photo", name="Al Sample")
    assert sent.status == 400
    assert "The photo cannot be used." in sent.text
    assert 'value="Al Sample"' in sent.text
    assert (await front.desk.book()).visits == ()


async def test_an_upload_without_our_mark_is_not_read(front: FrontDesk) -> None:
    """A stranger's form is refused before its file is looked at."""
    sent = await front.post(
        "/visitors", front.person("office"), {"form": "made-up", "op": "op-1234567", "name": "X"}
    )
    assert sent.status == 403
    unmarked = await front.post("/visitors", front.person("office"), {"name": "X"})
    assert unmarked.status == 400
    assert (await front.desk.book()).visits == ()


async def test_someone_confirms_their_own_school_only(front: FrontDesk) -> None:
    """One tap says where one is; a school without a role there is not to be had."""
    wren = front.person("teacher", person=front.desk.staff["Wren"], name="Wren Oakes")
    page = (await front.get("/confirm-school", wren)).text
    assert page.count("not said yet") == 2
    fields = front.drawn(page, "/confirm-school")
    done = await front.post("/confirm-school", wren, fields | {"school": front.desk.school})
    assert done.status == 303
    assert [one.said for one in (await front.desk.book()).itinerant] == ["here"]
    foreign = fields | {"school": front.desk.second, "op": "op-for-another"}
    assert (await front.post("/confirm-school", wren, foreign)).status == 404


async def test_a_code_and_a_sheet_for_a_substitute(front: FrontDesk) -> None:
    """The office adds, issues and prints; the sheet's secret is in the fragment."""
    office, home = front.person("office"), "/visitors/substitutes"
    added = await front.press(
        home, home, office, name="Sol Sample", first_day="2026-09-15", room="Room 9"
    )
    assert added.status == 303, added.text
    issued = await front.press(home, f"{home}/code", office)
    assert issued.status == 303
    assert 'class="daycode"' in (await front.get(home, office)).text
    sheet = (await front.get(f"{home}/folders", office)).text
    assert "Room 9" in sheet
    assert "<svg" in sheet
    assert (await front.press(f"{home}/folders", f"{home}/folders", office)).status == 303
    assert "sheet 2" in (await front.get(f"{home}/folders", office)).text


@pytest.mark.parametrize("path", ["/visitors", "/visitors/flagged", "/visitors/substitutes"])
async def test_the_desk_speaks_spanish(front: FrontDesk, path: str) -> None:
    """Every page of the desk has its own words in Spanish."""
    spanish = (await front.get(path, front.person("office"), "es")).text
    assert '<html lang="es"' in spanish
    english = (await front.get(path, front.person("office"))).text
    assert english.split("<h1>")[1][:12] != spanish.split("<h1>")[1][:12]
