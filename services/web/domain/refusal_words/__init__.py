"""Why something was refused, in words that are translated: code → sentences.

Owners answer with a stable code, an English reason and the values that it names. In English a
reader is shown the owner's own reason; in another language the first sentence here whose
placeholders all have a value. A new code of any service gets a row in the module of its area and
its translation in locale/<language>/LC_MESSAGES/refusals.po; until it has, the owner's English is
shown. A code stands in one module only.
"""

from collections.abc import Mapping

from services.web.domain.refusal_words import custody, day, deciding, desk, pulling

REFUSALS: Mapping[str, tuple[str, ...]] = {
    **deciding.REFUSALS,
    **custody.REFUSALS,
    **day.REFUSALS,
    **desk.REFUSALS,
    **pulling.REFUSALS,
}
