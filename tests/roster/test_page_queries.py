"""Search, data quality and paper over HTTP on a real database."""

import asyncio
import datetime as dt
import io
import stat
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import pypdf
import pytest

from schemas.identifiers import ClassId, SchoolId
from schemas.replies import Reply
from schemas.roster import SetLinkRights
from schemas.roster_pages import (
    FoundPeople,
    PaperState,
    Printed,
    PrintPaper,
    QualityReport,
    SetPaper,
)
from schemas.vocabulary import Actor
from services.chassis.commands import ProblemError
from tests.chassis_fixtures import Databases
from tests.roster.packages import CLASSES, ENROLLMENTS, ORGS, USERS_11, package_11
from tests.roster.running import OFFICE, TEACHER, Running, running

DAY = dt.timedelta(days=1)


@pytest.fixture
async def service(database: Databases, tmp_path: Path) -> AsyncIterator[Running]:
    """Looks for sheets that are due many times a second."""
    async with running(await database("roster"), tmp_path) as service:
        await service.stop()
        service.settings = msgspec.structs.replace(service.settings, paper_pause=0.02)
        await service.start()
        yield service


def row(source_id: str, role: str, given: str, family: str, **more: str) -> str:
    """A row of users.csv 1.1."""
    return (
        f"{source_id},,,true,{more.get('org', 's')},{role},{source_id},,{given},{family},,"
        f"{more.get('identifier', '')},{more.get('email', '')},{more.get('sms', '')},,"
        f'"{more.get("agents", "")}",03,\n'
    )


def two_schools() -> dict[str, str]:
    """Lincoln with a class of three, and Cedar with one student of the same name."""
    return package_11() | {
        "orgs.csv": ORGS + "s,,,Lincoln,school,,\nc,,,Cedar,school,,\n",
        "users.csv": USERS_11
        + row("t1", "teacher", "Tess", "Ashwick")
        + row("k1", "student", "José", "Fernmoor", agents="g1", identifier="4711")
        + row("k2", "student", "Zoë", "Testling")
        + row("k3", "student", "安琪", "云桥")
        + row("g1", "parent", "William", "Fernmoor", sms="911", agents="k1")
        + row("x1", "student", "José", "Fernmoor", org="c"),
        "classes.csv": CLASSES
        + "c1,,,Grade 3 A,03,,,homeroom,Room 9,s,,,,\nc2,,,Cedar 1,03,,,homeroom,Room 1,c,,,,\n",
        "enrollments.csv": ENROLLMENTS
        + "e1,,,c1,s,k1,student,,,\ne2,,,c1,s,k2,student,,,\ne3,,,c1,s,k3,student,,,\n"
        + "e4,,,c1,s,t1,teacher,true,,\ne5,,,c2,c,x1,student,,,\n",
    }


async def find(service: Running, school: str, **asked: Any) -> FoundPeople:
    return await service.client.get("/find", FoundPeople, school=school, **asked)


async def test_everyone_of_a_school_is_found_by_name_and_number(service: Running) -> None:
    """Students, staff and guardians, by nickname, slip and number, with the reason."""
    await service.take(two_schools())
    lincoln = (await service.school("Lincoln")).id
    for text, kind, given, why in (
        ("fernmoor jose", "student", "José", "exact"),
        ("pepe", "student", "José", "nickname"),
        ("bill fernmor", "guardian", "William", "similar"),
        ("tes ash", "staff", "Tess", "prefix"),
        ("4711", "student", "José", "identifier"),
        ("k2", "student", "Zoë", "identifier"),
    ):
        found = await find(service, lincoln, text=text)
        assert [(one.kinds, one.given, one.why) for one in found.people][:1] == [
            ((kind,), given, why)
        ], text
    assert (await find(service, lincoln, text="pepe")).people[0].homeroom is not None


async def test_another_schools_people_are_never_found(service: Running) -> None:
    """A search at one school shows nobody of another, by name, by number or as a list."""
    await service.take(two_schools())
    lincoln, cedar = [await service.school(name) for name in ("Lincoln", "Cedar")]
    for text in ("jose fernmoor", "x1", ""):
        found = await find(service, lincoln.id, text=text)
        assert {one.school for one in found.people} <= {lincoln.id}
    assert (await find(service, cedar.id)).total == 1
    both = await service.client.get(
        "/find", FoundPeople, reach=f"{lincoln.id},{cedar.id},nowhere", text="jose"
    )
    assert {one.school for one in both.people} == {lincoln.id, cedar.id}
    assert both.versions.keys() == {lincoln.id, cedar.id}
    for path, kind in (("/find", FoundPeople), ("/quality", QualityReport), ("/paper", PaperState)):
        with pytest.raises(ProblemError) as refused:
            await service.client.get(path, kind, school="nowhere")
        assert refused.value.status == 404


