"""`muster doctor`: what is wrong here, and what to do about it."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Mapping

import asyncpg
import msgspec

from services.chassis.database import SchemaTooOld, check_schema
from services.cli.commands.status import ask_services
from services.cli.embedded.binaries import nats_server, postgres_install
from services.cli.embedded.nats import refuse_lazy_disk
from services.cli.errors import CommandError
from services.cli.installation import Installation, Running, find_running
from services.cli.output import print_json, print_table
from services.cli.supervisor.services import SERVICES

EXIT_UNWELL = 1
SMALLEST_DISK = 2 * 2**30


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at. remedy: what to do, "" when it is well."""

    check: str
    well: bool
    remedy: str = ""


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """What `muster doctor --json` prints."""

    well: bool
    findings: tuple[Finding, ...]


def doctor(*, json: bool = False) -> int:
    """Look at everything that Muster needs here. Exit code 1 when something needs a hand.

    Parameters
    ----------
    json
        Print one JSON object.
    """
    findings = asyncio.run(examine(os.environ))
    diagnosis = Diagnosis(well=all(one.well for one in findings), findings=tuple(findings))
    if json:
        print_json(diagnosis)
    else:
        rows = [(one.check, "well" if one.well else "NOT WELL", one.remedy) for one in findings]
        print_table(("check", "", "what to do"), rows)
    return 0 if diagnosis.well else EXIT_UNWELL


async def examine(environ: Mapping[str, str]) -> list[Finding]:
    """Programs first, then the running installation part by part."""
    findings = [
        await look("postgres_program", _found(postgres_install)),
        await look("nats_program", _found(nats_server)),
    ]
    try:
        installation, running = find_running(environ)
    except CommandError as error:
        return [*findings, Finding(check="running", well=False, remedy=str(error))]
    checks: dict[str, Callable[[], Awaitable[str]]] = {
        "disk": lambda: _disk(installation),
        "nats_writes_to_disk": lambda: _nats(running),
        "database": lambda: _database(running),
    }
    findings += [await look(name, check) for name, check in checks.items()]
    return [*findings, *(await _services(running))]


async def look(check: str, remedy_of: Callable[[], Awaitable[str]]) -> Finding:
    """Run one check; it returns the remedy, "" when all is well. A failure is a finding too."""
    try:
        remedy = await remedy_of()
    except CommandError as error:
        remedy = str(error)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        remedy = f"The check itself failed ({type(error).__name__}); see `muster status`."
    return Finding(check=check, well=not remedy, remedy=remedy)


def _found(find: Callable[[], object]) -> Callable[[], Awaitable[str]]:
    async def check() -> str:
        find()
        return ""

    return check


async def _disk(installation: Installation) -> str:
    free = shutil.disk_usage(installation.folder).free
    if free >= SMALLEST_DISK:
        return ""
    return f"Only {free // 2**20} MB are free beside {installation.folder}; make room."


async def _nats(running: Running) -> str:
    refuse_lazy_disk(running.nats_monitor_url)
    return ""


async def _database(running: Running) -> str:
    for spec in SERVICES:
        if not spec.database:
            continue
        async with asyncpg.create_pool(
            running.database_url,
            min_size=0,
            max_size=1,
            timeout=3,
            server_settings={"search_path": spec.name},
        ) as pool:
            try:
                await check_schema(pool, spec.name)
            except SchemaTooOld as error:
                return str(error)
    return ""


async def _services(running: Running) -> list[Finding]:
    return [
        Finding(
            check=one.service,
            well=one.ready,
            remedy="" if one.ready else f"Read {one.url}/health/ready and its log.",
        )
        for one in await ask_services(running)
    ]
