"""Taking an import back: exactly the roster before, as a new version, and nothing else."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from schemas.identifiers import SchoolId
from schemas.replies import Reply
from schemas.roster import SetLinkRights
from schemas.roster_import import ImportEntry, UndoImport
from schemas.vocabulary import Actor
from services.chassis.commands import ProblemError
from tests.chassis_fixtures import Databases
from tests.roster.crowds import crowd
from tests.roster.packages import USERS_11, package_11, user
from tests.roster.rosters import WHOLE, tables_of
from tests.roster.running import OFFICE, TEACHER, Running, running
from tests.roster.test_nasty_packages import GONE, changed, delta


@pytest.fixture
async def service(database: Databases, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(await database("roster"), tmp_path) as service:
        yield service


async def entries(service: Running) -> list[ImportEntry]:
    return await service.client.get("/imports", list[ImportEntry])


async def undo(
    service: Running,
    import_id: str,
    *,
    actor: Actor = OFFICE,
    school: str = "",
    also: tuple[SchoolId, ...] = (),
) -> Reply:
    command = UndoImport(
        op_id=service.op(), school=SchoolId(school), actor=actor, import_id=import_id, also=also
    )
    return await service.client.send(command, timeout=60.0)


async def applied(service: Running, files: dict[str, str]) -> str:
    """Imports, and returns the import's id."""
    staged = await service.upload(files)
    assert (await service.apply(staged, allow_removals=True)).status == "accepted"
    return staged.id


def other_year() -> dict[str, str]:
    """The crowd's school a year later: rooms, names, people and links are others."""
    files = crowd(20)
    users = [row for row in files["users.csv"].splitlines(keepends=True) if ",k3," not in row]
    files["users.csv"] = "".join(users).replace("Ash,Fernmoor", "Ash,Newname", 5) + user(
        "k30", "student", agents="g4"
    )
    files["classes.csv"] = files["classes.csv"].replace("Room 9", "Room 4")
    files["orgs.csv"] = (
        files["orgs.csv"]
        .replace("School,school", "School,school")
        .replace("District", "District of Elsewhere")
    )
    return files


@pytest.mark.parametrize("bulk", [True, False])
async def test_undo_brings_back_every_row(service: Running, bulk: bool) -> None:
    """People, classes, links, what the source said of them: as they were, row by row."""
    await applied(service, crowd(20))
    before = await tables_of(service, WHOLE, also=("elsewhere",))
    rows = (
        changed(user("k3", "student"), GONE)
        + changed(user("k4", "student", agents="g9", given="Bay"))
        + changed(user("k40", "student", agents="g1"))
        + changed(user("x1", "parent", orgs="d"))
    )
    import_id = await applied(service, other_year() if bulk else delta(users=USERS_11 + rows))
    assert await tables_of(service, WHOLE, also=("elsewhere",)) != before
    assert (await undo(service, import_id)).status == "accepted"
    after = await tables_of(service, WHOLE, also=("elsewhere",))
    for scope in before:
        for table in before[scope]:
            if table != "rights":
                assert after[scope][table] == before[scope][table], (scope, table)
    school = await service.school()
    assert school.version == 3
    assert await service.events(school.id) == ["roster.imported.v1"] * 3
    assert (await service.snapshot(version=1)).students == (await service.snapshot()).students


async def test_undo_leaves_the_schools_own_facts(service: Running) -> None:
    """Rights that were set after the import stay: they are the school's, not the package's."""
    await applied(service, package_11())
    files = package_11()
    files["users.csv"] += user("k9", "student", agents="g1")
    import_id = await applied(service, files)
    contact, link = await service.guardian()
    school = (await service.school()).id
    command = SetLinkRights(
        op_id=service.op(), school=school, actor=OFFICE, guardian=contact.person,
        student=link.student, message=False, routine=True,
    )  # fmt: skip
    assert (await service.client.send(command)).status == "accepted"
    assert (await undo(service, import_id)).status == "accepted"
    (contact,) = (await service.audience()).guardians
    rights = {one.student: (one.message, one.routine) for one in contact.links}
    assert rights[link.student] == (False, True)
    assert len(contact.links) == 2


