"""Rules on folders, rooms and names. A rule takes the tree and returns what breaks it."""

import re
from collections.abc import Iterator

from tests.architecture.tree import Tree

ROOMS = {
    "README.md",
    "__init__.py",
    "__main__.py",
    "wiring.py",
    "settings.py",
    "follows.py",
    "commands.py",
    "routes.py",
    "sockets.py",
    "senders.py",
    "offline.py",
    "store.py",
    "handlers.py",
    "ports.py",
    "domain",
    "migrations",
}
# A room too long for one file becomes a folder of the same name.
AS_FOLDERS = {room.removesuffix(".py") for room in ROOMS if not room.startswith("__")}
PAGES = {"templates", "static", "locale"}
EXTRA = {"web": PAGES, "board": PAGES, "notifier": PAGES}
# The chassis is a library with a closed list; the command line is a program of its own shape.
WITHOUT_ROOMS = {"chassis", "cli"}
PARTS = {
    "settings",
    "clock",
    "database",
    "ledger",
    "lanes",
    "follower",
    "commands",
    "process",
    "health",
    "logs",
    "metrics",
    "migrations",
}
CHASSIS = {"README.md", "__init__.py", "py.typed"} | PARTS | {f"{part}.py" for part in PARTS}
CATCH_ALL = re.compile(r"^(manager|helper|util|common|base|misc)s?$|_(manager|helper|util)s?$")
MIGRATION = re.compile(r"^(\d{4})_[a-z0-9_]+\.(sql|pre\.sql|post\.sql)$")


def services(tree: Tree) -> list[str]:
    return sorted(tree.folders("services/"))


def folders_are_listed(tree: Tree) -> Iterator[str]:
    """Every folder is in docs/architecture.md, every service also in the table of services."""
    design = tree.files.get("docs/architecture.md", "")
    table = tree.files.get("services/README.md", "")
    for folder in sorted(tree.folders()):
        if f"{folder}/" not in design:
            yield f"{folder}/ is not in docs/architecture.md"
    for service in services(tree):
        if f"{service}/" not in design:
            yield f"services/{service}/ is not in docs/architecture.md"
        if service != "chassis" and f"| `{service}`" not in table:
            yield f"services/{service}/ has no row in services/README.md"


def rooms_are_known(tree: Tree) -> Iterator[str]:
    """A service has the same rooms as every other, and the chassis stays a closed list."""
    for service in services(tree):
        if service not in WITHOUT_ROOMS:
            allowed = ROOMS | AS_FOLDERS | EXTRA.get(service, set())
            for name in sorted(tree.inside(f"services/{service}/") - allowed):
                yield f"services/{service}/{name} is not one of the rooms"
    for name in sorted(tree.inside("services/chassis/") - CHASSIS):
        yield f"services/chassis/{name} is not on the chassis's closed list"


def entry_points_are_short(tree: Tree) -> Iterator[str]:
    """A __main__.py of a service starts what wiring.py made, and no more."""
    for name, text in tree.under("services/", ending="/__main__.py"):
        if name != "services/cli/__main__.py" and len(text.splitlines()) > 15:
            yield f"{name} has {len(text.splitlines())} lines, more than 15"


def names_say_something(tree: Tree) -> Iterator[str]:
    """No module or folder is a drawer for whatever has no other place."""
    for name, _ in tree.under("services/", "schemas/", "tests/", "deploy/", ending=".py"):
        for part in name.removesuffix(".py").split("/"):
            if CATCH_ALL.search(part):
                yield f"{name}: {part!r} says nothing about what is inside"


def migrations_are_numbered(tree: Tree) -> Iterator[str]:
    """0001_words.sql, 0002_…: each number once, none left out, in every service."""
    folders: dict[str, list[str]] = {}
    for path, _ in tree.under("services/", ending=".sql"):
        folder, name = path.rsplit("/", 1)
        if folder.endswith("/migrations"):
            folders.setdefault(folder, []).append(name)
    for folder, names in folders.items():
        if wrong := [name for name in names if not MIGRATION.match(name)]:
            yield f"{folder}: {wrong} are not named 0001_words.sql"
            continue
        numbers = sorted(int(name[:4]) for name in names)
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"{folder}: numbers {numbers} are not 1 to {len(numbers)}, each once"


def code_is_in_packages(tree: Tree) -> Iterator[str]:
    """Without __init__.py code escapes the import rules, and tests of one name hide each other."""
    code = [name for name, _ in tree.under("services/", "schemas/", "tests/", ending=".py")]
    for folder in sorted({name.rsplit("/", 1)[0] for name in code}):
        if f"{folder}/__init__.py" not in tree.files:
            yield f"{folder} has no __init__.py"
