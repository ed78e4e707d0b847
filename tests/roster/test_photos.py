"""Photos: matched by the file's name, drawn anew, kept for one school, gone when asked."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from schemas.identifiers import PersonId, SchoolId
from schemas.replies import Reply
from schemas.roster_pull import (
    ApplyPhotos,
    Photo,
    PhotoCounts,
    PhotoMark,
    RemovePhoto,
    StagedPhotos,
)
from schemas.vocabulary import Actor
from services.chassis.commands import ProblemError
from services.roster.domain.photos.matching import Pupil, match
from services.roster.domain.photos.picture import Unreadable, redrawn
from tests.chassis_fixtures import Databases
from tests.roster.packages import USERS_11, package_11, user, write_zip
from tests.roster.pictures import jpeg, png, png_bomb
from tests.roster.running import OFFICE, TEACHER, Running, running


@pytest.fixture
async def service(database: Databases, tmp_path: Path) -> AsyncIterator[Running]:
    """The small school: k1 and k2 are students, k1's card says A-17."""
    files = package_11()
    files["users.csv"] = files["users.csv"].replace(
        "student,k1,,Ash,Fernmoor,,,", "student,k1,,Ash,Fernmoor,,A-17,"
    )
    async with running(await database("roster"), tmp_path) as service:
        await service.take(files)
        yield service


async def stage(service: Running, files: Mapping[str, str | bytes]) -> StagedPhotos:
    body = write_zip(service.folder / "photos.zip", files).read_bytes()
    school = (await service.school()).id
    return await service.client.post(f"/photos?school={school}", body, StagedPhotos)


async def store(
    service: Running, staged: StagedPhotos, *, actor: Actor = OFFICE, op: str = ""
) -> Reply:
    school = (await service.school()).id
    command = ApplyPhotos(op_id=op or service.op(), school=school, actor=actor, photos=staged.id)
    return await service.client.send(command, timeout=60.0)


async def marks(service: Running) -> list[PhotoMark]:
    return await service.client.get("/photos", list[PhotoMark], school=(await service.school()).id)


async def photo_of(
    service: Running, person: PersonId, *, school: str = "", known: str = ""
) -> Photo:
    at = school or (await service.school()).id
    return await service.client.get("/photo", Photo, school=at, person=person, known=known)


async def test_photos_become_the_students(service: Running) -> None:
    """By card number or sourcedId, in any case and folder; counted before anything holds."""
    staged = await stage(
        service,
        {
            "Grade 3/a-17.JPG": jpeg(),
            "k2.png": png(),
            "k99.jpg": jpeg(),
            "readme.txt": "hello",
            "__MACOSX/._k2.png": b"litter",
        },
    )
    assert staged.counts == PhotoCounts(files=4, matched=2, unknown=1, ignored=1)
    assert {one.file: one.code for one in staged.findings} == {
        "k99.jpg": "photo_unknown",
        "readme.txt": "photo_not_a_picture",
    }
    assert await marks(service) == []
    reply = await store(service, staged)
    assert reply.status == "accepted"
    assert msgspec.json.decode(reply.answer, type=StagedPhotos).applied
    school = (await service.school()).id
    assert len(await marks(service)) == 2
    assert (await service.events(school))[-1] == "roster.photos_changed.v1"
    [first, _second] = await marks(service)
    photo = await photo_of(service, first.person)
    assert photo.sha256 == first.sha256
    assert photo.image.startswith(b"\xff\xd8\xff")
    assert (await photo_of(service, first.person, known=first.sha256)).image == b""
    assert list((service.folder / "data" / "photos").iterdir()) == []


async def test_a_photo_stays_in_its_school(service: Running) -> None:
    """Another school's office asks for the same person and finds nothing; nor does a query."""
    await store(service, await stage(service, {"k1.jpg": jpeg()}))
    [mark] = await marks(service)
    with pytest.raises(ProblemError) as refused:
        await photo_of(service, mark.person, school="another")
    assert (refused.value.status, refused.value.code) == (404, "not_found")
    connection = await service.connect()
    try:
        assert await connection.fetchval("SELECT count(*) FROM photos") == 0
    finally:
        await connection.close()


