"""Which telephone numbers can take a text message, as far as a number tells it."""

from __future__ import annotations

from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from schemas.roster_pages import NumberFault
from services.roster.domain.contacts import texting_number

REGION: Final = "US"
_FAULTS: Final[dict[int, NumberFault]] = {
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.SHARED_COST: "premium",
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.FIXED_LINE: "landline",
    PhoneNumberType.PAGER: "pager",
    PhoneNumberType.UAN: "landline",
    PhoneNumberType.VOICEMAIL: "landline",
}
EMERGENCY: Final = frozenset({"911", "1911", "112", "999", "000"})


def fault_of(written: str) -> NumberFault | None:
    """Why no text can reach this number; None: nothing is known against it.

    Whether a North American number is a mobile cannot be seen from it: it counts as good.
    """
    digits = "".join(mark for mark in written if mark.isdecimal())
    if digits in EMERGENCY:
        return "emergency"
    try:
        number = phonenumbers.parse(written, REGION)
    except NumberParseException:
        return "invalid"
    if not phonenumbers.is_valid_number(number):
        return "invalid"
    fault = _FAULTS.get(phonenumbers.number_type(number))
    if fault is not None:
        return fault
    # What the messages themselves could not use is no number, whatever a directory says.
    return None if texting_number(written) else "invalid"


def textable(written: str) -> str:
    """E.164 of a number that takes texts, else ""."""
    if not written or fault_of(written) is not None:
        return ""
    return texting_number(written)
