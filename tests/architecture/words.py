"""Rules on every tracked text, whatever its kind: addresses, machine paths, picks, locks."""

import re
from collections.abc import Iterator

from tests.architecture.tree import Tree

# Each backslash keeps the pattern from matching the line that it stands on.
REGISTRY = re.compile(
    r"\bpypi\.(org|python)|pythonhosted\.|registry\.(npmjs|yarnpkg)|deb\.debian\.|archive\.ubuntu\."
    r"|--(extra-)?index-url|--find[-]links",
    re.IGNORECASE,
)
MACHINE = re.compile(r"(?<![\w.$}~*])/(work|root|home/\w+|Users/\w+)/\w")
DEPENDENCY = re.compile(r'^\s+"[A-Za-z0-9][\w.-]*(\[[\w,]+\])?\s*[<>=!~].*"')
ADDRESS = re.compile(r"^\s*-|://|^[\w.-]+ @", re.MULTILINE)


def no_package_registry_is_named(tree: Tree) -> Iterator[str]:
    """Where packages come from is the machine's matter: a mirror must work unchanged."""
    yield from lines_with(REGISTRY, tree, "names a package registry")


def no_machine_is_named(tree: Tree) -> Iterator[str]:
    """A path of one machine means nothing on the next."""
    yield from lines_with(MACHINE, tree, "names a path of one machine")


def lines_with(pattern: re.Pattern[str], tree: Tree, complaint: str) -> Iterator[str]:
    for name, text in tree.files.items():
        for number, line in enumerate(text.splitlines(), 1):
            if found := pattern.search(line):
                yield f"{name}:{number} {complaint}: {found[0]}"


def dependencies_have_reasons(tree: Tree) -> Iterator[str]:
    """Each dependency says on its own line what code of ours it replaces."""
    lines = tree.files.get("pyproject.toml", "").splitlines()
    inside = False
    for number, line in enumerate(lines, 1):
        if re.match(r"^\w[\w-]* = \[$", line):
            inside = True
        elif line.startswith("]"):
            inside = False
        elif inside and DEPENDENCY.match(line) and not re.search(r"# .{6,}$", line):
            yield f"pyproject.toml:{number} has no reason: {line.strip()}"


def locks_are_exact(tree: Tree) -> Iterator[str]:
    """A lock pins and hashes every package and says nothing about where to find it."""
    locks = dict(tree.under("deploy/locks/", ending=".lock"))
    if not locks:
        yield "deploy/locks holds no lock"
    for name, text in locks.items():
        for entry in re.split(r"\n(?=\S)", text.strip()):
            first = entry.splitlines()[0] if entry else ""
            if ADDRESS.search(re.sub(r"(?m)^\s*--hash=sha256:[0-9a-f]{64}", "", entry)):
                yield f"{name} holds an option or an address: {first}"
            elif not re.match(r"[\w.-]+(\[[\w,-]+\])?==", first) or "--hash=sha256:" not in entry:
                yield f"{name} does not pin and hash: {first}"
