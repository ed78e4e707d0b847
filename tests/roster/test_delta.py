"""Deltas over HTTP on a real database: only what a row names changes, and what it stands for."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from schemas.identifiers import SchoolId
from schemas.roster import ApplyImport
from tests.chassis_fixtures import Databases
from tests.roster.crowds import crowd
from tests.roster.packages import CLASSES, ENROLLMENTS, ORGS, USERS_11, manifest, package_11, user
from tests.roster.rosters import tables_of
from tests.roster.running import OFFICE, Running, running
from tests.roster.sources import BIRTHS, CHANGED, StudentSystem
from tests.roster.test_nasty_packages import DELTA, GONE, changed, delta


@pytest.fixture
async def service(database: Databases, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(await database("roster"), tmp_path) as service:
        yield service


async def names(service: Running, school: str = "School") -> set[str]:
    """sourcedIds of the students who are there."""
    connection = await service.connect()
    async with connection.transaction():
        wanted = (await service.school(school)).id
        await connection.execute("SELECT set_config('muster.school', $1, true)", wanted)
        rows = await connection.fetch("SELECT source_id FROM people WHERE active AND student")
    await connection.close()
    return {row["source_id"] for row in rows}


async def test_enrollments_alone(service: Running) -> None:
    """A delta of enrollments refers to classes and people of before: nothing dangles."""
    await service.take(package_11())
    staged = await service.upload(
        delta(enrollments=ENROLLMENTS + f"e1,{GONE},c1,s,k1,student,,,\n")
    )
    assert staged.dry_run.warnings == ()
    assert (await service.apply(staged)).status == "accepted"
    snapshot = await service.snapshot()
    homes = [student.homeroom is None for student in snapshot.students]
    assert (sorted(homes), snapshot.version) == ([False, True], 2)


async def test_files_that_are_absent_or_empty_remove_nobody(service: Running) -> None:
    """What a delta does not name stays, whatever its manifest and its headers say."""
    await service.take(crowd(20))
    before = await tables_of(service)
    files = delta(users=USERS_11, enrollments=ENROLLMENTS, classes=CLASSES, orgs=ORGS)
    reply = await service.take(files)
    assert reply.status == "accepted"
    assert await tables_of(service) == before


async def test_who_leaves_comes_back_whole(service: Running) -> None:
    """Marked as deleted: inactive; active again: with the classes and guardians of before."""
    await service.take(crowd(20))
    before = await tables_of(service)
    left = changed(user("k3", "student", agents="g3"), GONE)
    await service.take(delta(users=USERS_11 + left))
    assert "k3" not in await names(service)
    assert len((await service.audience()).guardians) == 19
    await service.take(delta(users=USERS_11 + changed(user("k3", "student", agents="g3"))))
    after = await tables_of(service)
    assert after["School"] == before["School"]
    assert (await service.school()).version == 3


async def test_unknown_things_are_told_by_row(service: Running) -> None:
    """What nobody knows is a warning with its line; the rest of the delta is applied."""
    await service.take(package_11())
    staged = await service.upload(
        delta(
            users=USERS_11
            + changed(user("k9", "student", agents="ghost"))
            + changed(user("nobody", "student"), GONE),
            enrollments=ENROLLMENTS
            + f"e8,{DELTA},nowhere,s,k9,student,,,\n"
            + f"e9,{DELTA},c1,s,ghost,student,,,\n"
            + f"e7,{GONE},c1,s,k1,teacher,,,\n"
            + f"e10,{DELTA},c1,s,k9,student,,,\n",
            classes=CLASSES + f"c8,{DELTA},New,03,,,homeroom,R,elsewhere,,,,\n",
        )
    )
    told = {(one.file, one.line, one.code) for one in staged.dry_run.warnings}
    assert told == {
        ("users.csv", 2, "unknown_agent"),
        ("users.csv", 3, "unknown_row"),
        ("enrollments.csv", 2, "unknown_class"),
        ("enrollments.csv", 3, "unknown_user"),
        ("enrollments.csv", 4, "unknown_row"),
        ("classes.csv", 2, "unknown_org"),
    }
    assert (await service.apply(staged)).status == "accepted"
    assert await names(service) == {"k1", "k2", "k9"}


async def test_a_hundred_unknown_rows_are_a_number(service: Running) -> None:
    """Findings stay bounded however many rows of a delta name nothing."""
    await service.take(package_11())
    rows = "".join(f"e{at},{DELTA},c1,s,x{at},student,,,\n" for at in range(300))
    staged = await service.upload(delta(enrollments=ENROLLMENTS + rows))
    unknown = [one for one in staged.dry_run.warnings if one.code == "unknown_user"]
    (more,) = [one for one in staged.dry_run.warnings if one.code == "more_like_this"]
    assert (len(unknown), "200" in more.message) == (100, True)


async def test_a_guardian_of_before_gets_a_new_child(service: Running) -> None:
    """A link from a new student to a guardian who had no child here until now."""
    files = package_11()
    files["users.csv"] += user("g5", "parent", orgs="d")
    await service.take(files)
    await service.take(delta(users=USERS_11 + changed(user("k5", "student", agents="g5"))))
    links = [len(one.links) for one in (await service.audience()).guardians]
    assert sorted(links) == [1, 2]


async def test_links_and_roles_end(service: Running) -> None:
    """A row that names no agents and no longer a school takes the link and the place with it."""
    system = StudentSystem("1.2")
    system.org("s")
    system.user("k1", "student", "s", agents="g1")
    system.user("k2", "student", "s")
    system.user("g1", "parent", "s")
    system.user("t1", "teacher", "s")
    await service.take(system.whole())
    before = system.copy()
    system.user("k1", "student", "s")
    del system.tables["roles"]["r-t1-s"]
    staged = await service.upload(system.since(before))
    (difference,) = staged.schools
    assert (difference.gone_links, difference.gone_staff, difference.gone_students) == (1, 1, 0)
    await service.apply(staged)
    snapshot = await service.snapshot("Org s")
    assert (len(snapshot.students), snapshot.staff) == (2, ())
    assert (await service.audience("Org s")).guardians == ()


async def test_a_school_that_goes_is_confirmed_first(service: Running) -> None:
    """A delta that deletes a school would empty it: refused until someone says so."""
    await service.take(crowd(20))
    files = delta(orgs=ORGS + f"s,{GONE},School,school,,d\n")
    staged = await service.upload(files)
    assert staged.schools[0].gone_students == 20
    assert (await service.apply(staged)).code == "removals_need_confirmation"
    assert (await service.apply(staged, allow_removals=True)).status == "accepted"
    assert (await service.snapshot()).students == ()
    await service.take(delta(orgs=ORGS + f"s,{DELTA},School,school,,d\n"))
    assert len((await service.snapshot()).students) == 20


async def test_half_a_school_in_one_delta_is_refused(service: Running) -> None:
    """The tenth holds for deltas as well."""
    await service.take(crowd(20))
    rows = "".join(changed(user(f"k{at}", "student"), GONE) for at in range(3))
    reply = await service.take(delta(users=USERS_11 + rows))
    assert (reply.status, reply.code) == ("refused", "removals_need_confirmation")
    assert len((await service.snapshot()).students) == 20


async def test_one_whole_file_among_changes(service: Running) -> None:
    """Enrollments whole, users as changes: of the schools that it names the file is complete."""
    files = crowd(20)
    files["orgs.csv"] += "s2,,,Second,school,,d\n"
    files["classes.csv"] += "c2,,,Grade 4,04,,,homeroom,Room 2,s2,,,,\n"
    files["users.csv"] += user("m1", "student", orgs="s2")
    files["enrollments.csv"] += "e100,,,c2,s2,m1,student,,,\n"
    await service.take(files)
    kept = "".join(f"e{at},,,c1,s,k{at},student,,,\n" for at in range(10))
    staged = await service.upload(
        {
            "manifest.csv": manifest("1.1", users="delta", enrollments="bulk"),
            "users.csv": USERS_11 + changed(user("k99", "student")),
            "enrollments.csv": ENROLLMENTS + kept,
        }
    )
    assert staged.dry_run.package.mode == "delta"
    await service.apply(staged)
    snapshot = await service.snapshot()
    assert len(snapshot.students) == 21
    assert sum(student.homeroom is not None for student in snapshot.students) == 10
    (other,) = (await service.snapshot("Second")).students
    assert other.homeroom is not None


async def test_a_delta_of_another_school_is_not_mine(service: Running) -> None:
    """A role at one school does not let someone change another by naming its people."""
    files = crowd(20)
    files["orgs.csv"] += "s2,,,Second,school,,d\n"
    files["users.csv"] += user("m1", "student", orgs="s2") + user("m2", "student", orgs="s2")
    await service.take(files)
    second = await service.school("Second")
    first = await service.school("School")
    staged = await service.upload(delta(users=USERS_11 + changed(user("m1", "student"), GONE)))
    mine = ApplyImport(
        op_id=service.op(), school=first.id, actor=OFFICE, import_id=staged.id, allow_removals=True
    )
    refused = await service.client.send(mine, timeout=60.0)
    assert refused.code == "other_school"
    theirs = msgspec.structs.replace(mine, op_id=service.op(), school=second.id)
    assert (await service.client.send(theirs, timeout=60.0)).status == "accepted"
    assert await names(service, "Second") == {"m2"}


async def test_a_siblings_school_is_not_changed_in_passing(service: Running) -> None:
    """A family at two schools: one child's new grade needs no right at the other's school."""
    files = package_11()
    files["orgs.csv"] += "s2,,,Second,school,,d\n"
    files["users.csv"] = files["users.csv"].replace('"s",student,k2', '"s2",student,k2')
    files["enrollments.csv"] = ENROLLMENTS + "e1,,,c1,s,k1,student,,,\n"
    await service.take(files)
    row = changed(user("k1", "student", agents="g1", given="Asher"))
    staged = await service.upload(delta(users=USERS_11 + row))
    assert [one.name for one in staged.schools] == ["School"]
    mine = ApplyImport(
        op_id=service.op(),
        school=(await service.school()).id,
        actor=OFFICE,
        import_id=staged.id,
    )
    assert (await service.client.send(mine, timeout=60.0)).status == "accepted"
    assert (await service.school("Second")).version == 1


async def test_birth_dates_stay_inside(service: Running) -> None:
    """A day of birth is kept with the person, follows a delta, and is in no answer to anyone."""
    files = package_11() | {"demographics.csv": BIRTHS + "k1,,,2016-03-01,female,true\n"}
    await service.take(files)
    await service.take(package_11())
    assert await births(service) == {"k1": "2016-03-01"}, "a package without the file keeps them"
    await service.take(
        delta(demographics=BIRTHS + f"k2,{DELTA},2017-04-02,,\nk1,{GONE},2016-03-01,,\n")
    )
    assert await births(service) == {"k2": "2017-04-02"}
    answers = msgspec.json.encode([await service.snapshot(), await service.audience()])
    assert b"2017-04-02" not in answers


async def births(service: Running) -> dict[str, str]:
    connection = await service.connect()
    async with connection.transaction():
        school = SchoolId((await service.school()).id)
        await connection.execute("SELECT set_config('muster.school', $1, true)", school)
        rows = await connection.fetch(
            "SELECT source_id, birth_date FROM people WHERE birth_date IS NOT NULL"
        )
    await connection.close()
    return {row["source_id"]: row["birth_date"].isoformat() for row in rows}


async def test_a_delta_twice_is_once(service: Running) -> None:
    """The same delta again makes no version: only what a row changes counts."""
    await service.take(package_11())
    files = delta(users=USERS_11 + changed(user("k7", "student")))
    await service.take(files)
    await service.take(files)
    repacked = files | {"Notes.txt": CHANGED}
    staged = await service.upload(repacked)
    assert staged.schools == ()
    assert (await service.apply(staged)).status == "accepted"
    assert (await service.school()).version == 2
