"""Reasons of the owners in a reader's language."""

import gettext
import re
from collections.abc import Mapping

from babel.lists import format_list

from schemas.replies import Values
from schemas.roster import Finding
from schemas.vocabulary import Language
from services.web.domain.finding_words import FINDINGS
from services.web.domain.language import SOURCES
from services.web.domain.refusal_words import REFUSALS, WORDS

PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Speech:
    """Says codes in one language. What has no words there is said as its owner said it."""

    def __init__(self, language: Language, catalogue: gettext.NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def reason(self, code: str, said: str, values: Values) -> str:
        """Why something was refused. said: the owner's English, the most exact where it is read.

        A package that cannot be read is refused with the code of what was found.
        """
        if self.language == SOURCES and said:
            return said
        finding = (FINDINGS[code],) if code in FINDINGS else ()
        for sentence in (*REFUSALS.get(code, ()), *finding):
            if set(PLACEHOLDER.findall(sentence)) <= values.keys():
                return self._filled(sentence, values)
        return said

    def finding(self, found: Finding) -> str:
        """What is wrong with a row, a file or the whole package."""
        sentence = FINDINGS.get(found.code)
        if self.language == SOURCES or sentence is None:
            return found.message
        return self._filled(sentence, {"value": found.value})

    def _filled(self, sentence: str, values: Values) -> str:
        words = {name: self._word(name, value) for name, value in values.items()}
        return PLACEHOLDER.sub(
            lambda hole: words.get(hole[1], ""), self._catalogue.gettext(sentence)
        )

    def _word(self, name: str, value: str | tuple[str, ...]) -> str:
        known: Mapping[str, str] = WORDS.get(name, {})
        listed = (value,) if isinstance(value, str) else value
        said = [self._catalogue.gettext(known[one]) if one in known else one for one in listed]
        if name in EITHER:
            return format_list(said, style="or", locale=self.language)
        return format_list(said, locale=self.language)


EITHER = frozenset({"roles", "legal"})
"""Lists of which one will do."""
