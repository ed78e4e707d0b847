"""The service over HTTP on a real database: import, compare, apply, come back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import msgspec
import pytest

from schemas.identifiers import PersonId, SchoolId
from schemas.roster import (
    Audience,
    RosterSnapshot,
    SetLanguage,
    SetLinkRights,
    SetSchool,
    StagedImport,
)
from services.chassis.commands import ProblemError
from services.roster.offline import write_demo_school
from tests.chassis_fixtures import Databases
from tests.roster.packages import COUNTS, ENROLLMENTS, USERS_11, package_11, user
from tests.roster.running import OFFICE, TEACHER, Running, running


@pytest.fixture
async def service(database: Databases, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(await database("roster"), tmp_path) as service:
        yield service


def crowd(students: int) -> dict[str, str]:
    """A school of so many students, each with a guardian of their own."""
    files = package_11()
    numbers = range(students)
    files["users.csv"] = (
        USERS_11
        + user("t1", "teacher")
        + "".join(user(f"k{at}", "student", agents=f"g{at}") for at in numbers)
        + "".join(user(f"g{at}", "parent") for at in range(students))
    )
    files["enrollments.csv"] = ENROLLMENTS + "".join(
        f"e{at},,,c1,s,k{at},student,,,\n" for at in numbers
    )
    return files


def without(files: dict[str, str], *people: str) -> dict[str, str]:
    """The package after these people left."""
    kept = [
        line
        for line in files["users.csv"].splitlines(keepends=True)
        if line.split(",", 1)[0] not in people
    ]
    return files | {"users.csv": "".join(kept)}


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


async def test_only_the_office_changes_the_roster(service: Running) -> None:
    """A teacher's session neither imports nor changes rights."""
    reply = await service.apply(await service.upload(package_11()), actor=TEACHER)
    assert (reply.status, reply.code) == ("refused", "not_allowed")
    assert await service.schools() == []


async def test_unknown_people_are_refused(service: Running) -> None:
    """Rights of strangers, or of another school's people, are refused and repeated as such."""
    await service.take(package_11())
    school = (await service.school()).id
    nobody = PersonId("nobody")
    command = SetLinkRights(
        op_id=service.op(), school=school, actor=OFFICE, guardian=nobody, student=nobody,
        message=True, routine=True,
    )  # fmt: skip
    first, second = await service.client.send(command), await service.client.send(command)
    assert first.code == "unknown_link"
    assert first == second


async def test_a_refused_package_is_told_and_not_kept(service: Running) -> None:
    """Something that is no roster is refused with its reason and leaves no file behind."""
    staged = await service.post(b"not a zip")
    assert staged.refused
    assert staged.dry_run.errors[0].code == "not_a_zip"
    assert (await service.apply(staged)).code == "unknown_import"
    assert list((service.folder / "data" / "imports").iterdir()) == []


async def test_an_upload_over_its_cap_is_cut(database: Databases, tmp_path: Path) -> None:
    """A body over the limit is refused while it arrives, and nothing of it stays."""
    async with running(await database("roster"), tmp_path) as service:
        await service.stop()
        service.settings = msgspec.structs.replace(service.settings, package_limit=1000)
        await service.start()
        with pytest.raises(ProblemError) as refused:
            await service.post(b"x" * 100_000)
        assert (refused.value.status, refused.value.code) == (413, "body_too_large")
        assert list((tmp_path / "data" / "imports").iterdir()) == []


async def test_applied_once_however_often_asked(service: Running) -> None:
    """A retried apply gives the answer again and merges nothing twice."""
    staged = await service.upload(package_11())
    replies = await asyncio.gather(*(service.apply(staged) for _ in range(5)))
    assert {reply.status for reply in replies} == {"accepted"}
    answers = [msgspec.json.decode(r.answer, type=StagedImport) for r in replies if r.answer]
    assert [answer.schools[0].new_students for answer in answers] == [2] * 5
    assert (await service.school()).version == 1


async def test_an_open_incident_holds_the_import(service: Running) -> None:
    """A roster is never changed under people who are being accounted for."""
    await service.take(crowd(20))
    school = (await service.school()).id
    connection = await service.connect()
    async with connection.transaction():
        await connection.execute("SELECT set_config('muster.school', $1, true)", school)
        await connection.execute("INSERT INTO open_incidents VALUES ($1, 'incident-1')", school)
    reply = await service.take(crowd(21))
    assert (reply.status, reply.code) == ("refused", "incident_open")
    assert len((await service.snapshot()).students) == 20
    async with connection.transaction():
        await connection.execute("SELECT set_config('muster.school', $1, true)", school)
        await connection.execute("DELETE FROM open_incidents")
    await connection.close()
    assert (await service.take(crowd(21))).status == "accepted"


