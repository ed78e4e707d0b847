"""`muster migrate`."""

import asyncio
import os

import asyncpg

from services.chassis.database import MigrationChanged
from services.chassis.database import migrate as migrate_services
from services.cli.errors import CommandError
from services.cli.installation import Installation, data_folder, find_running
from services.cli.output import print_json
from services.cli.supervisor.services import SERVICES


def migrate(*, json: bool = False) -> None:
    """Bring the database of every service up to date. `muster up` does it by itself.

    Works on DATABASE_URL, else on the database of the running installation.

    Parameters
    ----------
    json
        Print what was applied as a JSON list.
    """
    url, installation = _database()
    key = installation.service_key_file.read_text().strip()
    services = [spec.name for spec in SERVICES if spec.database]
    try:
        applied = asyncio.run(migrate_services(url, services, service_key=key))
    except (OSError, TimeoutError, asyncpg.PostgresError, MigrationChanged) as error:
        raise CommandError("migration_failed", f"Nothing half-done is left: {error}") from error
    if json:
        print_json(applied)
    else:
        print("\n".join(applied) or "Everything is up to date.")


def _database() -> tuple[str, Installation]:
    if url := os.environ.get("DATABASE_URL"):
        installation = Installation(data_folder(os.environ, demo=False))
        installation.create()
        return url, installation
    installation, running = find_running(os.environ)
    return running.database_url, installation
