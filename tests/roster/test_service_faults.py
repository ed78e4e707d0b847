"""The service under refusals, retries, cuts and wrong schools; then the demo, whole."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import msgspec
import pytest

from schemas.identifiers import PersonId, SchoolId
from schemas.roster import Audience, RosterSnapshot, SetLinkRights, StagedImport
from services.chassis.commands import ProblemError
from services.roster.offline import write_demo_school
from tests.chassis_fixtures import Databases
from tests.roster.crowds import crowd
from tests.roster.packages import ENROLLMENTS, package_11
from tests.roster.running import OFFICE, TEACHER, Running, running


@pytest.fixture
async def service(database: Databases, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(await database("roster"), tmp_path) as service:
        yield service


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


async def test_a_package_lost_before_it_was_applied(service: Running) -> None:
    """Without its file an import is refused; it is never taken for a school without people."""
    await service.take(crowd(20))
    staged = await service.upload(crowd(21))
    (service.folder / "data" / "imports" / f"{staged.id}.zip").unlink()
    assert (await service.apply(staged, allow_removals=True)).code == "not_found"
    assert len((await service.snapshot()).students) == 20


async def test_packages_do_not_lie_about(service: Running) -> None:
    """An upload that nobody applied is gone a day later; it holds a whole school."""
    staged = await service.upload(crowd(20))
    service.clock.advance(dt.timedelta(days=1, seconds=1))
    other = await service.upload(crowd(21))
    left = {path.stem for path in (service.folder / "data" / "imports").iterdir()}
    assert left == {other.id}
    assert (await service.apply(staged)).code == "unknown_import"


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
