"""Marks made by a wrong, copied or forged client: nobody's word is silenced by them."""

from collections.abc import AsyncIterator

import pytest

from schemas.accountability import Mark
from schemas.vocabulary import Actor
from services.chassis.commands import ProblemError
from tests.accountability.running import OTHER, TEACHER, Scene, running
from tests.chassis_fixtures import Databases
from tests.fakes.roster import HOMEROOMS, students_of

STUDENT = students_of(0)[0]
COPY = Actor(person=OTHER.person, roles=("teacher",), device=TEACHER.device)
"""Someone else whose client says that it is the first teacher's phone."""


@pytest.fixture
async def scene(database: Databases) -> AsyncIterator[Scene]:
    async with running(await database("incident", "accountability")) as scene:
        yield scene


async def test_a_mark_cannot_have_seen_what_comes_after_it(scene: Scene) -> None:
    """A `seen` from the future does not silence the next person who says "missing"."""
    incident = await scene.evacuate()
    await scene.mark(incident, STUDENT, "with", TEACHER, seen=10**9)
    await scene.mark(incident, STUDENT, "missing", OTHER)
    assert (await scene.states())[STUDENT] == "missing"


async def test_the_rest_of_a_class_cannot_have_seen_the_future(scene: Scene) -> None:
    """A bulk mark with a `seen` from the future leaves later bulk marks of others standing."""
    incident = await scene.evacuate()
    await scene.rest(incident, HOMEROOMS[0], (STUDENT,), TEACHER, seen=10**9)
    await scene.rest(incident, HOMEROOMS[0], (STUDENT,), OTHER)
    row = next(row for row in (await scene.accountings())[0].rows if row.student == STUDENT)
    assert row.contradicted


async def test_a_copied_device_id_outranks_nobody(scene: Scene) -> None:
    """A higher counter under another person's device id is a conflict, not a correction."""
    incident = await scene.evacuate()
    await scene.mark(incident, STUDENT, "missing", TEACHER)
    await scene.mark(incident, STUDENT, "with", COPY, seen=0)
    assert (await scene.states())[STUDENT] == "missing"


async def test_nobody_takes_back_what_another_person_said(scene: Scene) -> None:
    """A take-back counts for the counters of the person who sends it, also after a restart."""
    incident = await scene.evacuate()
    await scene.mark(incident, STUDENT, "missing", TEACHER)
    await scene.account(incident, COPY, take_back=(1,))
    assert (await scene.states())[STUDENT] == "missing"
    await scene.account(incident, TEACHER, take_back=(1,))
    await scene.stop()
    await scene.start()
    await scene.mark(incident, STUDENT, "absent", OTHER)
    assert (await scene.states())[STUDENT] == "absent"


@pytest.mark.parametrize("counter", [2**53, 2**63, 10**30])
async def test_a_counter_that_no_phone_can_draw_is_refused(scene: Scene, counter: int) -> None:
    """Numbers beyond what a browser counts to are a bad command, never a failure of ours."""
    incident = await scene.evacuate()
    said: list[dict[str, object]] = [
        {"take_back": (counter,)},
        {"marks": (Mark(student=STUDENT, state="with", n=counter, seen=1),)},
        {"marks": (Mark(student=STUDENT, state="with", n=1, seen=counter),)},
    ]
    for each in said:
        with pytest.raises(ProblemError) as problem:
            await scene.account(incident, TEACHER, **each)
        assert (problem.value.status, problem.value.code) == (400, "bad_command")
    assert (await scene.states())[STUDENT] == "unknown"
