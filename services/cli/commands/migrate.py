"""`muster migrate`."""

import asyncio
import os

from services.cli.installation import Installation, data_folder, find_running
from services.cli.output import print_json
from services.cli.schema import bring_up_to_date
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
    applied = asyncio.run(bring_up_to_date(url, services, key))
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
