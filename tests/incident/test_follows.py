"""Which roster an incident pins."""

from services.chassis.commands import Tokens
from tests.chassis_fixtures import Databases
from tests.fakes.clock import SettableClock
from tests.identity.roster import PaperRoster, serving
from tests.identity.running import until
from tests.incident.running import Running, running
from tests.incident.scenes import SCHOOL, call


async def pinned(service: Running) -> int:
    """The version that a drill started now would pin."""
    reply = await service.declare(call("hold"), "drill")
    state = await service.state()
    assert state.open is not None
    await service.close(reply)
    return state.open.roster_version


async def test_an_incident_pins_the_newest_roster(database: Databases) -> None:
    """Who is looked for is who was on the roster at that moment, also after a restart."""
    db = await database("incident")
    roster = PaperRoster(SettableClock())
    roster.imported(SCHOOL)
    roster.imported(SCHOOL)
    async with serving(roster, Tokens(db.service_key)) as url, running(db, roster_url=url) as it:

        async def second() -> bool:
            return await pinned(it) == 2

        await until(second)
        roster.imported(SCHOOL)

        async def third() -> bool:
            return await pinned(it) == 3

        await until(third)
        await it.stop()
        await it.start()
        await until(third)


async def test_a_restored_roster_starts_over(database: Databases) -> None:
    """After a restore a version that no longer exists is not pinned."""
    db = await database("incident")
    roster = PaperRoster(SettableClock())
    roster.imported(SCHOOL)
    roster.imported(SCHOOL)
    async with serving(roster, Tokens(db.service_key)) as url, running(db, roster_url=url) as it:

        async def second() -> bool:
            return await pinned(it) == 2

        await until(second)
        roster.logs[SCHOOL].pop()
        roster.lineage = "restored"

        async def first() -> bool:
            return await pinned(it) == 1

        await until(first)


async def test_a_declaration_does_not_wait_for_the_roster(database: Databases) -> None:
    """With the roster away a Lockdown starts at once, with version 0."""
    db = await database("incident")
    async with running(db, roster_url="http://127.0.0.1:1") as service:
        reply = await service.declare(call("lockdown"))
        state = await service.state()
        assert reply.status == "accepted"
        assert state.open is not None
        assert state.open.roster_version == 0
