"""What happens once, when a demo starts in an empty folder."""

import asyncio
import tempfile
from pathlib import Path

from schemas.identifiers import SchoolId
from schemas.identity import CreateAccount, GrantRoles
from schemas.roster import RosterSnapshot
from services.chassis.commands import ServiceClient
from services.cli.connection import INSTALLATION, OPERATOR, accepted, connect
from services.cli.demo.people import DemoAccount, demo_accounts
from services.cli.installation import Installation, Running
from services.cli.roster_import import import_package
from services.roster.offline import write_demo_school

AT_ONCE = 8


async def load_demo(installation: Installation, running: Running) -> None:
    """The synthetic school through the real importer, then accounts for its staff."""
    async with connect(installation, running) as services:
        with tempfile.TemporaryDirectory(prefix="muster-demo-") as folder:
            package = Path(folder) / "school.zip"
            write_demo_school(package)
            await import_package(services.roster, package)
        for school in await services.schools():
            roster = await services.roster.get("/snapshot", RosterSnapshot, school=school.id)
            await create_accounts(services.identity, school.id, demo_accounts(roster))


async def create_accounts(
    identity: ServiceClient, school: SchoolId, accounts: list[DemoAccount]
) -> None:
    """Accounts and roles, some at a time; repeated after a crash it changes nothing more."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def create(account: DemoAccount) -> None:
        async with turns:
            await create_account(identity, school, account)

    await asyncio.gather(*(create(account) for account in accounts))


async def create_account(identity: ServiceClient, school: SchoolId, account: DemoAccount) -> None:
    """The op ids come from the login: the same act, however often it is tried."""
    await accepted(
        identity,
        CreateAccount(
            op_id=f"demo-create-{account.login}",
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
            op_id=f"demo-grant-{account.login}",
            school=school,
            actor=OPERATOR,
            person=account.person,
            roles=account.roles,
        ),
    )