async def test_a_new_version_replaces_the_index(service: Running) -> None:
    """Who arrived with the last import is found at once, who left is not."""
    await service.take(two_schools())
    lincoln = (await service.school("Lincoln")).id
    assert (await find(service, lincoln, text="zoe")).total == 1
    changed = two_schools()
    changed["users.csv"] = changed["users.csv"].replace("Zoë,Testling", "Wren,Testling")
    await service.take(changed, allow_removals=True)
    assert (await find(service, lincoln, text="zoe")).total == 0
    assert (await find(service, lincoln, text="wren")).people[0].family == "Testling"


async def test_bad_questions_are_refused_with_a_reason(service: Running) -> None:
    """What cannot be asked is said, and nothing of the question is repeated."""
    await service.take(two_schools())
    lincoln = (await service.school("Lincoln")).id
    asked: list[dict[str, Any]] = [
        {"school": ""},
        {"school": lincoln, "kinds": "student,wizard"},
        {"school": lincoln, "limit": "-1"},
        {"school": lincoln, "offset": "x"},
        {"reach": ",".join(f"school-{at}" for at in range(300))},
        {"reach": "a\u0000b"},
    ]
    for query in asked:
        with pytest.raises(ProblemError) as refused:
            await service.client.get("/find", FoundPeople, **query)
        assert (refused.value.status, refused.value.code) == (400, "bad_query")
        assert "wizard" not in refused.value.detail


async def test_the_quality_report_reads_the_tables(service: Running) -> None:
    """A right that the office takes away shows at once: no import is needed."""
    await service.take(two_schools())
    lincoln = (await service.school("Lincoln")).id
    before = await service.client.get("/quality", QualityReport, school=lincoln)
    counts = {issue.code: issue.count for issue in before.issues}
    assert counts["student_without_guardian"] == 2
    assert counts["number_cannot_text"] == counts["staff_without_email"] == 1
    assert counts["student_unreachable"] == 1
    found = await find(service, lincoln, text="fernmoor")
    student, guardian = (
        next(one.id for one in found.people if kind in one.kinds)
        for kind in ("student", "guardian")
    )
    await service.client.send(
        SetLinkRights(
            op_id=service.op(), school=lincoln, actor=OFFICE, guardian=guardian, student=student,
            message=False, routine=False,
        )
    )  # fmt: skip
    after = await service.client.get(
        "/quality", QualityReport, school=lincoln, code="student_without_messages"
    )
    (issue,) = after.issues
    assert [item.people for item in issue.items] == [(student,)]
    assert after.version == before.version


async def order(service: Running, **asked: object) -> Printed:
    school = (await service.school("Lincoln")).id
    wanted = PrintPaper(school=school, **asked)  # type: ignore[arg-type]
    return await service.client.post("/paper", wanted, Printed)


