"""Accountability over HTTP on a real database: nothing acknowledged is lost, nothing invented."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from schemas.accountability import Contradiction, class_digest
from schemas.identifiers import ClassId, IncidentId, PersonId, SchoolId
from schemas.incident import ActionCall
from schemas.vocabulary import Actor
from services.chassis.commands import ProblemError, Unavailable
from tests.accountability.running import OTHER, TEACHER, Scene, answer_of, running
from tests.chassis_fixtures import Database, Databases
from tests.conditions import eventually
from tests.fakes.roster import ELECTIVE, HOMELESS, HOMEROOMS, students_of
from tests.incident.scenes import SCHOOL

FIRST = students_of(0)


@pytest.fixture
async def db(database: Databases) -> Database:
    return await database("incident", "accountability")


@pytest.fixture
async def scene(db: Database) -> AsyncIterator[Scene]:
    async with running(db) as scene:
        yield scene


async def test_everyone_starts_unknown_and_counts_once(scene: Scene) -> None:
    """A declared incident expects each student of the snapshot exactly once, as unknown."""
    await scene.evacuate()
    (accounting,) = await scene.accountings()
    assert len(accounting.rows) == 11
    assert {row.state for row in accounting.rows} == {"unknown"}
    assert {row.class_id for row in accounting.rows if row.student in HOMELESS} == {None}


async def test_the_rest_of_a_class_leaves_the_missing_missing(scene: Scene) -> None:
    """One missing, then "the rest are with me": missing stays missing, everywhere."""
    incident = await scene.evacuate()
    await scene.mark(incident, FIRST[0], "missing")
    reply = await scene.rest(incident, HOMEROOMS[0], FIRST)
    states = await scene.states()
    assert states[FIRST[0]] == "missing"
    assert {states[one] for one in FIRST[1:]} == {"with"}
    rows = [row for row in (await scene.accountings())[0].rows if row.class_id == HOMEROOMS[0]]
    assert answer_of(reply).digests == (class_digest(HOMEROOMS[0], rows),)


async def test_a_mark_can_be_taken_back(scene: Scene) -> None:
    """What was said by mistake goes back to what was known before it."""
    incident = await scene.evacuate()
    await scene.mark(incident, FIRST[0], "missing")
    reply = await scene.account(incident, TEACHER, take_back=(1,))
    assert (await scene.states())[FIRST[0]] == "unknown"
    assert [row.student for row in answer_of(reply).rows] == [FIRST[0]]


async def test_a_take_back_that_overtakes_its_mark_still_counts(scene: Scene) -> None:
    """Over bad Wi-Fi the take-back may arrive first; the mark then changes nothing."""
    incident = await scene.evacuate()
    await scene.account(incident, TEACHER, take_back=(1,))
    await scene.mark(incident, FIRST[0], "missing")
    assert (await scene.states())[FIRST[0]] == "unknown"


async def test_contradictions_are_kept_and_told(scene: Scene) -> None:
    """Two adults who both have a student: both observations stay for people to resolve."""
    incident = await scene.evacuate()
    await scene.mark(incident, FIRST[0], "with", TEACHER)
    await scene.mark(incident, FIRST[0], "with", OTHER)
    told = await scene.client.get("/contradictions", list[Contradiction], school=SCHOOL)
    assert [one.student for one in told] == [FIRST[0]]
    assert len(told[0].observations) == 2


@pytest.mark.parametrize(
    ("student", "code"),
    [("nobody", "unknown_student"), ("student-of-another-school", "unknown_student")],
)
async def test_an_unknown_student_refuses_the_whole_op(
    scene: Scene, student: str, code: str
) -> None:
    """A list with one stranger in it changes nothing for anybody."""
    incident = await scene.evacuate()
    reply = await scene.rest(incident, HOMEROOMS[0], (*FIRST, PersonId(student)))
    assert (reply.status, reply.code) == ("refused", code)
    assert set((await scene.states()).values()) == {"unknown"}


async def test_the_rest_of_a_class_is_of_that_class(scene: Scene) -> None:
    """Nobody accounts for a neighbour's students as the rest of their own; nothing is half done."""
    incident = await scene.evacuate()
    reply = await scene.rest(incident, HOMEROOMS[0], (*FIRST, students_of(1)[0]))
    assert (reply.status, reply.code) == ("refused", "not_of_this_class")
    assert set((await scene.states()).values()) == {"unknown"}


async def test_members_of_an_opened_class_are_its_rest(scene: Scene) -> None:
    """Who opened a class says the rest of all who sit in it, wherever they were expected."""
    incident = await scene.evacuate()
    answer_of(await scene.open_class(incident, ELECTIVE))
    answer_of(await scene.rest(incident, ELECTIVE, (*HOMELESS, FIRST[0])))
    states = await scene.states()
    assert {states[one] for one in (*HOMELESS, FIRST[0])} == {"with"}


async def test_another_schools_class_is_refused(scene: Scene) -> None:
    """The rest of a class that this school does not have is no class."""
    incident = await scene.evacuate()
    reply = await scene.rest(incident, ClassId("theirs"), FIRST)
    assert (reply.status, reply.code) == ("refused", "unknown_class")


async def test_only_staff_account(scene: Scene) -> None:
    """A wall screen or a responder's link marks nobody."""
    incident = await scene.evacuate()
    screen = Actor(person=PersonId("wall"), roles=("screen",), device="wall")
    reply = await scene.mark(incident, FIRST[0], "with", screen)
    assert (reply.status, reply.code) == ("refused", "not_allowed")


