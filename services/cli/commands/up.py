"""`muster up`."""

import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial

from services.chassis.database import migrate
from services.chassis.settings import derive
from services.cli.demo.first_run import demo_clock, load_demo
from services.cli.errors import CommandError
from services.cli.installation import Installation, data_folder
from services.cli.supervisor.services import DEMO_SERVICES, SERVICES
from services.cli.supervisor.up import Plan, supervise

DEFAULT_PORT = 8080


def up(*, demo: bool = False) -> None:
    """Start everything and keep it running until SIGINT or SIGTERM.

    MUSTER_DATA names the folder that everything is kept in, MUSTER_PORT the port for browsers
    (the live socket takes the next one). DATABASE_URL and NATS_URL (with NATS_MONITOR_URL)
    replace the servers that come with Muster.

    Parameters
    ----------
    demo
        A synthetic school to try things out in, with its own folder, clock and sign-in.
    """
    environ = dict(os.environ)
    installation = Installation(data_folder(environ, demo=demo))
    with installation.held():
        settle_kind(installation, demo=demo)
        supervise(installation, plan_of(installation, environ, demo=demo), say)


def plan_of(installation: Installation, environ: Mapping[str, str], *, demo: bool) -> Plan:
    """The product's own services on the ports of the environment."""
    clock = demo_clock(installation) if demo else 0.0
    plan = partial(
        Plan,
        public_port=public_port(environ),
        migrate=migrate_all,
        password_of=lambda key, service: derive(key, f"db:{service}"),
        clock=float(environ.get("MUSTER_CLOCK", clock)),
        environ=environ,
    )
    if not demo:
        return plan(services=SERVICES)
    return plan(
        services=(*DEMO_SERVICES, *SERVICES), demo=True, first_run=partial(load_demo, installation)
    )


async def migrate_all(admin_url: str, services: Sequence[str], key: str) -> None:
    """Every service's schema, before any of them starts."""
    await migrate(admin_url, services, service_key=key)


def settle_kind(installation: Installation, *, demo: bool) -> None:
    """A folder is a demo's or a school's for ever. Raises CommandError `wrong_kind`."""
    kind = "demo" if demo else "school"
    known = installation.note("kind")
    if known is None:
        installation.keep_note("kind", kind)
    elif known != kind:
        raise CommandError(
            "wrong_kind",
            f"{installation.folder} belongs to a {known}: start it with "
            f"`muster up{' --demo' if known == 'demo' else ''}`, or set MUSTER_DATA to another "
            "folder.",
        )


def public_port(environ: Mapping[str, str]) -> int:
    """MUSTER_PORT; 1 to 65534, because the live socket takes the next one."""
    text = environ.get("MUSTER_PORT") or str(DEFAULT_PORT)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65535):
        raise CommandError("bad_port", f"MUSTER_PORT must be 1 to 65534, not {text!r}.")
    return int(text)


def say(line: str) -> None:
    """Progress, one line at a time, also into a pipe."""
    print(line, flush=True)
    sys.stdout.flush()
