"""Substitutes with their codes, itinerant staff, photos: over HTTP on a real database."""

import asyncio
import datetime as dt
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from schemas.identifiers import PersonId, SchoolId
from schemas.roster_site import (
    ConfirmSchool,
    CoverFound,
    DeskBook,
    EndSubstitute,
    IssueDayCode,
    MarkItinerant,
    MySchool,
    Picture,
    RecordSubstitute,
    RoomFolder,
    RotateRoomFolder,
    SignIn,
    StoredPhoto,
    Substitute,
    VerifyCover,
)
from schemas.vocabulary import Actor
from services.chassis.commands import ProblemError
from services.roster.store.site_photos import SIDE, NoPhoto, small_jpeg
from tests.chassis_fixtures import Databases
from tests.roster.desk import TEACHER, Desk, desk_of
from tests.roster.running import running

TODAY = dt.date(2026, 9, 15)


@pytest.fixture
async def desk(database: Databases, tmp_path: Path) -> AsyncIterator[Desk]:
    async with running(await database("roster"), tmp_path) as service:
        yield await desk_of(service)


async def substitutes(desk: Desk) -> list[Substitute]:
    return await desk.service.client.get("/substitutes", list[Substitute], school=desk.school)


async def folder(desk: Desk) -> RoomFolder:
    [found] = await desk.service.client.get("/room-folders", list[RoomFolder], school=desk.school)
    return found


async def covering(desk: Desk, *, last: dt.date = TODAY) -> Substitute:
    """A substitute for Room 9 with a code of today."""
    reply = await desk.send(
        RecordSubstitute, name="Sol Sample", first_day=TODAY, last_day=last, room="Room 9",
        teacher=desk.staff["Morgan"],
    )  # fmt: skip
    assert reply.status == "accepted", reply
    [known] = await substitutes(desk)
    assert (await desk.send(IssueDayCode, substitute=known.substitute)).status == "accepted"
    return (await substitutes(desk))[0]


async def verify(desk: Desk, token: str, code: str, school: SchoolId | None = None) -> CoverFound:
    asked = VerifyCover(school=school or desk.school, room_token=token, day_code=code)
    return await desk.service.client.post("/covers/verify", asked, CoverFound)


async def refused(desk: Desk, token: str, code: str, school: SchoolId | None = None) -> None:
    with pytest.raises(ProblemError) as error:
        await verify(desk, token, code, school)
    assert (error.value.status, error.value.code) == (403, "not_covered")


async def test_room_folder_and_day_code_open_that_rooms_classes(desk: Desk) -> None:
    """Both together say which classes, until tonight in the school's zone; typed as people type."""
    known, room = await covering(desk), await folder(desk)
    assert len(known.day_code) == 6
    typed = f" {known.day_code[:3].lower()}-{known.day_code[3:]} "
    found = await verify(desk, room.token, typed)
    snapshot = await desk.service.snapshot()
    assert found.classes == (snapshot.classes[0].id,)
    assert found.until == dt.datetime(2026, 9, 16, 4, 0, tzinfo=dt.UTC)
    await refused(desk, room.token, known.day_code, desk.second)
    await refused(desk, known.day_code, room.token)


async def test_a_code_ends_tonight(desk: Desk) -> None:
    """Yesterday's code opens nothing, also for someone who covers for a week."""
    known = await covering(desk, last=TODAY + dt.timedelta(days=5))
    room = await folder(desk)
    desk.service.clock.advance(dt.timedelta(hours=13, minutes=59))
    await verify(desk, room.token, known.day_code)
    desk.service.clock.advance(dt.timedelta(minutes=2))
    await refused(desk, room.token, known.day_code)


async def test_five_tries_are_all_there_are(desk: Desk) -> None:
    """After five wrong codes the right one is refused too, until the office issues another."""
    known, room = await covering(desk), await folder(desk)
    await asyncio.gather(*(refused(desk, room.token, f"WRNG2{n}") for n in range(2, 7)))
    [locked] = await substitutes(desk)
    assert locked.tries_left == 0
    await refused(desk, room.token, known.day_code)
    await desk.send(IssueDayCode, substitute=known.substitute)
    [fresh] = await substitutes(desk)
    assert fresh.day_code != known.day_code
    await refused(desk, room.token, known.day_code)
    assert (await verify(desk, room.token, fresh.day_code)).name == "Sol Sample"