async def test_the_first_import_can_be_undone(service: Running) -> None:
    """A school that had nothing has nothing again, in a new version."""
    import_id = await applied(service, package_11())
    assert (await undo(service, import_id)).status == "accepted"
    snapshot = await service.snapshot()
    assert (snapshot.students, snapshot.classes, snapshot.version) == ((), (), 2)
    assert (await service.take(package_11())).status == "accepted"
    assert len((await service.snapshot()).students) == 2


async def test_undo_is_once(service: Running) -> None:
    """A second press gives the answer again and changes nothing."""
    await applied(service, crowd(20))
    import_id = await applied(service, crowd(21))
    assert [(await undo(service, import_id)).status for _ in range(3)] == ["accepted"] * 3
    assert (await service.school()).version == 3


async def test_what_was_undone_is_not_told_as_applied(service: Running) -> None:
    """Whoever applies an undone import hears that nothing of it holds."""
    await service.take(crowd(20))
    staged = await service.upload(crowd(21))
    assert (await service.apply(staged)).status == "accepted"
    assert (await undo(service, staged.id)).status == "accepted"
    again = await service.apply(staged)
    assert (again.status, again.code) == ("refused", "unknown_import")
    assert (await service.school()).version == 3


async def test_imports_are_undone_newest_first(service: Running) -> None:
    """With a newer import the older one is refused; after that one's undo it is the last."""
    first = await applied(service, crowd(20))
    second = await applied(service, crowd(21))
    third = await applied(service, crowd(22))
    assert (await undo(service, second)).code == "newer_import"
    assert [one.can_undo for one in await entries(service)] == [True, False, False]
    assert (await undo(service, third)).status == "accepted"
    assert (await undo(service, second)).status == "accepted"
    assert len((await service.snapshot()).students) == 20
    assert (await undo(service, first)).status == "accepted"
    assert (await service.school()).version == 6


async def test_an_import_without_change_stands_in_nobodys_way(service: Running) -> None:
    """The nightly file that changed nothing is no newer import."""
    import_id = await applied(service, crowd(20))
    same = await applied(service, crowd(20))
    assert (await undo(service, same)).code == "nothing_to_undo"
    assert (await undo(service, import_id)).status == "accepted"


async def test_who_may_not_import_may_not_undo(service: Running) -> None:
    """A teacher, and an office of another school, are refused; nothing is changed."""
    await applied(service, crowd(20))
    import_id = await applied(service, crowd(21))
    assert (await undo(service, import_id, actor=TEACHER)).code == "not_allowed"
    other = await undo(service, import_id, school="another")
    assert (other.code, other.values["schools"]) == ("other_school", "School")
    assert "(muster import --undo)" in other.reason
    assert (await undo(service, "0" * 32)).code == "unknown_import"
    own = (await service.school()).id
    assert len((await service.snapshot()).students) == 21
    assert (await undo(service, import_id, school="another", also=(own,))).status == "accepted"


async def test_an_open_incident_holds_the_undo(service: Running) -> None:
    """A roster is not changed back either while people are being accounted for."""
    await applied(service, crowd(20))
    import_id = await applied(service, crowd(21))
    school = (await service.school()).id
    await set_incident(service, school, "INSERT INTO open_incidents VALUES ($1, 'incident-1')")
    assert (await undo(service, import_id)).code == "incident_open"
    assert len((await service.snapshot()).students) == 21
    await set_incident(service, school, "DELETE FROM open_incidents WHERE school = $1")
    assert (await undo(service, import_id)).status == "accepted"


async def set_incident(service: Running, school: SchoolId, sql: str) -> None:
    connection = await service.connect()
    async with connection.transaction():
        await connection.execute("SELECT set_config('muster.school', $1, true)", school)
        await connection.execute(sql, school)
    await connection.close()


