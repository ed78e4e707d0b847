"""A roster from other hands: compared, refused when it shrinks too much, applied, found again."""

import io
import zipfile

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.journeys.school import Journey, picture

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.asyncio(loop_scope="session")]

SCHOOL = "Cedar Hollow Test School"
STUDENTS = 20

ORGS = f"""sourcedId,status,dataLastModified,name,type,identifier,parentSourcedId
org-d,active,1/05/2023,Invented Test District,district,,
org-s,active,1/05/2023,{SCHOOL},school,77,org-nowhere
"""
CLASSES = """sourcedId,status,dateLastModified,title,grade,courseSourcedId,classCode,classType,\
location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods
c-1,,,Class of Room 5,04,course-gone,,Homeroom,5,org-s,"t-1, t-2",,,
"""
USERS = """sourcedId,status,dateLastModified,enabledUser,vendorColour,orgSourcedIds,role,username,\
userId,givenName,familyName,middleName,identifier,email,sms,phone,agents,grade,password,,
"""
ENROLLMENTS = """sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,\
role,primary,beginDate,endDate
"""


def package(students: int = STUDENTS) -> bytes:
    """OneRoster 1.1 as systems really write it: a byte order mark, other spellings, ragged rows."""
    users = [
        "a-1,active,2023-01-05,TRUE,teal,org-s,administrator,a1,,Dana,Testworth,,,,,,,,hunter2,,",
        'w-1,active,2023-01-05,TRUE,teal,"org-s, org-d",teacher,w1,,Wren,Testford,,,w@x.example',
    ]
    enrolled = ["e-0,,,c-1,org-s,w-1,teacher,TRUE,,"]
    for number in range(1, students + 1):
        users.append(
            f"k-{number},active,2023-01-05,True,red,org-s,student,k{number},,Kid{number},"
            f"Testling,,,,,,g-{number},04,,,"
        )
        users.append(f"g-{number},,,true,,org-d,parent,g{number},,Grown{number},Testling")
        enrolled.append(f"e-{number},,,c-1,org-s,k-{number},student,false,,")
    files = {
        "manifest.csv": "propertyName,value\noneroster.version,1.1\nfile.users,bulk\nfile.orgs,\n",
        "Orgs.csv": "\ufeff" + ORGS,
        "Users.CSV": USERS + "\n".join(users) + "\n",
        "classes.csv": CLASSES,
        "enrollments.csv": ENROLLMENTS + "\n".join(enrolled) + "\n",
        "academicSessions.csv": "sourcedId,status,dateLastModified,title,type\n",
    }
    return zipped(files)


def zipped(files: dict[str, str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


async def stage(office: Page, content: bytes) -> None:
    """Choose a file and have it compared."""
    await office.get_by_role("link", name="Roster", exact=True).click()
    await office.get_by_role("link", name="Import", exact=True).click()
    await office.get_by_label("OneRoster package").set_input_files(
        FilePayload(name="roster.zip", mimeType="application/zip", buffer=content)
    )
    await office.get_by_role("button", name="Check and compare, apply nothing").click()


async def test_a_roster_by_other_hands(journey: Journey) -> None:
    """Deviations are named with file and line; half an export is refused until a person looked."""
    office = await journey.sign_in("Front office")
    await stage(office, package())
    row = office.get_by_role("row").filter(has_text=SCHOOL)
    await expect(row).to_contain_text(str(STUDENTS))
    warnings = office.get_by_role("region", name="Warnings")
    await expect(warnings.get_by_role("row").filter(has_text="Users.CSV").first).to_be_visible()
    await expect(office.get_by_text("hunter2")).to_have_count(0)
    await picture(office, "import-difference", whole=True)
    apply = office.get_by_role("button", name="Apply the import to 1 school")
    await expect(apply, "no scrolling past the warnings").to_be_in_viewport()
    await apply.click()
    await expect(office.get_by_text("The new roster holds now")).to_be_visible()

    there = await journey.sign_in("Front office", at=SCHOOL)
    await there.get_by_role("link", name="Roster", exact=True).click()
    await there.get_by_role("link", name="People", exact=True).click()
    await expect(there.get_by_text(f"{STUDENTS} students")).to_be_visible()
    await expect(there.get_by_role("row").filter(has_text="Testling, Kid7")).to_contain_text("5")
    await nothing_elsewhere_changed(office)
    await half_an_export(there)


async def nothing_elsewhere_changed(office: Page) -> None:
    """A package of one school takes nobody away from another."""
    await office.get_by_role("link", name="See the people").click()
    await expect(office.get_by_text("600 students")).to_be_visible()


async def half_an_export(office: Page) -> None:
    """More than a tenth gone: the form waits for a person, and so does the server."""
    await stage(office, package(STUDENTS // 2))
    sure = office.get_by_role("checkbox", name="More than a tenth")
    await expect(sure).not_to_be_checked()
    apply = office.get_by_role("button", name="Apply the import to 1 school")
    await apply.click()
    await expect(sure).to_be_focused()
    await picture(office, "import-removals")
    await sure.evaluate("box => { box.required = false; }")
    await apply.click()
    await expect(office.get_by_text("removals_need_confirmation")).to_be_visible()
    await picture(office, "import-refused")
    await office.get_by_role("link", name="Roster", exact=True).click()
    await office.get_by_role("link", name="People", exact=True).click()
    await expect(office.get_by_text(f"{STUDENTS} students")).to_be_visible()
    await stage(office, package(STUDENTS // 2))
    await sure.check()
    await apply.click()
    await office.get_by_role("link", name="See the people").click()
    await expect(office.get_by_text(f"{STUDENTS // 2} students")).to_be_visible()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 but no zip", "not_a_zip"),
        (zipped({"../orgs.csv": ORGS}), "zip_unsafe_name"),
        (zipped({"orgs.csv": "0" * 50_000_000}), "zip_ratio"),
    ],
    ids=["no zip", "a way out", "a bomb"],
)
async def test_a_hostile_file_changes_nothing(journey: Journey, content: bytes, code: str) -> None:
    """The page says that it was refused and why, and offers nothing to apply."""
    office = await journey.sign_in("Front office")
    await stage(office, content)
    await expect(
        office.get_by_text("This package is refused. Nothing was changed.")
    ).to_be_visible()
    await expect(office.get_by_role("region", name="Errors")).to_contain_text(code)
    await expect(office.get_by_role("button", name="Apply the import")).to_have_count(0)
