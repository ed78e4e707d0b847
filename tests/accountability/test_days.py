"""The school day in accountability as it runs: a roster that tells, is late, or tells nothing."""

import datetime as dt
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from schemas.accountability import Accounting, Contradiction
from schemas.identifiers import PersonId
from schemas.incident import ActionCall
from schemas.roster_day import DayChanged, DayFact
from tests.accountability.running import TEACHER, Scene, running
from tests.chassis_fixtures import Database, Databases
from tests.conditions import eventually
from tests.fakes.day import SIGNED_OUT, FakeDayRoster, When, student
from tests.fakes.roster import students_of
from tests.incident.scenes import SCHOOL

EVERYONE = 11
FIRST = students_of(0)


@pytest.fixture
async def db(database: Databases) -> Database:
    return await database("incident", "accountability")


@asynccontextmanager
async def at_school(
    db: Database, when: When = "class"
) -> AsyncIterator[tuple[Scene, FakeDayRoster]]:
    roster = FakeDayRoster(SCHOOL, when)
    async with running(db, roster=roster) as scene:
        yield scene, roster


async def opened(scene: Scene) -> Accounting:
    """An incident whose population is known, though it may be nobody."""
    reply = await scene.incident.declare(ActionCall(kind="evacuate", location="Field"))

    async def known() -> bool:
        return any(one.incident == reply.incident for one in await scene.accountings())

    await eventually(known)
    return (await scene.accountings())[-1]


def today(scene: Scene) -> str:
    """The school's own date, in the fake roster's zone."""
    return (
        scene.incident.clock.now()
        .astimezone(dt.timezone(dt.timedelta(hours=-5)))
        .date()
        .isoformat()
    )


def changes(scene: Scene, roster: FakeDayRoster, *facts: DayFact) -> None:
    roster.log.append(SCHOOL, DayChanged(date=today(scene), facts=facts))


def left(scene: Scene, who: PersonId) -> DayFact:
    return DayFact(who, "left", "signed_out", scene.incident.clock.now())


@pytest.mark.parametrize(
    ("when", "unknown", "gone"),
    [("class", 8, 1), ("lunch", 8, 1), ("dismissed", 11, 0), ("sunday", 0, 0), ("robotics", 11, 0)],
)
async def test_an_incident_starts_with_who_is_expected_at_that_moment(
    db: Database, when: When, unknown: int, gone: int
) -> None:
    """The roster is asked for the moment of the declaration, of the pinned version, and holds."""
    async with at_school(db, when) as (scene, roster):
        accounting = await opened(scene)
        states = [row.state for row in accounting.rows]
        assert (states.count("unknown"), states.count("left")) == (unknown, gone)
        asked = roster.asked[0]
        assert (asked["school"], asked["version"]) == (SCHOOL, "1")
        declared = (await scene.incident.client.state(SCHOOL)).pos
        assert declared >= 1
        assert dt.datetime.fromisoformat(asked["at"]) <= scene.incident.clock.now()


async def test_everything_of_a_moment_is_there_after_a_restart(db: Database) -> None:
    """Moment, reasons and what was inferred are kept; a take-back still finds them."""
    async with at_school(db) as (scene, roster):
        before = await opened(scene)
        gone = student(roster.snapshot, SIGNED_OUT)
        await scene.mark(before.incident, gone, "with")
        await scene.stop()
        await scene.start()
        (after,) = await scene.accountings()
        assert after.moment == before.moment
        assert {row.student: row.why for row in after.rows} == {
            row.student: row.why for row in before.rows
        }
        await scene.account(before.incident, TEACHER, take_back=(1,))
        assert (await scene.states())[gone] == "left"


@pytest.mark.parametrize("trouble", ["hangs", "not_found", "down"])
async def test_an_incident_does_not_wait_for_a_bell_schedule(db: Database, trouble: str) -> None:
    """A roster that is away, silent or slow is not waited for: the kept homerooms hold."""
    async with at_school(db) as (scene, roster):
        roster.import_version(2)
        await eventually(lambda: _kept(scene, 2))
        roster.hangs = 30.0 if trouble == "hangs" else 0.0
        roster.silent, roster.down = trouble == "not_found", trouble == "down"
        began = time.monotonic()
        accounting = await opened(scene)
        assert time.monotonic() - began < 10.0
        assert accounting.moment.kind == "no_schedule"
        assert {row.state for row in accounting.rows} == {"unknown"}
        assert len(accounting.rows) == EVERYONE


