"""`muster status`."""

import asyncio
import os

import msgspec

from services.cli.installation import Running, find_running
from services.cli.output import print_json, print_table
from services.cli.supervisor.probe import answers

EXIT_NOT_READY = 1


class ServiceStatus(msgspec.Struct, frozen=True):
    """One service. ready: GET /health/ready answered 200."""

    service: str
    ready: bool
    url: str


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What `muster status --json` prints."""

    url: str
    folder: str
    demo: bool
    ready: bool
    services: tuple[ServiceStatus, ...]


def status(*, json: bool = False) -> int:
    """What is running, and whether each part is ready. Exit code 1 when one is not.

    Parameters
    ----------
    json
        Print one JSON object.
    """
    installation, running = find_running(os.environ)
    services = asyncio.run(ask_services(running))
    found = Status(
        url=running.url,
        folder=str(installation.folder),
        demo=running.demo,
        ready=all(service.ready for service in services),
        services=services,
    )
    if json:
        print_json(found)
    else:
        _print(found)
    return 0 if found.ready else EXIT_NOT_READY


async def ask_services(running: Running) -> tuple[ServiceStatus, ...]:
    """Every service at once, within a second."""
    ready = await asyncio.gather(
        *(answers(f"{url}/health/ready") for url in running.services.values())
    )
    return tuple(
        ServiceStatus(service, well, url)
        for (service, url), well in zip(running.services.items(), ready, strict=True)
    )


def _print(found: Status) -> None:
    print(f"{found.url}  {'(demo) ' if found.demo else ''}{found.folder}")
    print_table(
        ("service", "ready", "address"),
        [(one.service, "yes" if one.ready else "NO", one.url) for one in found.services],
    )
