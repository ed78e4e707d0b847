"""The `muster` command: which commands there are, and how they end."""

import os
import sys
from collections.abc import Sequence

import msgspec
from cyclopts import App, CycloptsError

from services.cli.errors import CommandError

EXIT_USAGE = 2
EXIT_PIPE = 141
"""As a program that SIGPIPE ended."""

COMMANDS = "services.cli.commands"


class Failure(msgspec.Struct, frozen=True):
    """What `--json` prints when a command fails."""

    code: str
    message: str


class FailureReport(msgspec.Struct, frozen=True):
    """{"error": {"code", "message"}}"""

    error: Failure


def build_app() -> App:
    """Every command by name. Each one's module is imported only when it runs."""
    app = App(name="muster", help="School emergencies and reunification, run from one place.")
    add(app, "up", "up:up", "Start everything and keep it running.")
    add(app, "status", "status:status", "What is running, and whether it is ready.")
    add(app, "doctor", "doctor:doctor", "What is wrong here, and what to do about it.")
    add(app, "import", "packages:import_roster", "Import a OneRoster zip or folder.")
    add(app, "pull", "pulls:pull_source", "Pull the roster from a student system now.")
    add(app, "photos", "pulls:store_photos", "Store a zip or folder of student photos.")
    add(app, "demo-school", "packages:demo_school", "Write a synthetic OneRoster zip.")
    add(app, "paper", "paper:paper", "Print roster sheets or blank cards into a PDF.")
    add(app, "migrate", "migrate:migrate", "Bring every service's database up to date.")
    user = App(name="user", help="People who sign in.")
    add(user, "create", "users:create_user", "Create an account, with roles at a school.")
    add(user, "list", "users:list_user", "Everyone with an account.")
    add(user, "grant", "users:grant_user", "Set a person's roles at a school.")
    add(user, "password", "users:password_user", "Set a person's password.")
    add(user, "link", "users:link_user", "A one-time link that enrols a device.")
    app.command(user)
    rights = App(name="rights", help="What a school says itself and no roster import touches.")
    add(rights, "import", "rights:import_rights", "Import rights, consent, guardians, plans.")
    app.command(rights)
    token = App(name="token", help="Bearer tokens for the HTTP API.")
    add(token, "create", "tokens:create_token", "Create a token for one role at one school.")
    app.command(token)
    return app


def add(app: App, name: str, place: str, summary: str) -> None:
    """A command by where its function is: `module:function` below the commands' package."""
    app.command(f"{COMMANDS}.{place}", name=name, help=summary)


def run(arguments: Sequence[str]) -> int:
    """Run one command line. Exit code: 0 done, 1 failed, 2 refused or not understood."""
    as_json = "--json" in arguments
    try:
        result = build_app()(
            arguments, exit_on_error=False, print_error=not as_json, result_action="return_value"
        )
        sys.stdout.flush()
    except BrokenPipeError:
        # `muster … | head`: whoever reads has enough. Nothing is left to be flushed at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_PIPE
    except CycloptsError as error:
        if as_json:
            _tell(CommandError("usage", str(error)), as_json=True)
        return EXIT_USAGE
    except CommandError as error:
        _tell(error, as_json=as_json)
        return error.exit_code
    return result if isinstance(result, int) else 0


def _tell(error: CommandError, *, as_json: bool) -> None:
    if as_json:
        report = FailureReport(Failure(error.code, str(error)))
        print(msgspec.json.encode(report).decode())
    else:
        print(f"muster: {error} [{error.code}]", file=sys.stderr)
