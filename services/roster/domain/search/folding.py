"""Names as people type them in a hurry: without case, accents, marks and punctuation."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Letters that Unicode does not take apart, and those that two keyboards write differently.
_PLAIN: Final = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i",
        "ħ": "h", "ŧ": "t", "ŋ": "n", "ĸ": "k", "ſ": "s",
        # Arabic, Persian and Urdu forms of one letter; the stroke that only stretches a word.
        "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ہ": "ه", "ـ": "",
        # Marks inside a word: O'Neil, Oʻahu, D’Angelo.
        "'": "", "’": "", "‘": "", "ʻ": "", "ʼ": "", "`": "", "´": "", "׳": "", "״": "",
    }
)  # fmt: skip
_BREAKS: Final = re.compile(r"[\s\-‐-―.,;:!?/\\()\[\]{}<>\"“”«»|_&+*=#·・、。]+")
_CYRILLIC: Final = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "ye",
        "ж": "zh", "з": "z", "и": "i", "і": "i", "к": "k", "л": "l", "м": "m", "н": "n",
        "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh",
        "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e",
        "ю": "yu", "я": "ya",
    }
)  # fmt: skip
# Han, kana, Hangul, Thai, Lao, Khmer, Burmese: scripts that write no space between words.
_UNBROKEN: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)


def folded(text: str) -> str:
    """Two spellings of one name become equal: Zoë and zoe, Łucja and lucja, أمل and امل."""
    if text.isascii():
        return text.lower().replace("'", "").replace("`", "")
    split = unicodedata.normalize("NFKD", text)
    plain = "".join(mark for mark in split if not unicodedata.combining(mark))
    return unicodedata.normalize("NFC", plain.casefold()).translate(_PLAIN)


def words_of(text: str) -> list[str]:
    """The folded words, in order; hyphens and dots break a word, apostrophes do not."""
    return [word for word in _BREAKS.split(folded(text)) if word]


def inner_of(words: list[str]) -> list[str]:
    """Other beginnings that someone may type for a name of these words.

    A name of several words written as one (De la Cruz, delacruz); each place inside a name of a
    script without spaces; an Arabic name without its article; Cyrillic in Latin letters.
    """
    found: list[str] = []
    if len(words) > 1:
        found.append("".join(words))
    for word in words:
        if word.isascii():
            continue
        if _UNBROKEN.search(word):
            found += [word[at:] for at in range(1, min(len(word), 12))]
        elif word.startswith("ال") and len(word) > 4:
            found.append(word[2:])
        elif (latin := word.translate(_CYRILLIC)).isascii():
            found.append(latin)
    return found
