"""`muster up` with two example services: `example_up.py FOLDER PORT`. For tests to start and kill.

The embedded servers are the real ones.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from services.cli.errors import CommandError
from services.cli.installation import Installation
from services.cli.supervisor.services import Listens, ServiceSpec
from services.cli.supervisor.up import Plan, supervise

EXAMPLES = (
    ServiceSpec("incident", "tests.cli.example_incident"),
    ServiceSpec("web", "tests.cli.example_web", listens=Listens.PUBLIC),
)


async def migrate_nothing(_url: str, _services: Sequence[str], _key: str) -> None:
    """The examples store nothing."""


def example_plan(port: int) -> Plan:
    """The examples on a public port."""
    return Plan(
        services=EXAMPLES,
        public_port=port,
        migrate=migrate_nothing,
        password_of=lambda key, service: f"{service}-{len(key)}",
    )


def main(folder: str, port: str) -> int:
    """Exit code 1 with the code on stderr when refused."""
    installation = Installation(Path(folder))
    try:
        with installation.held():
            supervise(installation, example_plan(int(port)), lambda line: print(line, flush=True))
    except CommandError as error:
        print(error.code, error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
