"""What is wrong with a file, in words that are translated: area → code of a finding → sentence.

The same sentences as the roster's own: what it finds it says in English, with the value that the
sentence quotes. A code means what its area says, so a page names the area of what it shows. A new
code gets a row in its area's module and its translation in
locale/<language>/LC_MESSAGES/findings.po; until it has, the roster's English is shown.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from services.web.domain.finding_words import day, own_facts, package, photos, pulls

Area: TypeAlias = Literal["package", "own_facts", "day", "photos", "pulls"]

FINDINGS: Mapping[Area, Mapping[str, str]] = {
    "package": package.FINDINGS,
    "own_facts": own_facts.FINDINGS,
    "day": day.FINDINGS,
    "photos": photos.FINDINGS,
    "pulls": pulls.FINDINGS,
}
