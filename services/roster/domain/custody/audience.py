"""Whom messages reach beside what the import brings: numbers that the school added."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from schemas.identifiers import PersonId
from schemas.roster import Contact
from schemas.roster_people import Device


def with_devices(contact: Contact, devices: Iterable[Device]) -> list[Contact]:
    """The contact, then one more for each number or address that it does not have yet.

    A contact without a number, or without an address, takes the first one itself: people are
    counted once, and reached by what there is.
    """
    known = {contact.sms, contact.email}
    more: list[Contact] = []
    for device in devices:
        if device.address in known:
            continue
        known.add(device.address)
        address = {device.channel: device.address}
        if not getattr(contact, device.channel):
            contact = msgspec.structs.replace(contact, **address)
            continue
        extra = msgspec.structs.replace(
            contact, person=PersonId(device.id), of=contact.person, sms="", email=""
        )
        more.append(msgspec.structs.replace(extra, **address))
    return [contact, *more]