async def test_a_class_that_is_opened_takes_only_those_expected_nowhere(scene: Scene) -> None:
    """Students without a homeroom are expected in the class a teacher opens; nobody twice."""
    incident = await scene.evacuate()
    answer = answer_of(await scene.open_class(incident, ELECTIVE))
    assert sorted(row.student for row in answer.rows) == sorted(HOMELESS)
    rows = (await scene.accountings())[0].rows
    assert len(rows) == 11
    assert {row.class_id for row in rows if row.student in FIRST} == {HOMEROOMS[0]}


async def test_a_mark_that_overtakes_the_declaration_is_asked_for(db: Database) -> None:
    """A mark of an incident that was not heard of yet is accepted, not refused."""
    async with running(db) as scene:
        reply = await scene.incident.declare(ActionCall(kind="hold"))
        assert reply.incident is not None
        marked = await scene.mark(reply.incident, FIRST[0], "with")
        assert answer_of(marked).rows[0].state == "with"


async def test_an_unknown_incident_is_refused(scene: Scene) -> None:
    """A mark of an incident that nobody declared is told so."""
    reply = await scene.mark(IncidentId("never"), FIRST[0], "with")
    assert (reply.status, reply.code) == ("refused", "unknown_incident")


async def test_marks_after_the_close_are_kept_and_marked_late(scene: Scene) -> None:
    """A phone that comes back online late loses nothing."""
    incident = await scene.evacuate()
    closed = await scene.incident.declare(ActionCall(kind="evacuate", location="Field"))
    assert (await scene.incident.close(closed)).status == "accepted"

    async def ended() -> bool:
        return not (await scene.accountings())[-1].open

    await eventually(ended)
    assert (await scene.mark(incident, FIRST[0], "with")).status == "accepted"
    assert (await scene.states())[FIRST[0]] == "with"
    page = await scene.client.events(SCHOOL, 0, 100)
    assert b'"late":true' in bytes(page.events[-1])


async def test_the_same_marks_a_hundred_times_are_one(scene: Scene) -> None:
    """A tap that was sent a hundred times is one observation with one answer."""
    incident = await scene.evacuate()
    replies = await asyncio.gather(
        *(scene.account(incident, take_back=(7,), op_id="op-the-same-tap") for _ in range(100))
    )
    assert len({reply.pos for reply in replies}) == 1


async def test_everything_is_there_after_a_restart(scene: Scene) -> None:
    """What was acknowledged before a stop shows after the start, observations included."""
    incident = await scene.evacuate()
    await scene.mark(incident, FIRST[0], "missing")
    await scene.rest(incident, HOMEROOMS[0], FIRST[1:])
    await scene.account(incident, TEACHER, take_back=(9,))
    before = (await scene.accountings())[0]
    await scene.stop()
    await scene.start()
    after = (await scene.accountings())[0]
    assert sorted(after.rows, key=lambda row: row.student) == sorted(
        before.rows, key=lambda row: row.student
    )
    assert (after.seq, after.last_word) == (before.seq, before.last_word)
    await scene.mark(incident, FIRST[0], "with", seen=after.seq)
    assert (await scene.states())[FIRST[0]] == "with"


async def test_accounting_needs_no_roster_once_it_was_heard(scene: Scene) -> None:
    """With the roster service away a new incident still knows whom to expect."""
    scene.roster.import_version(2)
    await eventually(lambda: _kept(scene, 2))
    await scene.stop()
    scene.roster.down = True
    await scene.start()
    await scene.evacuate()
    assert (await scene.accountings())[-1].roster_version == 2


async def _kept(scene: Scene, version: int) -> bool:
    connection = await asyncpg.connect(scene.settings.database_url)
    try:
        await connection.execute("SELECT set_config('muster.school', 'school-north', false)")
        found = await connection.fetchval("SELECT max(version) FROM accountability.snapshot")
        return bool(found == version)
    finally:
        await connection.close()


async def test_another_school_sees_nothing(scene: Scene) -> None:
    """A command that names another school reaches no account of this one."""
    incident = await scene.evacuate()
    reply = await scene.mark(incident, FIRST[0], "with", school=SchoolId("school-south"))
    assert (reply.status, reply.code) == ("refused", "unknown_incident")
    assert (await scene.states())[FIRST[0]] == "unknown"


async def test_a_body_over_its_cap_is_refused(scene: Scene) -> None:
    """Five hundred and one students in one op are no class."""
    incident = await scene.evacuate()
    many = tuple(PersonId(f"student-{n}") for n in range(501))
    with pytest.raises(ProblemError) as refused:
        await scene.rest(incident, HOMEROOMS[0], many)
    assert refused.value.code == "bad_command"


async def test_a_school_without_a_roster_says_so(scene: Scene) -> None:
    """Marks are told why they wait instead of timing out; with the roster they go in."""
    scene.roster.unknown = True
    reply = await scene.incident.declare(ActionCall(kind="evacuate", location="Field"))
    assert reply.incident is not None
    incident = reply.incident

    async def told() -> bool:
        try:
            await scene.mark(incident, FIRST[0], "missing")
        except Unavailable as error:
            return error.code == "roster_unknown"
        return False

    await eventually(told)
    scene.roster.unknown = False

    async def known() -> bool:
        return any(one.rows for one in await scene.accountings())

    await eventually(known, 60.0)
    assert (await scene.mark(incident, FIRST[0], "missing")).status == "accepted"
