"""The service over HTTP on a real database: import, compare, apply, come back."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from schemas.identifiers import PersonId, SchoolId
from schemas.roster import (
    ApplyImport,
    SetLanguage,
    SetLinkRights,
    SetSchool,
)
from services.chassis.commands import ProblemError
from tests.chassis_fixtures import Databases
from tests.roster.crowds import crowd, without
from tests.roster.packages import COUNTS, package_11, user
from tests.roster.running import OFFICE, Running, running


@pytest.fixture
async def service(database: Databases, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(await database("roster"), tmp_path) as service:
        yield service


async def test_an_import_becomes_a_snapshot(service: Running) -> None:
    """What the file says is what everyone else reads: rooms, teachers, homerooms, contacts."""
    staged = await service.upload(package_11())
    assert (staged.refused, staged.dry_run.counts) == (False, COUNTS)
    (difference,) = staged.schools
    assert (difference.new_students, difference.new_staff, difference.new_classes) == (2, 1, 1)
    assert await service.schools() == []
    reply = await service.apply(staged)
    assert reply.status == "accepted"
    snapshot = await service.snapshot()
    (homeroom,) = snapshot.classes
    (teacher,) = snapshot.staff
    assert (homeroom.title, homeroom.room, homeroom.teachers) == (
        "Grade 3 A", "Room 9", (teacher.id,),
    )  # fmt: skip
    assert {student.homeroom for student in snapshot.students} == {homeroom.id}
    assert (teacher.roles, teacher.source_id) == (("teacher",), "t1")
    assert snapshot.version == (await service.school()).version == 1
    assert await service.events(snapshot.school.id) == ["roster.imported.v1"]


async def test_another_schools_roster_is_not_mine_to_change(service: Running) -> None:
    """An office that uploads a package over another school's people changes nothing there."""
    await service.take(package_11())
    theirs = await service.school()
    spoilt = package_11()["users.csv"].replace("Fernmoor", "Changed")
    staged = await service.upload(package_11() | {"users.csv": spoilt})
    elsewhere = ApplyImport(
        op_id=service.op(), school=SchoolId("mine"), actor=OFFICE, import_id=staged.id
    )
    refused = await service.client.send(elsewhere, timeout=60.0)
    assert (refused.status, refused.code) == ("refused", "other_school")
    assert (await service.snapshot()).version == 1
    both = msgspec.structs.replace(elsewhere, op_id=service.op(), also=(theirs.id,))
    assert (await service.client.send(both, timeout=60.0)).status == "accepted"
    assert (await service.snapshot()).version == 2


async def test_ids_are_stable_and_say_nothing(service: Running) -> None:
    """Ids survive re-imports and cannot be computed from the student number."""
    await service.take(package_11())
    before = await service.snapshot()
    await service.take(
        package_11() | {"orgs.csv": package_11()["orgs.csv"].replace("District", "D2")}
    )
    assert (await service.snapshot()).students == before.students
    assert not any("k1" in student.id for student in before.students)


async def test_the_same_file_changes_nothing(service: Running) -> None:
    """A nightly import of the same file makes no version and no event."""
    await service.take(package_11())
    staged = await service.upload(package_11())
    (difference,) = staged.schools
    assert (difference.new_students, difference.changed_people, difference.gone_students) == (
        0,
        0,
        0,
    )
    assert (await service.apply(staged)).status == "accepted"
    school = await service.school()
    assert school.version == 1
    assert await service.events(school.id) == ["roster.imported.v1"]


async def test_a_new_number_is_a_new_version(service: Running) -> None:
    """The notifier reads contacts by version: a changed number must not go unseen."""
    await service.take(package_11())
    files = package_11()
    files["users.csv"] = files["users.csv"].replace(
        "parent,g1,,Ash,Fernmoor,,,,,", "parent,g1,,Ash,Fernmoor,,,,(202) 555-0143,"
    )
    await service.take(files)
    (guardian,) = (await service.audience()).guardians
    assert guardian.sms == "+12025550143"
    assert (await service.audience()).version == 2


async def test_old_versions_stay_as_they_were(service: Running) -> None:
    """An incident that pinned version 1 still reads version 1."""
    await service.take(crowd(20))
    await service.take(crowd(21))
    assert len((await service.snapshot(version=1)).students) == 20
    assert len((await service.snapshot(version=2)).students) == 21
    with pytest.raises(ProblemError) as refused:
        await service.snapshot(version=3)
    assert (refused.value.status, refused.value.code) == (404, "not_found")


