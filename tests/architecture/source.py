"""Rules on what the code says. A rule takes the tree and returns what breaks it."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.tree import Tree

OURS = ("services/", "schemas/", "tests/", "deploy/")
# The time of day; a name imported from its module counts too.
CLOCK = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime"},
}
# How long something took is no decision, but a decision must not measure either.
PACING = {"monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"}
INNER = re.compile(r"^services/[a-z]+/(domain/|handlers|ports|offline)")
# Written so that this file does not match its own rule.
UNFINISHED = re.compile(
    r"\b(TO"
    r"DO|FIX"
    r"ME)\b|raise NotImplemented"
    r"Error|\bmark\.(skip|xfail)|pytest\.(skip|xfail)\("
)


def only_the_clock_reads_the_clock(tree: Tree) -> Iterator[str]:
    """Every decision is given `now`, so that a test, a demo and a rebuild can give it too."""
    for name, module in tree.python("services/", "schemas/"):
        if re.match(r"services/chassis/clock(\.py|/)", name):
            continue
        for node in ast.walk(module):
            if (said := reads_time(node)) is None:
                continue
            if said in PACING and not INNER.match(name):
                continue
            yield f"{name}:{getattr(node, 'lineno', 0)} reads the time ({said})"


def reads_time(node: ast.AST) -> str | None:
    """What of the clock this node reaches for: `datetime.now`, `from time import time`."""
    if isinstance(node, ast.Attribute):
        owner = node.value
        last = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
        if node.attr in CLOCK.get(last, ()) or (last == "time" and node.attr in PACING):
            return node.attr
    if isinstance(node, ast.ImportFrom) and node.module == "time":
        for name in node.names:
            if name.name in CLOCK["time"] | PACING:
                return name.name
    return None


def fakes_have_names(tree: Tree) -> Iterator[str]:
    """What we own is replaced by a named fake that passes the same tests, never by a mock."""
    for name, module in tree.python(*OURS):
        for node in ast.walk(module):
            if mocks(node):
                yield f"{name}:{getattr(node, 'lineno', 0)} replaces code by a mock"


def mocks(node: ast.AST) -> bool:
    match node:
        case ast.Import(names=names):
            return any(alias.name in {"mock", "unittest.mock"} for alias in names)
        case ast.ImportFrom(module=module, names=names):
            return module in {"mock", "unittest.mock"} or (
                module == "unittest" and any(alias.name == "mock" for alias in names)
            )
        case ast.Call(func=ast.Attribute(value=ast.Name(id="monkeypatch"), attr="setattr")):
            return True
        case ast.arg(arg="mocker"):
            return True
    return False


def files_are_short(tree: Tree) -> Iterator[str]:
    """A file over 400 lines has more than one subject."""
    for name, text in tree.under(*OURS):
        written = name.endswith((".py", ".sql", ".js", ".css", ".html", ".sh"))
        if written and len(text.splitlines()) > 400:
            yield f"{name} has {len(text.splitlines())} lines, more than 400"


def functions_are_short(tree: Tree) -> Iterator[str]:
    """A function over 60 lines hides its steps."""
    for name, module in tree.python(*OURS):
        for node in functions(module):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > 60:
                yield f"{name}:{node.lineno} {node.name} has {lines} lines, more than 60"


def tests_say_what_they_protect(tree: Tree) -> Iterator[str]:
    """One sentence in each test names the behaviour that would be lost."""
    for name, module in tree.python("tests/"):
        if name.rsplit("/", 1)[1].startswith("test_"):
            for node in functions(module):
                if node.name.startswith("test_") and not ast.get_docstring(node):
                    yield f"{name}:{node.lineno} {node.name} does not say what it protects"


def nothing_is_unfinished(tree: Tree) -> Iterator[str]:
    """What is not done is left out, not announced; a test that does not run protects nothing."""
    for name, text in tree.under(*OURS, ending=".py"):
        for number, line in enumerate(text.splitlines(), 1):
            if found := UNFINISHED.search(line):
                yield f"{name}:{number} is unfinished: {found[0]}"


def functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