async def test_the_history_tells_what_became_of_each(service: Running) -> None:
    """Staged, waiting, applied, undone, refused: who, what file, and the difference."""
    await applied(service, package_11())
    import_id = await applied(service, crowd(20))
    await undo(service, import_id)
    assert (await service.post(b"not a zip")).refused
    staged = await service.upload(crowd(21))
    school = (await service.school()).id
    await set_incident(service, school, "INSERT INTO open_incidents VALUES ($1, 'incident-1')")
    assert (await service.apply(staged, allow_removals=True)).code == "incident_open"
    found = {one.id: one for one in await entries(service)}
    states = sorted(one.state for one in found.values())
    assert states == ["applied", "refused", "undone", "waiting"]
    waiting = found[staged.id]
    assert (waiting.open_at, waiting.code) == (("School",), "incident_open")
    await set_incident(service, school, "DELETE FROM open_incidents WHERE school = $1")
    whole = await service.client.get("/import", ImportEntry, id=staged.id)
    assert (whole.state, whole.open_at) == ("staged", ())
    undone = found[import_id]
    assert (undone.applied_by, undone.undone_by) == (OFFICE.person, OFFICE.person)
    assert undone.staged is not None
    assert undone.staged.schools[0].new_students > 0
    assert (await service.apply(staged, allow_removals=True)).status == "accepted"


async def test_an_upload_is_answered_before_it_is_checked(service: Running) -> None:
    """A page can show at once that a package arrived, whose it is and how far its check is."""
    body = service.folder / "upload.zip"
    await service.upload(crowd(30))
    entry = await service.client.post(
        "/imports/later?by=office-1&source=r%C3%B3ster.zip", body.read_bytes(), ImportEntry
    )
    assert (entry.by, entry.source) == (OFFICE.person, "róster.zip")
    while entry.state == "checking":
        entry = await service.client.get("/import", ImportEntry, id=entry.id)
    assert entry.staged is not None
    assert (entry.state, entry.staged.dry_run.counts.students) == ("staged", 30)
    with pytest.raises(ProblemError):
        await service.client.get("/import", ImportEntry, id="../../etc")


async def test_the_same_file_is_cheap_and_right(service: Running) -> None:
    """The file that holds already changes nothing; after another import it changes all back."""
    await applied(service, crowd(20))
    await service.upload(crowd(20))
    body = (service.folder / "upload.zip").read_bytes()
    same = await service.post(body)
    assert same.schools[0].students_before == 20
    await applied(service, crowd(21))
    again = await service.apply(same)
    assert again.status == "accepted"
    assert len((await service.snapshot()).students) == 20
    assert msgspec.json.decode(again.answer)["schools"][0]["gone_students"] == 1


async def test_the_same_file_after_an_undo(service: Running) -> None:
    """What was undone is new again, though the file is the same."""
    await applied(service, crowd(20))
    second = await applied(service, crowd(21))
    body = (service.folder / "upload.zip").read_bytes()
    await undo(service, second)
    staged = await service.post(body)
    assert staged.schools[0].new_students == 1
    assert (await service.apply(staged)).status == "accepted"
    assert len((await service.snapshot()).students) == 21


async def test_rows_remembered_by_an_older_muster_come_back(service: Running) -> None:
    """A column that was added since takes its default; one that is no more is passed over."""
    await applied(service, crowd(20))
    before = await tables_of(service, WHOLE, also=("elsewhere",))
    import_id = await applied(service, other_year())
    connection = await service.connect()
    async with connection.transaction():
        school = (await service.school()).id
        await connection.execute("SELECT set_config('muster.school', $1, true)", school)
        aged = await connection.execute(
            """
            UPDATE import_changes SET before = (
                SELECT jsonb_agg(row - 'periods' || '{"period_words": "1"}')
                FROM jsonb_array_elements(before) row)
            WHERE place = 'classes' AND before <> '[]'
            """
        )
    await connection.close()
    assert aged != "UPDATE 0"
    assert (await undo(service, import_id)).status == "accepted"
    after = await tables_of(service, WHOLE, also=("elsewhere",))
    assert {scope: after[scope]["classes"] for scope in after} == {
        scope: before[scope]["classes"] for scope in before
    }