def text_of(pdf: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return "\n".join(page.extract_text() for page in reader.pages)


async def test_sheets_and_cards_over_http(service: Running) -> None:
    """All rooms with whom they hold, one room, blank cards, and nobody of another school."""
    await service.take(two_schools())
    lincoln = await service.snapshot("Lincoln")
    every = await order(service, kind="sheets")
    text = text_of(every.pdf)
    assert (every.sheets, every.unprintable, every.version) == (2, 1, 1)
    for wanted in ("Room 9", "Fernmoor, José", "Testling, Zoë", "#k3", "Ashwick, Tess"):
        assert wanted in text
    assert "Cedar" not in text
    one = await order(service, kind="sheets", class_id=lincoln.classes[0].id)
    assert one.sheets == 1
    assert "DRILL" in text_of((await order(service, kind="reunification", drill=True)).pdf)
    cedar = await service.snapshot("Cedar")
    with pytest.raises(ProblemError) as refused:
        await order(service, kind="sheets", class_id=cedar.classes[0].id)
    assert refused.value.status == 404
    with pytest.raises(ProblemError) as refused:
        await service.client.post("/paper", b'{"school": "x", "kind": "poster"}', Printed)
    assert (refused.value.status, refused.value.code) == (400, "bad_request")


async def set_paper(service: Running, actor: Actor, at: str = "05:00", phone: str = "") -> Reply:
    school = (await service.school("Lincoln")).id
    command = SetPaper(op_id=service.op(), school=school, actor=actor, at=at, office_phone=phone)
    return await service.client.send(command)


async def test_the_office_sets_hour_and_number(service: Running) -> None:
    """The number stands on every sheet; a teacher sets neither, and the log tells of it once."""
    await service.take(two_schools())
    lincoln = (await service.school("Lincoln")).id
    refused = await set_paper(service, TEACHER)
    assert (refused.status, refused.code) == ("refused", "not_allowed")
    command = SetPaper(
        op_id=service.op(), school=lincoln, actor=OFFICE, at="04:30", office_phone="202 555 0100"
    )
    first, again = [await service.client.send(command) for _ in range(2)]
    assert first == again
    assert first.status == "accepted"
    state = await service.client.get("/paper", PaperState, school=lincoln)
    assert (state.at, state.office_phone) == ("04:30", "202 555 0100")
    assert "202 555 0100" in text_of((await order(service, kind="sheets")).pdf)
    assert (await service.events(lincoln)).count("roster.paper_set.v1") == 1
    with pytest.raises(ProblemError):
        await service.client.send(
            SetPaper(op_id=service.op(), school=lincoln, actor=OFFICE, at="25:00")
        )
    elsewhere = SetPaper(op_id=service.op(), school=SchoolId("nowhere"), actor=OFFICE, at="05:00")
    assert (await service.client.send(elsewhere)).code == "unknown_school"


async def printed(service: Running, count: int) -> PaperState:
    """The school's paper once so many sets are there."""
    school = (await service.school("Lincoln")).id
    async with asyncio.timeout(30):
        while True:
            state = await service.client.get("/paper", PaperState, school=school)
            if len(state.files) >= count:
                return state
            await asyncio.sleep(0.02)


def private_and_whole(path: str) -> None:
    """Only this user reads the file and its two folders; it is a PDF with the names."""
    file = Path(path)
    modes = [stat.S_IMODE(one.stat().st_mode) for one in (file, *file.parents[:2])]
    assert modes == [0o600, 0o700, 0o700]
    assert "Fernmoor, José" in text_of(file.read_bytes())


def changed_at(path: str) -> int:
    return Path(path).stat().st_mtime_ns


def beside(path: str, pattern: str) -> int:
    return len(list(Path(path).parent.glob(pattern)))


def there(path: str) -> bool:
    return Path(path).is_file()


async def until(fact: Callable[[], bool]) -> None:
    """Wait for what the service's own loop does."""
    async with asyncio.timeout(30):
        while not fact():  # noqa: ASYNC110 -- a file of the service
            await asyncio.sleep(0.02)


def take_away(path: str) -> None:
    Path(path).unlink()


async def looked(service: Running) -> None:
    """Wait until the night job has surely looked again: Cedar's set of a new day is there."""
    school = (await service.school("Cedar")).id
    before = (await service.client.get("/paper", PaperState, school=school)).files
    take_away(before[0].path)
    await until(lambda: there(before[0].path))


async def test_sheets_are_made_by_themselves_once_a_day_and_at_a_change(service: Running) -> None:
    """Before the first bell there is paper, private and whole; nothing is printed twice."""
    await service.take(two_schools())
    (first,) = (await printed(service, 1)).files
    private_and_whole(first.path)
    assert (first.version, first.unprintable) == (1, 1)

    # A restart and another look print nothing again.
    made = changed_at(first.path)
    await service.stop()
    await service.start()
    await looked(service)
    assert changed_at(first.path) == made
    assert len((await printed(service, 1)).files) == 1

    # A change of the roster does, and so does the next day.
    changed = two_schools()
    changed["users.csv"] = changed["users.csv"].replace("Zoë,Testling", "Wren,Testling")
    await service.take(changed, allow_removals=True)
    assert (await printed(service, 2)).files[0].version == 2
    service.clock.advance(DAY)
    newest = (await printed(service, 3)).files[0]
    assert newest.date > first.date
    assert beside(first.path, "*.part") == 0


async def test_a_week_of_sets_is_kept(service: Running) -> None:
    """Lists of children do not pile up on a disk: the eighth day takes the first away."""
    await service.take(two_schools())
    first = (await printed(service, 1)).files[0].path
    for day in range(2, 8):
        service.clock.advance(DAY)
        await printed(service, day)
    assert there(first)
    service.clock.advance(DAY)
    await until(lambda: not there(first))
    assert beside(first, "*.pdf") == 7
    assert len((await printed(service, 7)).files) == 7


async def test_a_set_that_was_taken_away_is_made_again(service: Running) -> None:
    """After a restore without the folder the path on the page still leads to a file."""
    await service.take(two_schools())
    path = (await printed(service, 1)).files[0].path
    take_away(path)
    await until(lambda: there(path))


async def test_a_school_whose_folder_fails_keeps_no_other_from_its_paper(service: Running) -> None:
    """One broken folder or disk path is one school's trouble, and ends when it is mended."""
    await service.take(two_schools())
    await printed(service, 1)
    await looked(service)
    # Cedar's turn comes first.
    assert [school.name for school in await service.schools()] == ["Cedar", "Lincoln"]
    cedar = (await service.school("Cedar")).id
    path = (await service.client.get("/paper", PaperState, school=cedar)).files[0].path
    blocked(path)
    service.clock.advance(DAY)
    await printed(service, 2)
    unblocked(path)
    folder = str(Path(path).parent)
    await until(lambda: beside(f"{folder}/any", "*.pdf") == 1)


def blocked(path: str) -> None:
    """A file stands where the school's folder was."""
    folder = Path(path).parent
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    folder.touch()


def unblocked(path: str) -> None:
    Path(path).parent.unlink()


async def test_nothing_is_printed_of_an_unknown_class(service: Running) -> None:
    """A guessed id is answered as if it did not exist."""
    await service.take(two_schools())
    with pytest.raises(ProblemError) as refused:
        await order(service, kind="sheets", class_id=ClassId("' OR 1=1"))
    assert refused.value.code == "not_found"
