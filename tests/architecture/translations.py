"""The rule that everything a person reads is there in every language."""

import re
from collections.abc import Iterator
from io import BytesIO, StringIO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po

from tests.architecture.tree import Tree

# English stands in the code itself.
LANGUAGES = ("es",)
METHODS = {".py": "python", ".html": "jinja2.ext:babel_extract", ".txt": "jinja2.ext:babel_extract"}
BRACES = re.compile(r"\{\w+\}")
JINJA = {"extensions": "jinja2.ext.i18n", "trimmed": "true", "silent": "false"}


def catalogues_are_complete(tree: Tree) -> Iterator[str]:
    """Each marked string is translated, with its placeholders, and no longer marked as a guess."""
    for service in sorted(tree.folders("services/")):
        wanted = marked(tree, f"services/{service}/")
        for language in LANGUAGES if wanted else ():
            catalogue = translations(tree, f"services/{service}/locale/{language}/LC_MESSAGES/")
            for text, place in wanted.items():
                if complaint := missing(catalogue.get(text)):
                    yield f"{place} {complaint} in {language}: {text!r}"


def marked(tree: Tree, folder: str) -> dict[str, str]:
    """Each string of the service that goes through gettext → where it stands first."""
    found: dict[str, str] = {}
    for name, source in tree.under(folder):
        if (method := METHODS.get("." + name.rsplit(".", 1)[-1])) is None:
            continue
        options = JINJA if method.startswith("jinja2") else {}
        stream = BytesIO(source.encode())
        for line, message, _, _ in extract(method, stream, DEFAULT_KEYWORDS, (), options):
            text = message[0] if isinstance(message, tuple) else message
            found.setdefault(text, f"{name}:{line}")
    return found


def translations(tree: Tree, folder: str) -> Catalog:
    """All catalogues of the folder as one; empty when there is none."""
    every = Catalog()
    for _, text in tree.under(folder, ending=".po"):
        for message in read_po(StringIO(text)):
            if message.id:
                every[message.id] = message
    return every


def missing(message: Message | None) -> str | None:
    if message is None:
        return "has no translation"
    said = message.string if isinstance(message.string, tuple | list) else (message.string,)
    strings = [text for text in said if text]
    if len(strings) < len(said):
        return "has an empty translation"
    if message.fuzzy:
        return "has a guessed translation"
    if message.python_format and list(message.check()):
        return "loses a placeholder"
    if any(set(BRACES.findall(text)) != set(BRACES.findall(first(message))) for text in strings):
        return "loses a placeholder"
    return None


def first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]
