"""Who is told: staff all; guardians by their right to messages, link by link, never by pick-up."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import msgspec

from schemas.identifiers import PersonId
from schemas.notifier import Channel
from schemas.roster import Audience, Contact
from schemas.vocabulary import IncidentMode, Language

Skip = Literal["no_address", "no_consent", "no_message_right"]


class Recipient(msgspec.Struct, frozen=True):
    """One person on one channel. address: an email address, an E.164 number or a service URL.

    of: this is one more number or address of that person; `person` stands in for it.
    """

    person: PersonId
    channel: Channel
    address: str
    language: Language
    of: PersonId | None = None


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """skipped: people that no message reaches, per reason. no_consent_text: reached, but not
    by text. languages: people per language."""

    recipients: tuple[Recipient, ...] = ()
    skipped: dict[str, int] = {}
    unreachable: tuple[PersonId, ...] = ()

    @property
    def people(self) -> int:
        return len({recipient.of or recipient.person for recipient in self.recipients})

    @property
    def per_channel(self) -> dict[Channel, int]:
        return dict(Counter(recipient.channel for recipient in self.recipients))

    @property
    def languages(self) -> dict[Language, int]:
        by_person = {each.of or each.person: each.language for each in self.recipients}
        return dict(Counter(by_person.values()))


class ServiceAddress(msgspec.Struct, frozen=True):
    """An address of a school that staff alerts also go to. id: stands in for a person."""

    id: PersonId
    url: str


def staff_of(audience: Audience, services: Sequence[ServiceAddress] = ()) -> Selection:
    """Every member of staff with an address, on every channel, and the school's services."""
    recipients: list[Recipient] = []
    unreachable: list[PersonId] = []
    for contact in audience.staff:
        found = _channels(contact, texts=True)
        recipients += found
        if not found:
            unreachable.append(contact.person)
    recipients += [Recipient(each.id, "service", each.url, "en") for each in services]
    return _selection(recipients, Counter({"no_address": len(unreachable)}), unreachable)


def parents_of(audience: Audience, mode: IncidentMode) -> Selection:
    """Guardians with a right to messages about at least one student.

    A text in a practice is routine and needs consent on a link that also has the message right;
    an emergency text needs none. Email needs no consent.
    """
    recipients: list[Recipient] = []
    unreachable: list[PersonId] = []
    skipped: Counter[str] = Counter()
    for contact in audience.guardians:
        found, reason = _guardian(contact, mode)
        recipients += found
        # One more number of someone is nobody more.
        if not found and reason is not None and contact.of is None:
            skipped[reason] += 1
            if reason == "no_address":
                unreachable.append(contact.person)
    return _selection(recipients, skipped, unreachable)


def _guardian(contact: Contact, mode: IncidentMode) -> tuple[list[Recipient], Skip | None]:
    links = [link for link in contact.links if link.message]
    if not links:
        return [], "no_message_right"
    consents = mode == "live" or any(link.routine for link in links)
    found = _channels(contact, texts=consents)
    if found:
        return found, None
    return [], "no_consent" if contact.sms and not consents else "no_address"


def _channels(contact: Contact, *, texts: bool) -> list[Recipient]:
    found: list[Recipient] = []
    if contact.sms and texts:
        address = contact.sms
        found.append(Recipient(contact.person, "sms", address, contact.language, contact.of))
    if contact.email:
        address = contact.email
        found.append(Recipient(contact.person, "email", address, contact.language, contact.of))
    return found


def _selection(
    recipients: list[Recipient], skipped: Counter[str], unreachable: list[PersonId]
) -> Selection:
    return Selection(
        # A person may stand in the list twice (staff and parent lists are apart, imports are not
        # perfect): one message a person and channel.
        recipients=tuple({(r.person, r.channel): r for r in recipients}.values()),
        skipped={reason: count for reason, count in skipped.items() if count},
        unreachable=tuple(unreachable),
    )
