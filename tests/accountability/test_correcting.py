"""The incident service beside accountability: a student's harm blocks "started in error"."""

from schemas.incident import Correct
from tests.accountability.running import TEACHER, Scene, running
from tests.chassis_fixtures import Databases
from tests.conditions import eventually
from tests.fakes.roster import students_of
from tests.incident.scenes import OFFICE, SCHOOL, call

INJURED, *_ = students_of(0)


async def proposed(scene: Scene) -> str:
    """What proposing the correction of the open incident is answered with."""
    incident = (await scene.incident.state()).open
    assert incident is not None
    command = Correct(op_id=scene.op(), school=SCHOOL, actor=OFFICE, incident=incident.id)
    return (await scene.incident.client.send(command)).code


async def test_a_standing_injury_blocks_the_correction(database: Databases) -> None:
    """From the mark on, over a restart of either service, until the mark is taken back."""
    async with running(await database("incident", "accountability")) as scene:
        reply = await scene.incident.declare(call("lockdown"))
        assert reply.incident is not None
        incident = reply.incident

        async def answers(code: str) -> None:
            async def so() -> bool:
                return await proposed(scene) == code

            await eventually(so)

        async def marked() -> bool:
            return (await scene.mark(incident, INJURED, "injured")).status == "accepted"

        await eventually(marked)
        await answers("injury_reported")
        await scene.incident.stop()
        await scene.incident.start()
        await answers("injury_reported")
        await scene.stop()
        await answers("students_unknown")
        await scene.start()
        await answers("injury_reported")
        await scene.account(incident, TEACHER, take_back=tuple(range(1, scene.n(TEACHER))))
        await answers("")
