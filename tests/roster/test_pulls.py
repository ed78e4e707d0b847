"""Pulls as the process runs them: a student system over HTTP, a real database, the same import."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path

import pytest
from aiohttp import web

from schemas.roster import StagedImport
from schemas.roster_pull import PullNow
from services.chassis.commands import ProblemError, Unavailable
from tests.fakes.student_system import (
    StudentSystem,
    crowd,
    fine,
    led,
    once,
    ref,
    user_12,
)
from tests.roster.pulling import DEADLINE, IT, incident, keep, listed, pull, until
from tests.roster.running import Running, running

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def system(student_system: StudentSystem) -> StudentSystem:
    return student_system


@pytest.fixture
def service(pulling_roster: Running) -> Running:
    return pulling_roster


async def test_a_pull_becomes_the_roster(service: Running, system: StudentSystem) -> None:
    """What the student system says is what a file from it would have said: people, room, links."""
    system.tables["users"].append(user_12("k3", "student"))
    assert (await keep(service, system)).status == "accepted"
    result = await pull(service)
    assert (result.outcome, result.code, result.mode) == ("applied", "", "bulk")
    [difference] = result.schools
    assert (difference.new_students, difference.gone_students) == (1, 0)
    snapshot = await service.snapshot()
    assert len(snapshot.students) == 3
    assert snapshot.classes[0].room == "Room 9"
    contact, link = await service.guardian()
    assert link.message
    assert len(contact.links) == 2
    events = await service.events(snapshot.school.id)
    assert events.count("roster.imported.v1") == 2


async def test_a_filtered_pull_without_news_makes_no_import(
    service: Running, system: StudentSystem
) -> None:
    """A quiet night leaves no version, no package and no event."""
    system.time = dt.datetime(2026, 3, 4, 9, 0, tzinfo=dt.UTC)
    await keep(service, system)
    assert (await pull(service)).outcome == "applied"
    version = (await service.school()).version
    system.asked.clear()
    result = await pull(service)
    assert (result.outcome, result.mode, result.package) == ("nothing_changed", "delta", "")
    assert "filter=dateLastModified" in system.questions("users")[0]
    # By the system's own clock, five minutes before the last pull began.
    assert "2026-03-04T08:55:00" in system.questions("users")[0]
    assert (await service.school()).version == version
    assert list((service.folder / "data" / "imports").iterdir()) == []


async def test_changes_that_cannot_be_taken_are_read_in_full(
    service: Running, system: StudentSystem
) -> None:
    """A change reaches the roster whether or not packages of changes are taken."""
    system.time = dt.datetime(2026, 3, 4, 9, 0, tzinfo=dt.UTC)
    await keep(service, system)
    await pull(service)
    changed = user_12("k9", "student")
    system.tables["users"].append(changed | {"dateLastModified": "2026-03-04T09:30:00.000Z"})
    result = await pull(service)
    assert result.outcome == "applied"
    assert len((await service.snapshot()).students) == 3


async def test_half_a_school_waits_for_a_person(service: Running, system: StudentSystem) -> None:
    """A pull by itself never takes a tenth of a school's students away, whatever is ticked."""
    system.tables = crowd(20)
    await keep(service, system, changes_only=False)
    assert (await pull(service)).outcome == "applied"
    system.tables = crowd(10)
    result = await pull(service)
    assert (result.outcome, result.code) == ("waits_for_person", "removals_need_confirmation")
    assert len((await service.snapshot()).students) == 20
    staged = await waits(service)
    assert staged is not None
    assert (await service.apply(staged, actor=IT, allow_removals=True)).status == "accepted"
    assert len((await service.snapshot()).students) == 10


async def waits(service: Running) -> StagedImport | None:
    school = (await service.school()).id
    try:
        return await service.client.get(
            "/sources/waiting", StagedImport, school=school, source="sis"
        )
    except ProblemError:
        return None


async def test_without_apply_a_person_decides(service: Running, system: StudentSystem) -> None:
    """A source that does not apply by itself only prepares; the office applies as ever."""
    system.tables["users"].append(user_12("k3", "student"))
    await keep(service, system, apply=False)
    result = await pull(service)
    assert (result.outcome, result.code) == ("waits_for_person", "")
    assert len((await service.snapshot()).students) == 2
    staged = await waits(service)
    assert staged is not None
    assert (await service.apply(staged)).status == "accepted"
    assert len((await service.snapshot()).students) == 3
    assert await waits(service) is None
    system.asked.clear()
    await pull(service)
    assert "filter=" in system.questions("users")[0]


async def test_a_cut_pull_changes_nothing_and_is_taken_up_again(
    service: Running, system: StudentSystem
) -> None:
    """Stopped in the middle of a table: no version, nothing on disk, and it comes again."""
    reached, never = asyncio.Event(), asyncio.Event()

    async def stuck(_request: web.Request) -> None:
        reached.set()
        await never.wait()

    system.trouble = [fine, fine, fine, fine, stuck]
    system.tables["users"].append(user_12("k3", "student"))
    await keep(service, system)
    school = (await service.school()).id
    await service.client.send(PullNow(op_id=service.op(), school=school, actor=IT, source="sis"))
    await asyncio.wait_for(reached.wait(), DEADLINE)
    await service.stop()
    assert list((service.folder / "data" / "imports").iterdir()) == []
    await service.start()
    cut = await listed(service)
    assert cut.last is not None
    assert (cut.last.code, cut.last.again) == ("cut_off", True)
    assert len((await service.snapshot()).students) == 2
    service.clock.advance(dt.timedelta(minutes=3))
    done = await until(service, lambda one: bool(one.last and one.last.outcome == "applied"))
    assert done.asked_op == ""
    assert len((await service.snapshot()).students) == 3
    never.set()