async def test_who_is_signed_out_during_the_incident_is_left(db: Database) -> None:
    """The day's event becomes an inferred observation; nothing is done twice by a restart."""
    async with at_school(db) as (scene, roster):
        incident = (await opened(scene)).incident
        changes(scene, roster, left(scene, FIRST[3]))
        await eventually(lambda: _shows(scene, FIRST[3], "left"))
        seq = (await scene.accountings())[0].seq
        assert await _cursor(scene) == 1
        await scene.stop()
        await scene.start()
        changes(
            scene, roster, DayFact(FIRST[3], "unknown", "late_arrival", scene.incident.clock.now())
        )
        await eventually(lambda: _shows(scene, FIRST[3], "unknown"))
        assert (await scene.accountings())[0].seq == seq + 1
        await scene.mark(incident, FIRST[3], "with", seen=seq + 1)
        assert (await scene.states())[FIRST[3]] == "with"


async def test_a_sign_out_that_a_teacher_did_not_see_is_told_as_a_contradiction(
    db: Database,
) -> None:
    """The office hears both: the teacher's word, and the log's."""
    async with at_school(db) as (scene, roster):
        incident = (await opened(scene)).incident
        await scene.mark(incident, FIRST[3], "with")
        changes(scene, roster, left(scene, FIRST[3]))
        await eventually(lambda: _shows(scene, FIRST[3], "left"))
        told = await scene.client.get("/contradictions", list[Contradiction], school=SCHOOL)
        assert [one.student for one in told] == [FIRST[3]]
        assert {one.method for one in told[0].observations} == {"seen", "inferred"}


async def test_facts_of_a_calm_day_are_no_acts(db: Database) -> None:
    """Without an open incident a fact only moves the position; yesterday's moves nobody."""
    async with at_school(db) as (scene, roster):
        changes(scene, roster, left(scene, FIRST[3]))
        await eventually(lambda: _reached(scene, 1))
        accounting = await opened(scene)
        assert accounting.seq == 1
        roster.log.append(SCHOOL, DayChanged(date="2020-01-01", facts=(left(scene, FIRST[3]),)))
        await eventually(lambda: _reached(scene, 2))
        assert (await scene.states())[FIRST[3]] == "unknown"


async def test_an_extra_student_is_kept(db: Database) -> None:
    """On a Sunday a student who is found joins the population, and is still there later."""
    async with at_school(db, "sunday") as (scene, _roster):
        incident = (await opened(scene)).incident
        reply = await scene.mark(incident, FIRST[0], "with")
        assert reply.status == "accepted"
        await scene.stop()
        await scene.start()
        (row,) = (await scene.accountings())[0].rows
        assert (row.student, row.state, row.room) == (FIRST[0], "with", "@extra/")
        refused = await scene.mark(incident, PersonId("stranger"), "with")
        assert (refused.status, refused.code) == ("refused", "unknown_student")


async def _shows(scene: Scene, who: PersonId, state: str) -> bool:
    return (await scene.states()).get(who) == state


async def _reached(scene: Scene, pos: int) -> bool:
    return await _cursor(scene) >= pos


async def _cursor(scene: Scene) -> int:
    """How far the roster's log was followed, as the database has it."""
    return await _asked(scene, "SELECT max(pos) FROM accountability.cursors WHERE owner = 'roster'")


async def _kept(scene: Scene, version: int) -> bool:
    return await _asked(scene, "SELECT max(version) FROM accountability.snapshot") == version


async def _asked(scene: Scene, query: str) -> int:
    connection = await asyncpg.connect(scene.settings.database_url)
    try:
        await connection.execute("SELECT set_config('muster.school', $1, false)", SCHOOL)
        return int(await connection.fetchval(query) or 0)
    finally:
        await connection.close()