async def test_tries_against_another_room_count_nowhere(desk: Desk) -> None:
    """Without the sheet of the room nobody can lock a substitute out."""
    await covering(desk)
    for n in range(2, 9):
        await refused(desk, "A" * 26, f"WRNG2{n}")
    assert (await substitutes(desk))[0].tries_left == 5


async def test_a_repeated_issue_is_the_same_code(desk: Desk) -> None:
    """A second press of the button does not make the code on the slip wrong."""
    known = await covering(desk)
    again = IssueDayCode(
        op_id="op-issued-twice",
        school=desk.school,
        actor=Actor(person=PersonId("office-1"), roles=("office",), device="desk"),
        substitute=known.substitute,
    )
    await desk.service.client.send(again)
    [once] = await substitutes(desk)
    await desk.service.client.send(again)
    assert await substitutes(desk) == [once]


async def test_a_rotated_folder_and_an_ended_cover_open_nothing(desk: Desk) -> None:
    """A sheet that was taken along stops working when the office says so."""
    known, room = await covering(desk), await folder(desk)
    assert (await desk.send(RotateRoomFolder, room="Room 9")).status == "accepted"
    await refused(desk, room.token, known.day_code)
    fresh = await folder(desk)
    await verify(desk, fresh.token, known.day_code)
    await desk.send(EndSubstitute, substitute=known.substitute)
    await refused(desk, fresh.token, known.day_code)
    assert (await desk.send(RotateRoomFolder, room="Room 77")).code == "unknown_room"


async def test_codes_are_stored_as_marks_only(desk: Desk) -> None:
    """A copy of the database opens no room."""
    known, room = await covering(desk), await folder(desk)
    connection = await desk.service.connect()
    async with connection.transaction():
        await connection.execute("SELECT set_config('muster.school', $1, true)", desk.school)
        said = ""
        for table in ("day_codes", "room_folders", "ops", "events", "visits"):
            said += str([dict(r) for r in await connection.fetch(f"SELECT * FROM {table}")])
    await connection.close()
    assert known.day_code not in said
    assert room.token not in said


async def test_a_cover_must_be_of_this_school(desk: Desk) -> None:
    """Neither a class nor a teacher nor a room that the roster does not know can be covered."""
    for fields in ({"room": "Room 77"}, {"teacher": PersonId("nobody")}, {"classes": ("c",)}):
        reply = await desk.send(
            RecordSubstitute, name="Sol Sample", first_day=TODAY, last_day=TODAY, **fields
        )
        assert (reply.status, reply.code) == ("refused", "unknown_cover"), fields
    turned = await desk.send(
        RecordSubstitute, name="Sol", first_day=TODAY, last_day=TODAY - dt.timedelta(days=1)
    )
    assert turned.code == "dates_turned"
    by_teacher = await desk.send(
        RecordSubstitute, actor=TEACHER, name="Sol", first_day=TODAY, last_day=TODAY
    )
    assert by_teacher.code == "not_allowed"


async def test_a_substitute_of_today_is_on_site_and_of_tomorrow_not(desk: Desk) -> None:
    """The list of adults holds who covers on that day."""
    await covering(desk)
    [adult] = (await desk.on_site()).adults
    assert (adult.kind, adult.place) == ("substitute", "Room 9")
    desk.service.clock.advance(dt.timedelta(days=1))
    assert (await desk.on_site()).adults == ()


async def said(desk: Desk, school: SchoolId) -> dict[str, str]:
    book = await desk.service.client.get("/desk", DeskBook, school=school)
    return {one.name: one.said for one in book.itinerant}


def actor_of(person: PersonId) -> Actor:
    return Actor(person=person, roles=("teacher",), device="phone")


async def test_itinerant_staff_say_where_they_are_and_nobody_guesses(desk: Desk) -> None:
    """Not said is neither here nor elsewhere; the last word of today holds, today only."""
    wren = actor_of(desk.staff["Wren"])
    assert await said(desk, desk.school) == {"Wren Oakes": "not_said"}
    assert (await desk.on_site()).adults == ()
    assert (await desk.send(ConfirmSchool, actor=wren)).status == "accepted"
    assert await said(desk, desk.school) == {"Wren Oakes": "here"}
    assert await said(desk, desk.second) == {"Wren Oakes": "elsewhere"}
    [adult] = (await desk.on_site()).adults
    assert (adult.person, adult.kind) == (desk.staff["Wren"], "itinerant")
    await desk.send(ConfirmSchool, actor=wren, school=desk.second)
    assert await said(desk, desk.school) == {"Wren Oakes": "elsewhere"}
    assert (await desk.on_site()).adults == ()
    desk.service.clock.advance(dt.timedelta(days=1))
    assert await said(desk, desk.school) == {"Wren Oakes": "not_said"}