async def test_a_zip_of_one_school_is_nothing_at_another(service: Running) -> None:
    """Two schools count their students alike: a zip is stored only where it was checked."""
    staged = await stage(service, {"k1.jpg": jpeg()})
    command = ApplyPhotos(
        op_id=service.op(), school=SchoolId("another"), actor=OFFICE, photos=staged.id
    )
    assert (await service.client.send(command)).code == "unknown_photos"


async def test_the_same_command_twice_is_the_same(service: Running) -> None:
    """No answer came, the page asks again: one change, the same answer."""
    staged = await stage(service, {"k1.jpg": jpeg()})
    first = await store(service, staged, op="op-of-photos")
    again = await store(service, staged, op="op-of-photos")
    assert (first.status, again.status, again.pos) == ("accepted", "accepted", first.pos)
    other = await store(service, staged)
    assert other.status == "accepted"
    assert len(await marks(service)) == 1


async def test_a_teacher_stores_and_removes_nothing(service: Running) -> None:
    """Photos are the office's to keep."""
    staged = await stage(service, {"k1.jpg": jpeg()})
    assert (await store(service, staged, actor=TEACHER)).code == "not_allowed"
    await store(service, staged)
    [mark] = await marks(service)
    school = (await service.school()).id
    command = RemovePhoto(op_id=service.op(), school=school, actor=TEACHER, person=mark.person)
    assert (await service.client.send(command)).code == "not_allowed"
    assert len(await marks(service)) == 1


async def test_a_removed_photo_is_gone(service: Running) -> None:
    """Removed means removed: not in any table, and the log says only how many are left."""
    await store(service, await stage(service, {"k1.jpg": jpeg(), "k2.jpg": jpeg(300, 300)}))
    one, other = await marks(service)
    school = (await service.school()).id
    command = RemovePhoto(op_id=service.op(), school=school, actor=OFFICE, person=one.person)
    assert (await service.client.send(command)).status == "accepted"
    assert (await service.client.send(command)).status == "accepted"
    assert await marks(service) == [other]
    again = msgspec.structs.replace(command, op_id=service.op())
    assert (await service.client.send(again)).code == "unknown_photo"


async def test_unreadable_pictures_are_told_and_left_out(service: Running) -> None:
    """One broken file costs one child its photo, not everyone."""
    staged = await stage(service, {"k1.jpg": b"\xff\xd8\xff broken", "k2.jpg": jpeg()})
    assert (staged.counts.matched, staged.counts.unreadable, staged.counts.without) == (1, 1, 1)
    assert staged.findings[0].code == "photo_unreadable"
    await store(service, staged)
    assert len(await marks(service)) == 1


async def test_a_second_zip_replaces_the_first(service: Running) -> None:
    """Next year's photo takes the place of this year's, and the dry run says how many."""
    await store(service, await stage(service, {"k1.jpg": jpeg()}))
    [before] = await marks(service)
    staged = await stage(service, {"k1.png": png()})
    assert (staged.counts.matched, staged.counts.replaced) == (1, 1)
    await store(service, staged)
    [after] = await marks(service)
    assert before.person == after.person
    assert before.sha256 != after.sha256


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"../k1.jpg": b"x"}, "zip_unsafe_name"),
        ({"k1.jpg": b"x", "more.zip": b"x"}, "zip_nested"),
        ({"k1.png": b"\0" * 20_000_000}, "zip_ratio"),
    ],
)
async def test_a_zip_that_cannot_be_trusted_is_refused(
    service: Running, files: dict[str, bytes], code: str
) -> None:
    """Checked like every package, and not kept."""
    staged = await stage(service, files)
    assert [error.code for error in staged.errors] == [code]
    assert (await store(service, staged)).code == "unknown_photos"
    assert list((service.folder / "data" / "photos").iterdir()) == []


async def test_what_is_no_zip_is_refused(service: Running) -> None:
    """A folder of pictures that nobody packed, or half an upload."""
    school = (await service.school()).id
    staged = await service.client.post(f"/photos?school={school}", b"no zip", StagedPhotos)
    assert [error.code for error in staged.errors] == ["not_a_zip"]


