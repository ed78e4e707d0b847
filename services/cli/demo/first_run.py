"""What happens once, when a demo starts in an empty folder."""

import asyncio
import tempfile
from datetime import datetime
from pathlib import Path

from schemas.identifiers import SchoolId
from schemas.identity import Account, CreateAccount, GrantRoles
from schemas.roster import RosterSnapshot, School, SetSchool
from schemas.roster_day_facts import SchoolDay
from services.chassis.clock import SystemClock
from services.chassis.commands import ServiceClient
from services.cli.connection import INSTALLATION, OPERATOR, accepted, connect
from services.cli.demo.people import DemoAccount, demo_accounts, roster_is_known
from services.cli.demo.school_day import day_commands, day_is_set
from services.cli.errors import CommandError
from services.cli.installation import Installation, Running
from services.cli.roster_import import import_package
from services.roster.offline import write_demo_school

DEADLINE = 30.0
ADDRESS = "1 Harbor Way, Exampleville, north entrance"


async def load_demo(installation: Installation, running: Running) -> None:
    """The synthetic school through the real importer, then the roles that no roster gives.

    Repeated after a crash it changes nothing more. Raises CommandError.
    """
    now = SystemClock(running.clock).now()
    async with connect(installation, running) as services:
        with tempfile.TemporaryDirectory(prefix="muster-demo-") as folder:
            package = Path(folder) / "school.zip"
            write_demo_school(package)
            result = await import_package(services.roster, package)
        if result.applied is None:
            raise CommandError("demo_refused", "The demo's own school was refused.")
        for school in await services.schools():
            await set_address(services.roster, school)
            roster = await services.roster.get("/snapshot", RosterSnapshot, school=school.id)
            await load_day(services.roster, roster, now)
            for account in demo_accounts(roster):
                await create_account(services.identity, school.id, account)
            await until_roster_is_known(services.identity, school.id)


async def set_address(roster: ServiceClient, school: School) -> None:
    """What 911 would be told; the zone stays as it is."""
    await accepted(
        roster,
        SetSchool(
            op_id="demo-address",
            school=school.id,
            actor=OPERATOR,
            zone=school.zone,
            address=ADDRESS,
        ),
    )


async def load_day(roster: ServiceClient, snapshot: RosterSnapshot, now: datetime) -> None:
    """Bells, rooms and today's facts, once: what happened since is the demo's own."""
    school = snapshot.school
    if day_is_set(await roster.get("/day", SchoolDay, school=school.id)):
        return
    for command in day_commands(snapshot, now):
        await accepted(roster, command)


async def create_account(identity: ServiceClient, school: SchoolId, account: DemoAccount) -> None:
    """The op ids come from the login: the same act, however often it is tried."""
    await accepted(
        identity,
        CreateAccount(
            op_id=f"create-{account.login}",
            school=INSTALLATION,
            actor=OPERATOR,
            person=account.person,
            name=account.name,
            login=account.login,
        ),
    )
    await accepted(
        identity,
        GrantRoles(
            op_id=f"grant-{account.login}",
            school=school,
            actor=OPERATOR,
            person=account.person,
            roles=account.roles,
        ),
    )


async def until_roster_is_known(identity: ServiceClient, school: SchoolId) -> None:
    """Identity follows the roster; the demo is ready when its people can be signed in as."""
    try:
        async with asyncio.timeout(DEADLINE):
            # Another service's progress: there is no event to wait for here.
            while not roster_is_known(  # noqa: ASYNC110
                await identity.get("/accounts", list[Account], school=school)
            ):
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise CommandError(
            "demo_not_loaded", "Identity did not take the roster's people over in time."
        ) from None