async def test_a_late_repeat_does_not_undo_what_was_said_since(desk: Desk) -> None:
    """A phone that sends the morning's tap again in the afternoon changes nothing."""
    wren = actor_of(desk.staff["Wren"])
    morning = ConfirmSchool(op_id="op-of-the-morning", school=desk.school, actor=wren)
    await desk.service.client.send(morning)
    await desk.send(ConfirmSchool, actor=wren, school=desk.second)
    await desk.service.client.send(morning)
    assert await said(desk, desk.second) == {"Wren Oakes": "here"}
    assert await said(desk, desk.school) == {"Wren Oakes": "elsewhere"}


async def test_only_themselves_and_only_where_they_work(desk: Desk) -> None:
    """Nobody says for someone else where they are, nor at a school that is not theirs."""
    morgan = actor_of(desk.staff["Morgan"])
    reply = await desk.send(ConfirmSchool, actor=morgan, school=desk.second)
    assert (reply.status, reply.code) == ("refused", "not_your_school")
    mine = await desk.service.client.get("/my-schools", list[MySchool], person=desk.staff["Wren"])
    assert {one.school for one in mine} == {desk.school, desk.second}


async def test_the_office_may_mark_someone_as_itinerant(desk: Desk) -> None:
    """A district nurse whom only one school lists is asked as well; a mark can be taken back."""
    person = desk.staff["Morgan"]
    assert (await desk.send(MarkItinerant, person=person, itinerant=True)).status == "accepted"
    assert set(await said(desk, desk.school)) == {"Morgan Oakes", "Wren Oakes"}
    await desk.send(MarkItinerant, person=person, itinerant=False)
    assert set(await said(desk, desk.school)) == {"Wren Oakes"}
    unknown = await desk.send(MarkItinerant, person=PersonId("nobody"), itinerant=True)
    assert unknown.code == "unknown_person"


def picture(width: int = 900, height: int = 1200, kind: str = "JPEG") -> bytes:
    """A picture with a place and a maker in its metadata."""
    exif = Image.Exif()
    exif[0x010F] = "Canary Camera"
    out = io.BytesIO()
    Image.new("RGB", (width, height), "grey").save(out, kind, exif=exif)
    return out.getvalue() + b"trailer-canary"


async def test_a_photo_is_made_small_and_loses_everything_else(desk: Desk) -> None:
    """Where and with what it was taken goes; what is stored cannot be read without the key."""
    path = f"/desk/photos?school={desk.school}"
    stored = await desk.service.client.post(path, picture(), StoredPhoto)
    told = await desk.comes("Rowan Quillfeather", photo=stored.photo)
    shown = await desk.service.client.get(
        "/desk/photo", Picture, school=desk.school, visit=told.visit
    )
    with Image.open(io.BytesIO(shown.jpeg)) as small:
        assert (small.format, max(small.size), len(small.getexif())) == ("JPEG", SIDE, 0)
    assert b"anary" not in shown.jpeg
    connection = await desk.service.connect()
    async with connection.transaction():
        await connection.execute("SELECT set_config('muster.school', $1, true)", desk.school)
        sealed = await connection.fetchval("SELECT sealed FROM site_photos")
    await connection.close()
    assert not bytes(sealed).startswith(b"\xff\xd8")
    foreign = await desk.send(SignIn, school=desk.second, name="A Sample", photo=stored.photo)
    assert foreign.code == "unknown_photo"


@pytest.mark.parametrize(
    "body",
    [b"", b"GIF89a", b"\xff\xd8\xff" + b"\0" * 400, b"<svg/>", picture()[:900]],
    ids=["empty", "gif", "broken", "svg", "cut"],
)
def test_what_is_no_photo_is_refused(body: bytes) -> None:
    """Only what decodes to pixels is kept."""
    with pytest.raises(NoPhoto):
        small_jpeg(body)


def test_a_pixel_bomb_is_refused_before_it_is_decoded() -> None:
    """A few kilobytes that unfold to gigabytes do not take the service down."""
    bomb = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 200_000
    with pytest.raises(NoPhoto):
        small_jpeg(bomb.getvalue())
