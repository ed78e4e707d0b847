"""The rules that every reason of an owner has words on the pages, in every language."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from tests.architecture.tree import Tree

REFUSALS = "services/web/domain/refusal_words/"
FINDINGS = "services/web/domain/finding_words/"
SPANISH = "services/web/locale/es/LC_MESSAGES/"
FOUND = "services/roster/domain/"

AREAS = {
    "services/roster/domain/problems.py": "package",
    "services/roster/domain/custody/words.py": "own_facts",
    "services/roster/domain/day/sheet.py": "day",
    "services/roster/domain/photos/matching.py": "photos",
    "services/roster/domain/pulling/failures.py": "pulls",
}
"""Where the roster has the words of what it finds → the area whose pages say it."""

CARRIERS = {
    *("Refusal", "Refused", "ProblemError", "WebProblem", "Denied"),
    *("_refused", "bad_body", "session_over", "not_from_here"),
}
"""What a refusal is made with; its code is the first or second argument, or `code=`."""

CODE = re.compile(r"^[a-z][a-z0-9_]+$")


def refusals_have_words(tree: Tree) -> Iterator[str]:
    """Whoever is refused reads why in their own language, whichever service refused."""
    known = keys(tree, REFUSALS, "REFUSALS")
    for code, place in refusal_codes(tree).items():
        if code not in known:
            yield (
                f"{place} refuses with {code!r}, which has no words: add a sentence to REFUSALS of"
                f" its area under {REFUSALS} and its Spanish to {SPANISH}refusals.po"
            )
    for code in sorted(code for code, times in known.items() if times > 1):
        yield f"{REFUSALS} has {code!r} twice: only the last one would be said"


def findings_have_words(tree: Tree) -> Iterator[str]:
    """What is wrong with a package is said in the language of who imports it."""
    for path, _ in tree.python(FOUND):
        found = keys(tree, path, "WORDS")
        if found and path not in AREAS:
            yield f"{path} has words of findings: name the area whose pages say them in AREAS"
            continue
        said = f"{FINDINGS}{AREAS.get(path)}.py"
        for code in sorted(found.keys() - keys(tree, said, "FINDINGS").keys()):
            yield (
                f"{path} finds {code!r}, which has no words: add a sentence to FINDINGS in"
                f" {said} and its Spanish to {SPANISH}findings.po"
            )


def refusal_codes(tree: Tree) -> dict[str, str]:
    """Each code that a service refuses with → where first. The command line speaks English."""
    found: dict[str, str] = {}
    for name, module in tree.python("services/"):
        if name.startswith("services/cli/"):
            continue
        for node in ast.walk(module):
            for code in codes_of(node):
                found.setdefault(code, f"{name}:{getattr(node, 'lineno', 0)}")
    return found


def codes_of(node: ast.AST) -> Iterator[str]:
    """Codes written out in this call, or as the `code` of an error's class."""
    match node:
        case ast.Call(func=ast.Name(id=made) | ast.Attribute(attr=made)) if made in CARRIERS:
            named = [word.value for word in node.keywords if word.arg == "code"]
            for argument in (*node.args[:2], *named):
                yield from constants(argument)
        case ast.ClassDef(body=body):
            for line in body:
                match line:
                    case ast.Assign(targets=[ast.Name(id="code")], value=value):
                        yield from constants(value)


def constants(node: ast.expr) -> Iterator[str]:
    """Codes among a constant and both sides of a choice."""
    match node:
        case ast.Constant(value=str(said)) if CODE.match(said):
            yield said
        case ast.IfExp(body=one, orelse=other):
            yield from constants(one)
            yield from constants(other)


def keys(tree: Tree, path: str, table: str) -> Counter[str]:
    """Keys of dicts of that name that are written out in the file, or in the folder's files."""
    found: Counter[str] = Counter()
    for _, module in tree.python(path):
        for node in ast.walk(module):
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=named)], value=ast.Dict(keys=entries))
                    | ast.AnnAssign(target=ast.Name(id=named), value=ast.Dict(keys=entries))
                ) if named == table:
                    found.update(str(k.value) for k in entries if isinstance(k, ast.Constant))
    return found
