"""Translations, read from the .po files at start; English is the language of the sources."""

import gettext
import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from schemas.vocabulary import Language
from services.web.domain.language import LANGUAGES, SOURCES


def load(folder: Path) -> dict[Language, gettext.NullTranslations]:
    """folder: holds <language>/LC_MESSAGES/<area>.po, each area's words in a file of its own."""
    return {
        language: gettext.NullTranslations()
        if language == SOURCES
        else compiled(language, folder / language / "LC_MESSAGES")
        for language in LANGUAGES
    }


def compiled(language: Language, folder: Path) -> gettext.GNUTranslations:
    """All areas of one language as one catalogue."""
    together = Catalog(locale=language)
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale=language):
                if message.id:
                    together[message.id] = message
    packed = io.BytesIO()
    write_mo(packed, together)
    packed.seek(0)
    return gettext.GNUTranslations(packed)
