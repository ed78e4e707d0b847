"""Faces are the office's: everyone else is told what is told of no photo at all."""

import aiohttp
import pytest

from schemas.roster_pull import ApplyPhotos, RemovePhoto
from schemas.vocabulary import Role
from tests.fakes.pulls import sha_of
from tests.roster.pictures import jpeg
from tests.web.school import CEDAR, LINCOLN, TEACHER, session
from tests.web.serving import Served
from tests.web.test_pages import fetch, press

STUDENT = f"{LINCOLN}-student-1-1"
PHOTO = f"/api/v1/schools/{LINCOLN}/photos/{STUDENT}"
IMAGE = jpeg(32, 40)


@pytest.fixture
def faces(web: Served) -> Served:
    web.roster.pulls.photos[LINCOLN, STUDENT] = IMAGE
    return web


@pytest.mark.parametrize("role", ["office", "principal", "administrator", "sro"])
async def test_the_office_sees_a_photo(faces: Served, role: Role) -> None:
    """A JPEG, never guessed to be anything else, kept by no shared cache."""
    headers = faces.program(session(faces.now, role))
    async with faces.http.get(faces.url + PHOTO, headers=headers) as answer:
        assert (answer.status, await answer.read()) == (200, IMAGE)
        assert answer.content_type == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        etag = answer.headers["ETag"]
    async with faces.http.get(
        faces.url + PHOTO, headers=headers | {"If-None-Match": etag}
    ) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
        assert answer.headers["ETag"] == etag


@pytest.mark.parametrize("role", ["teacher", "staff", "it", "responder", "screen"])
async def test_nobody_else_learns_that_there_is_one(faces: Served, role: Role) -> None:
    """Byte for byte the answer of a student without a photo, and of one who does not exist."""
    headers = faces.program(session(faces.now, role, person=TEACHER))
    told = []
    for path in (PHOTO, PHOTO + "x"):
        async with faces.http.get(faces.url + path, headers=headers) as answer:
            told.append((answer.status, await answer.read()))
    office = faces.program(session(faces.now, "office"))
    async with faces.http.get(faces.url + PHOTO + "x", headers=office) as answer:
        told.append((answer.status, await answer.read()))
    assert told[0][0] == 404
    assert told[0] == told[1]
    assert told[2][0] == 404


async def test_another_schools_office_finds_nothing(faces: Served) -> None:
    """Neither under its own school nor under the student's."""
    theirs = faces.program(session(faces.now, "office", at=CEDAR))
    for school in (LINCOLN, CEDAR):
        path = f"{faces.url}/api/v1/schools/{school}/photos/{STUDENT}"
        async with faces.http.get(path, headers=theirs) as answer:
            assert answer.status == 404


async def upload(web: Served, *, mark: str = "") -> str:
    html = await fetch(web, "/import/photos")
    form = aiohttp.FormData()
    form.add_field("form", mark or html.split('name="form" value="')[1].split('"')[0])
    form.add_field("photos", b"PK photos", filename="photos.zip")
    headers = web.browser(session(web.now, "office"))
    del headers["X-Muster"]
    async with web.http.post(web.url + "/import/photos", data=form, headers=headers) as answer:
        assert answer.status == (403 if mark else 200)
        return await answer.text()


async def test_a_zip_is_checked_before_anything_is_stored(faces: Served) -> None:
    """The numbers come first; the button then stores exactly the zip that was checked."""
    html = await upload(faces)
    assert faces.roster.pulls.zips == {f"/photos?school={LINCOLN}": b"PK photos"}
    assert faces.roster.sent == []
    assert "No student of this school has this id." in html
    status, _to = await press(faces, html, "/import/photos/apply")
    assert status == 200
    [sent] = faces.roster.sent
    assert isinstance(sent, ApplyPhotos)
    assert (sent.school, sent.photos) == (LINCOLN, "0" * 32)


async def test_a_forged_form_uploads_no_photos(faces: Served) -> None:
    """The form's mark is read before the file."""
    await upload(faces, mark="forged")
    assert faces.roster.pulls.zips == {}


async def test_a_photo_is_found_and_removed(faces: Served) -> None:
    """A family that asks is served in a minute: find the name, see the face, remove it."""
    html = await fetch(faces, "/import/photos?find=amir")
    assert f'src="{PHOTO}"' in html
    assert 'alt="Amir Sample11"' in html
    assert await press(faces, html, "/import/photos/remove") == (
        303, "/import/photos?removed=1",
    )  # fmt: skip
    [sent] = faces.roster.sent
    assert isinstance(sent, RemovePhoto)
    assert sent.person == STUDENT


async def test_it_uploads_without_seeing_a_face(faces: Served) -> None:
    """IT may bring photos in; the page shows it numbers and no picture."""
    headers = faces.browser(session(faces.now, "it"))
    async with faces.http.get(faces.url + "/import/photos?find=amir", headers=headers) as answer:
        html = await answer.text()
    assert "1 of 40 students have a photo" in html
    assert "/photos/" + STUDENT not in html
    async with faces.http.get(
        f"{faces.url}/api/v1/schools/{LINCOLN}/photos", headers=headers
    ) as answer:
        assert answer.status == 403


async def test_who_has_a_photo_is_listed_by_its_hash(faces: Served) -> None:
    """A page that shows many asks once who has one, and never for a picture that is not there."""
    headers = faces.program(session(faces.now, "office"))
    async with faces.http.get(
        f"{faces.url}/api/v1/schools/{LINCOLN}/photos", headers=headers
    ) as answer:
        assert await answer.json() == [[STUDENT, sha_of(IMAGE)]]
