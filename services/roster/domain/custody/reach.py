"""Numbers and addresses that a person types, as they are kept."""

from __future__ import annotations

import re
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

EMAIL: Final = re.compile(r"[^@\s\"'<>,;]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}")
# A call or text there costs money, or nobody reads it.
COSTLY: Final = frozenset(
    {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.VOICEMAIL}
)


def dialled(written: str, region: str = "US") -> str:
    """E.164, or "" for what cannot be called: 911, premium numbers, too few digits."""
    try:
        number = phonenumbers.parse(written.strip(), region)
    except phonenumbers.NumberParseException:
        return ""
    if number.extension or not phonenumbers.is_valid_number(number):
        return ""
    if phonenumbers.number_type(number) in COSTLY:
        return ""
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def mailed(written: str) -> str:
    """The address, or "" for what is none."""
    address = written.strip()
    return address if EMAIL.fullmatch(address) else ""