async def test_a_connection_cut_in_the_middle_leaves_the_old_roster(service: Running) -> None:
    """The database connection dies after some schools were merged: nothing of it holds."""
    files = crowd(20)
    files["orgs.csv"] += "s2,,,Second,school,,d\n"
    await service.take(files)
    bigger = crowd(40)
    bigger["orgs.csv"] = files["orgs.csv"]
    staged = await service.upload(bigger)
    blocker = await service.connect()
    transaction = blocker.transaction()
    await transaction.start()
    schools = sorted((await service.schools()), key=lambda school: school.id)
    last = schools[-1].id
    await blocker.execute("SELECT set_config('muster.school', $1, true)", last)
    await blocker.execute("SELECT FROM schools WHERE school = $1 FOR UPDATE", last)
    applying = asyncio.create_task(service.apply(staged))
    admin = await asyncpg.connect(service.database.admin_url)
    waiting = (
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock' AND usename = 'muster_roster'"
    )
    found = None
    while found is None:
        assert not applying.done()
        found = await admin.fetchval(waiting)
    await admin.execute("SELECT pg_terminate_backend($1)", found)
    with pytest.raises(ProblemError):
        await applying
    await transaction.rollback()
    await blocker.close()
    await admin.close()
    assert len((await service.snapshot()).students) == 20
    assert (await service.apply(staged)).status == "accepted"
    assert len((await service.snapshot()).students) == 40


async def test_a_missed_announcement_is_made_up_for(service: Running) -> None:
    """Stopped between the import and its event, the service tells of it at its next start."""
    await service.take(package_11())
    school = (await service.school()).id
    connection = await service.connect()
    await connection.execute("UPDATE schools SET version = 2 WHERE school = $1", school)
    await connection.close()
    await service.stop()
    await service.start()
    await service.await_events(school, 2)
    assert await service.events(school) == ["roster.imported.v1"] * 2


async def test_another_school_sees_nothing(service: Running) -> None:
    """Without its school a transaction sees no row; a wrong school's snapshot is not found."""
    await service.take(package_11())
    connection = await service.connect()
    tables = ("people", "classes", "enrollments", "links", "rights", "languages", "snapshots")
    for table in tables:
        assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0
    async with connection.transaction():
        await connection.execute("SELECT set_config('muster.school', 'another', true)")
        for table in tables:
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0
    await connection.close()
    for path, shape in (("/snapshot", RosterSnapshot), ("/audience", Audience)):
        with pytest.raises(ProblemError) as refused:
            await service.client.get(path, shape, school=SchoolId("another"))
        assert refused.value.status == 404


async def test_two_schools_share_a_family(service: Running) -> None:
    """Siblings at two schools: each school sees its own child, and the guardian at both."""
    files = package_11()
    files["orgs.csv"] += "s2,,,Second,school,,d\n"
    files["users.csv"] = files["users.csv"].replace('"s",student,k2', '"s2",student,k2')
    files["enrollments.csv"] = ENROLLMENTS + "e1,,,c1,s,k1,student,,,\n"
    await service.take(files)
    one, two = await service.audience("School"), await service.audience("Second")
    assert one.guardians[0].person == two.guardians[0].person
    assert {link.student for link in one.guardians[0].links}.isdisjoint(
        {link.student for link in two.guardians[0].links}
    )
    assert len((await service.snapshot("Second")).students) == 1


async def test_ended_enrollments_are_over(service: Running) -> None:
    """End dates are exclusive: whoever left a class today is not expected there."""
    files = package_11()
    files["enrollments.csv"] = files["enrollments.csv"].replace(
        "k2,student,,,", f"k2,student,,,{service.clock.now().date()}"
    )
    await service.take(files)
    homes = [student.homeroom is None for student in (await service.snapshot()).students]
    assert sorted(homes) == [False, True]


async def test_the_demo_school(service: Running) -> None:
    """The demo goes through the real importer and comes out whole."""
    path = service.folder / "demo.zip"
    write_demo_school(path)
    staged = await service.post(path.read_bytes())
    assert (await service.apply(staged)).status == "accepted"
    snapshot = await service.snapshot("Harbor Demo School")
    assert (len(snapshot.students), len(snapshot.staff)) == (600, 45)
    assert all(student.homeroom for student in snapshot.students)
    assert all(one.teachers and one.room for one in snapshot.classes)
    audience = await service.audience("Harbor Demo School")
    assert {one.language for one in audience.guardians} == {"en", "es"}
    links = [link for one in audience.guardians for link in one.links]
    assert {link.routine for link in links} == {True, False}
    assert len(links) == staged.dry_run.counts.guardian_links