async def test_a_zip_that_nobody_stores_is_forgotten(service: Running, tmp_path: Path) -> None:
    """Faces do not lie about: after a day the zip and what was said of it are gone."""
    staged = await stage(service, {"k1.jpg": jpeg()})
    waiting = service.folder / "data" / "photos" / f"{staged.id}.zip"
    assert waiting.exists()
    await service.stop()
    service.clock.advance(dt.timedelta(days=1, seconds=1))
    await service.start()
    async with asyncio.timeout(60.0):
        while waiting.exists():  # noqa: ASYNC110 -- a task of the service
            await asyncio.sleep(0.02)
    assert (await store(service, staged)).code == "unknown_photos"


async def test_students_who_left_get_no_photo(service: Running) -> None:
    """Only who is at the school now is matched."""
    files = package_11()
    files["users.csv"] = USERS_11 + user("t1", "teacher") + user("k2", "student")
    await service.take(files, allow_removals=True)
    staged = await stage(service, {"k1.jpg": jpeg(), "k2.jpg": jpeg(), "t1.jpg": jpeg()})
    assert (staged.counts.matched, staged.counts.unknown) == (1, 2)


def test_what_is_kept_holds_nothing_but_what_is_seen() -> None:
    """No place, no maker, no comment, no profile; upright, and no larger than 320 by 400."""
    kept = redrawn(jpeg(orientation=6))
    image = Image.open(io.BytesIO(kept))
    assert image.format == "JPEG"
    assert image.size == (320, 213)  # 900 × 600 once it is turned upright
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for trace in (b"Exif", b"Telephone", b"taken at home", b"profile", b"ICC", b"GPS"):
        assert trace not in kept
    red, _green, blue = image.getpixel((300, 100))  # type: ignore[misc]
    assert red > blue


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "RGB", "1", "I;16"])
def test_every_kind_of_png_is_drawn(mode: str) -> None:
    """A small picture keeps its size; what is transparent becomes white."""
    image = Image.open(io.BytesIO(redrawn(png(mode=mode))))
    assert (image.size, image.mode) == ((200, 250), "RGB")
    if mode in ("RGBA", "LA"):
        assert image.getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (png_bomb(), "photo_too_large"),
        (png_bomb(8_000, 8_000), "photo_too_large"),
        (png_bomb(30_000, 10), "photo_too_large"),
        (b"", "photo_unreadable"),
        (b"GIF89a" + b"\0" * 100, "photo_unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo_unreadable"),
        (jpeg()[:500], "photo_unreadable"),
        (png()[:60], "photo_unreadable"),
    ],
)
def test_what_is_no_picture_is_refused(file: bytes, code: str) -> None:
    """Bombs before a pixel is unpacked; other formats are never even tried."""
    with pytest.raises(Unreadable) as refused:
        redrawn(file)
    assert refused.value.code == code


pupils = st.lists(
    st.builds(
        Pupil,
        st.sampled_from("abcdef").map(PersonId),
        st.sampled_from(["", "1", "2", "A", "a "]),
        st.sampled_from(["1", "3", "B", "b"]),
    ),
    unique_by=lambda pupil: pupil.person,
    max_size=6,
)
names = st.lists(
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["", "folder/"]),
        st.sampled_from(["1", "2", "3", "a", "A", "B", "9"]),
        st.sampled_from([".jpg", ".JPG", ".png", ".gif", ""]),
    ),
    unique=True,
    max_size=8,
)


@given(names, pupils)
def test_no_student_gets_a_face_that_could_be_anothers(
    names: list[str], pupils: list[Pupil]
) -> None:
    """Each file has one outcome; a match is one file that fits one student and nobody else."""
    matched = match(names, pupils)
    told = [one.file for one in matched.findings]
    assert sorted([*told, *matched.files]) == sorted(names)
    assert len(set(matched.files.values())) == len(matched.files)
    for name, person in matched.files.items():
        stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0].casefold()
        fitting = {
            pupil.person
            for pupil in pupils
            if stem in (pupil.identifier.strip().casefold(), pupil.source_id.casefold())
        }
        assert fitting == {person}
