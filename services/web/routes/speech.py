"""Reasons of the owners in a reader's language."""

import gettext
import re
from collections.abc import Mapping, Sequence

from babel.lists import format_list

from schemas.replies import Problem, Values
from schemas.roster import Finding
from schemas.roster_pull import PhotoFinding, PullResult
from schemas.vocabulary import Language
from services.web.domain.finding_words import FINDINGS, Area
from services.web.domain.language import SOURCES
from services.web.domain.refusal_words import REFUSALS
from services.web.domain.refusal_words.named import WORDS

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
        finding = FINDINGS["package"].get(code)
        sentences = (*REFUSALS.get(code, ()), *((finding,) if finding else ()))
        return self._first(sentences, said, values)

    def refusal(self, problem: Problem) -> str:
        """Why a form came back."""
        return self.reason(problem.code, problem.detail, problem.values)

    def finding(self, found: Finding | PhotoFinding, area: Area = "package") -> str:
        """What is wrong with a row, a file or the whole package.

        A row that a decision refused is said as the refusal is.
        """
        return self.outcome(found.code, found.message, {"value": found.value}, area)

    def pulled(self, result: PullResult) -> str:
        """Why a pull failed or waits."""
        return self.outcome(result.code, result.reason, result.values, "pulls")

    def outcome(self, code: str, said: str, values: Values, area: Area) -> str:
        """What the area has no words for is said as a refusal."""
        sentence = FINDINGS[area].get(code)
        if sentence is None:
            return self.reason(code, said, values)
        return self._first((sentence,), said, values)

    def _first(self, sentences: Sequence[str], said: str, values: Values) -> str:
        """The first whose placeholders all have a value."""
        if self.language == SOURCES and said:
            return said
        for sentence in sentences:
            if set(PLACEHOLDER.findall(sentence)) <= values.keys():
                return self._filled(sentence, values)
        return said

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