async def test_half_a_file_is_refused(service: Running) -> None:
    """More than one student in ten gone looks like a broken export: nothing changes unless told."""
    await service.take(crowd(20))
    staged = await service.upload(without(crowd(20), "k0", "k1", "k2"))
    (difference,) = staged.schools
    assert (difference.gone_students, difference.students_before) == (3, 20)
    assert difference.too_many_removals
    reply = await service.apply(staged)
    assert (reply.status, reply.code) == ("refused", "removals_need_confirmation")
    assert "3 of 20" in reply.reason
    assert len((await service.snapshot()).students) == 20
    assert (await service.apply(staged, allow_removals=True)).status == "accepted"
    assert len((await service.snapshot()).students) == 17


async def test_two_of_twenty_may_leave(service: Running) -> None:
    """Ten percent is a school year's end of a week, not a fault."""
    await service.take(crowd(20))
    assert (await service.take(without(crowd(20), "k0", "k1"))).status == "accepted"


async def test_lost_guardian_links_are_refused(service: Running) -> None:
    """An export without its links would leave no parent to tell."""
    await service.take(crowd(20))
    files = crowd(20)
    files["users.csv"] = files["users.csv"].replace("g", "x")
    reply = await service.take(files | {"users.csv": crowd(20)["users.csv"].replace('"g', '"none')})
    assert reply.code == "removals_need_confirmation"


async def test_who_returns_is_who_left(service: Running) -> None:
    """Someone missing for a while comes back with their id and their rights."""
    await service.take(crowd(20))
    guardian, link = await service.guardian()
    await say(service, guardian.person, link.student, message=False, routine=True)
    before = await service.snapshot()
    gone = next(one for one in before.students if one.id == link.student)
    source = await source_of(service, gone.id)
    await service.take(without(crowd(20), source))
    assert gone.id not in {one.id for one in (await service.snapshot()).students}
    staged = await service.upload(crowd(20))
    assert (staged.schools[0].returning_students, staged.schools[0].new_students) == (1, 0)
    await service.apply(staged)
    assert gone in (await service.snapshot()).students
    back = next(
        one for one in (await service.audience()).guardians if one.person == guardian.person
    )
    assert (back.links[0].message, back.links[0].routine) == (False, True)


async def say(
    service: Running, guardian: PersonId, student: PersonId, *, message: bool, routine: bool
) -> None:
    school = (await service.school()).id
    command = SetLinkRights(
        op_id=service.op(), school=school, actor=OFFICE, guardian=guardian, student=student,
        message=message, routine=routine,
    )  # fmt: skip
    assert (await service.client.send(command)).status == "accepted"


async def source_of(service: Running, person: PersonId) -> str:
    connection = await service.connect()
    try:
        async with connection.transaction():
            school = (await service.school()).id
            await connection.execute("SELECT set_config('muster.school', $1, true)", school)
            found = await connection.fetchval(
                "SELECT source_id FROM people WHERE person = $1", person
            )
    finally:
        await connection.close()
    return str(found)


async def test_rights_at_first_and_what_imports_never_touch(service: Running) -> None:
    """Parents and guardians may be told, relatives not; what the office set stays."""
    files = package_11()
    files["users.csv"] += user("r1", "relative", agents="k1")
    await service.take(files)
    guardians = (await service.audience()).guardians
    parent = next(one for one in guardians if len(one.links) == 2)
    relative = next(one for one in guardians if len(one.links) == 1)
    assert [(link.message, link.routine) for link in parent.links] == [(True, False)] * 2
    assert [link.message for link in relative.links] == [False]
    await say(service, relative.person, relative.links[0].student, message=True, routine=True)
    school = (await service.school()).id
    spoken = SetLanguage(
        op_id=service.op(), school=school, actor=OFFICE, person=parent.person, language="es"
    )
    assert (await service.client.send(spoken)).status == "accepted"
    files["users.csv"] += user("k9", "student")
    await service.take(files)
    after = {one.person: one for one in (await service.audience()).guardians}
    assert after[relative.person].links[0].message
    assert after[parent.person].language == "es"
    assert (await service.events(school)).count("roster.rights_changed.v1") == 2


async def test_the_school_keeps_its_zone_and_address(service: Running) -> None:
    """What 911 is told is the school's own word, and a wrong zone is refused."""
    await service.take(package_11())
    school = (await service.school()).id

    def said(zone: str) -> SetSchool:
        return SetSchool(
            op_id=service.op(), school=school, actor=OFFICE, zone=zone, address="1 Demo Way"
        )

    good, wrong = said("America/Chicago"), said("Middle/Nowhere")
    assert (await service.client.send(good)).status == "accepted"
    assert (await service.client.send(wrong)).code == "unknown_zone"
    await service.take(crowd(20), allow_removals=True)
    now = (await service.snapshot()).school
    assert (now.zone, now.address) == ("America/Chicago", "1 Demo Way")
