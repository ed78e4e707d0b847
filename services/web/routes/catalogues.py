"""Translations, read from the .po files at start; English is the language of the sources."""

import gettext
import io
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from schemas.vocabulary import Language
from services.web.domain.language import LANGUAGES


def load(folder: Path) -> dict[Language, gettext.NullTranslations]:
    """folder: holds <language>/LC_MESSAGES/messages.po."""
    found: dict[Language, gettext.NullTranslations] = {}
    for language in LANGUAGES:
        with (folder / language / "LC_MESSAGES" / "messages.po").open("rb") as source:
            catalogue = read_po(source, locale=language)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        found[language] = gettext.GNUTranslations(compiled)
    return found
