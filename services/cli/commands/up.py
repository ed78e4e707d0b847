"""`muster up`."""

import gc
import os
import sys
from collections.abc import Mapping
from functools import partial
from importlib import import_module

from services.chassis.clock import SystemClock
from services.chassis.settings import derive
from services.cli.demo.clock import DEMO_ZONE, seconds_to_opening
from services.cli.errors import CommandError
from services.cli.installation import Installation, Running, data_folder
from services.cli.schema import bring_up_to_date
from services.cli.supervisor.services import DEMO_SERVICES, SERVICES
from services.cli.supervisor.up import Plan, supervise

DEFAULT_PORT = 8080
CHASSIS_PARTS = ("commands", "database", "follower", "ledger", "lanes", "health", "process")
SLOW_LIBRARIES = ("jinja2", "segno", "websockets.asyncio.server")


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
        migrate=bring_up_to_date,
        warm_up=import_shared_parts,
        password_of=lambda key, service: derive(key, f"db:{service}"),
        clock=float(environ.get("MUSTER_CLOCK", clock)),
        environ=environ,
    )
    if not demo:
        return plan(services=SERVICES)
    return plan(
        services=(*DEMO_SERVICES, *SERVICES), demo=True, first_run=partial(open_demo, installation)
    )


def import_shared_parts() -> None:
    """What every service imports, and what would make one slow to come back.

    Frozen: the collector would write to, and so copy, memory pages that all of them share.
    """
    for part in CHASSIS_PARTS:
        import_module(f"services.chassis.{part}")
    for library in SLOW_LIBRARIES:
        import_module(library)
    gc.collect()
    gc.freeze()


async def open_demo(installation: Installation, running: Running) -> None:
    """Fill an empty demo. Imported here because only the first start of all needs it."""
    from services.cli.demo.first_run import load_demo  # noqa: PLC0415

    say("Loading the demo school")
    await load_demo(installation, running)


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


def demo_clock(installation: Installation) -> float:
    """Seconds added to the real clock: set at the first start, the same ever after."""
    kept = installation.note("clock")
    if kept is None:
        kept = repr(seconds_to_opening(SystemClock().now(), DEMO_ZONE))
        installation.keep_note("clock", kept)
    return float(kept)


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
