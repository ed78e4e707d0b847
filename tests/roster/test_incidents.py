"""The roster follows incident: an import waits for the close, also across a restart."""

import asyncio
from pathlib import Path

import msgspec

from schemas.identifiers import SchoolId
from schemas.incident import ActionCall, Close, Declare
from schemas.replies import Reply
from tests.chassis_fixtures import Databases
from tests.incident.running import Running as IncidentService
from tests.incident.running import running as running_incident
from tests.roster.packages import package_11, user
from tests.roster.running import OFFICE, Running, running

DEADLINE = 60.0


async def start_drill(incident: IncidentService, school: SchoolId) -> Reply:
    """Declares as soon as the incident service has heard of the school."""
    command = Declare(
        op_id=incident.op(),
        school=school,
        actor=OFFICE,
        mode="drill",
        action=ActionCall(kind="evacuate", location="North field"),
    )
    async with asyncio.timeout(DEADLINE):
        while (reply := await incident.client.send(command)).status != "accepted":
            command = msgspec.structs.replace(command, op_id=incident.op())
            await asyncio.sleep(0.02)
    return reply


async def rows(roster: Running, school: SchoolId) -> int:
    """Open incidents that the roster knows of."""
    connection = await roster.connect()
    try:
        async with connection.transaction():
            await connection.execute("SELECT set_config('muster.school', $1, true)", school)
            return int(await connection.fetchval("SELECT count(*) FROM open_incidents"))
    finally:
        await connection.close()


async def await_rows(roster: Running, school: SchoolId, count: int) -> None:
    async with asyncio.timeout(DEADLINE):
        while await rows(roster, school) != count:  # noqa: ASYNC110 -- in another process
            await asyncio.sleep(0.02)


async def test_an_import_waits_for_the_close(database: Databases, tmp_path: Path) -> None:
    """Declared: refused with its reason, also after a restart; closed: the same file goes in."""
    db = await database("incident", "roster")
    async with running_incident(db, start=False) as incident:
        url = f"http://127.0.0.1:{incident.settings.port}"
        async with running(db, tmp_path, incident_url=url) as roster:
            incident.settings = msgspec.structs.replace(
                incident.settings, roster_url=f"http://127.0.0.1:{roster.settings.port}"
            )
            await incident.start()
            await roster.take(package_11())
            school = (await roster.school()).id
            drill = await start_drill(incident, school)
            await await_rows(roster, school, 1)
            files = package_11()
            files["users.csv"] += user("k9", "student")
            staged = await roster.upload(files)
            refused = await roster.apply(staged)
            assert (refused.code, "School" in refused.reason) == ("incident_open", True)
            await roster.stop()
            await roster.start()
            assert (await roster.apply(staged)).code == "incident_open"
            assert drill.incident is not None
            close = Close(op_id=incident.op(), school=school, actor=OFFICE, incident=drill.incident)
            assert (await incident.client.send(close)).status == "accepted"
            await await_rows(roster, school, 0)
            assert (await roster.apply(staged)).status == "accepted"
            assert len((await roster.snapshot()).students) == 3