async def test_a_source_comes_round_by_the_clock(service: Running, system: StudentSystem) -> None:
    """Every N hours by the installation's clock, also over a restart, and not before."""
    await keep(service, system, every_hours=6)
    source = await listed(service)
    assert source.last is None
    assert source.next_at == service.clock.now() + 6 * HOUR
    await service.stop()
    service.clock.advance(7 * HOUR)
    await service.start()
    done = await until(service, lambda one: one.last is not None)
    assert done.last is not None
    assert (done.last.outcome, done.last.op) == ("applied", "")
    assert done.next_at == service.clock.now() + 6 * HOUR


async def test_an_open_incident_holds_a_pull_back(service: Running, system: StudentSystem) -> None:
    """While people are being accounted for nobody even asks the student system."""
    await keep(service, system)
    school = (await service.school()).id
    await incident(service, school, "INSERT INTO open_incidents VALUES ($1, 'i')")
    ask = PullNow(op_id=service.op(), school=school, actor=IT, source="sis")
    assert (await service.client.send(ask)).status == "accepted"
    held = await until(service, lambda one: one.waits == "incident_open")
    assert (held.last, held.asked_op, system.asked) == (None, ask.op_id, [])
    await incident(service, school, "DELETE FROM open_incidents WHERE school = $1")
    await service.client.send(ask)
    done = await until(service, lambda one: one.last is not None)
    assert done.last is not None
    assert done.last.outcome == "applied"


async def test_an_incident_that_opens_meanwhile_stops_the_import(
    service: Running, system: StudentSystem
) -> None:
    """Declared between the first page and the last: nothing is applied under the incident."""
    school = (await service.school()).id

    async def declared(_request: web.Request) -> None:
        await incident(service, school, "INSERT INTO open_incidents VALUES ($1, 'i')")

    system.trouble = [fine, declared]
    system.tables["users"].append(user_12("k3", "student"))
    await keep(service, system)
    result = await pull(service)
    assert (result.outcome, result.again) == ("incident_open", True)
    assert len((await service.snapshot()).students) == 2
    await incident(service, school, "DELETE FROM open_incidents WHERE school = $1")
    service.clock.advance(dt.timedelta(minutes=5))
    await until(service, lambda one: bool(one.last and one.last.outcome == "applied"))


async def test_other_schools_of_the_server_stay_out(
    service: Running, system: StudentSystem
) -> None:
    """Children of schools that the source may not change never reach this installation."""
    system.tables["orgs"].append(led("x", name="Other", type="school"))
    system.tables["classes"].append(
        led("cx", title="Theirs", classType="homeroom", school=ref("org", "x"))
    )
    system.tables["users"] += [
        user_12("kx", "student", org="x"),
        # Registered at a brother's school, guardian of a child who is here.
        user_12("g2", "guardian", org="x", agents=("k1",)),
        user_12("g3", "guardian", org="x", agents=("kx",)),
    ]
    await keep(service, system)
    result = await pull(service)
    assert result.outcome == "applied"
    assert [school.name for school in await service.schools()] == ["School"]
    assert len((await service.snapshot()).students) == 2
    assert len((await service.audience()).guardians) == 2
    assert [c.title for c in (await service.snapshot()).classes] == ["Grade 3 A"]


async def test_a_failed_pull_says_what_to_do(service: Running, system: StudentSystem) -> None:
    """A wrong secret ends with its code and a sentence; the roster stays as it was."""
    await keep(service, system, secret="wrong")
    result = await pull(service)
    assert (result.outcome, result.code, result.again) == ("failed", "credentials_refused", False)
    assert "secret" in result.reason
    assert (await service.school()).version == 1


async def test_a_broken_server_is_tried_again_before_its_time(
    service: Running, system: StudentSystem
) -> None:
    """What fails for now is repeated after minutes, not after a day."""
    system.trouble = [once(200, "no json at all")]
    await keep(service, system)
    result = await pull(service)
    assert (result.code, result.again) == ("page_not_json", True)
    source = await listed(service)
    assert source.next_at == result.started + dt.timedelta(minutes=2)
    service.clock.advance(dt.timedelta(minutes=2))
    await until(service, lambda one: bool(one.last and one.last.outcome == "applied"))


async def test_an_instance_that_stands_by_pulls_nothing(
    service: Running, system: StudentSystem, tmp_path: Path
) -> None:
    """Two processes of one roster ask the student system once; the other takes over later."""
    await keep(service, system, every_hours=6)
    other = running(service.database, tmp_path / "other", pull_hosts=("127.0.0.1",))
    async with other as standing_by:
        standing_by.clock.advance(7 * HOUR)
        # It would have looked many times by now, had it been its turn.
        school = (await service.school()).id
        ask = PullNow(op_id=service.op(), school=school, actor=IT, source="sis")
        with pytest.raises(Unavailable):
            await standing_by.client.send(ask)
        assert (await listed(standing_by)).last is None
        assert system.asked == []
        await service.stop()
        await until(standing_by, lambda one: one.last is not None)
        assert system.tokens_given == 1
        await service.start()


async def test_a_source_that_changed_meanwhile_begins_anew(
    service: Running, system: StudentSystem
) -> None:
    """Pointed to another server in the middle of a pull: that one is read in full at first."""

    async def changed(_request: web.Request) -> None:
        again = await keep(service, system, version="1.1")
        assert again.status == "accepted"

    system.trouble = [fine, changed]
    await keep(service, system)
    assert (await pull(service)).outcome == "applied"
    await keep(service, system)
    system.asked.clear()
    await pull(service)
    assert "filter=" not in system.questions("users")[0]
