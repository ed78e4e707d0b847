"""Who is told, by right and consent, link by link."""

import msgspec

from schemas.identifiers import PersonId
from services.notifier.domain.audience import ServiceAddress, parents_of, staff_of
from tests.notifier.samples import audience, contact, link


def test_staff_get_every_channel_they_have() -> None:
    """Everyone at the school is alerted; those without an address are named as not reachable."""
    school = audience(
        staff=[contact("both"), contact("mail", sms=""), contact("none", sms="", email="")]
    )
    found = staff_of(school, [ServiceAddress(PersonId("service-1"), "json://x.example/")])
    assert found.per_channel == {"email": 2, "sms": 1, "service": 1}
    assert found.unreachable == ("none",)


def test_a_guardian_without_the_right_is_never_told() -> None:
    """The right to messages counts, per student; pick-up or kinship do not."""
    school = audience(
        guardians=[
            contact("no-right", links=[link(message=False)]),
            contact("no-link"),
            contact("one-of-two", links=[link(message=False), link(message=True, routine=False)]),
        ]
    )
    found = parents_of(school, "live")
    assert {recipient.person for recipient in found.recipients} == {"one-of-two"}
    assert found.skipped == {"no_message_right": 2}


def test_practice_texts_need_consent_on_a_link_with_the_right() -> None:
    """A drill is routine: by text only to consenting guardians, by email to all with the right."""
    school = audience(
        guardians=[
            contact("consents", links=[link()]),
            contact("refuses", links=[link(routine=False)]),
            contact("elsewhere", links=[link(routine=False), link(message=False, routine=True)]),
            contact("text-only", links=[link(routine=False)], email=""),
        ]
    )
    practice = parents_of(school, "drill")
    assert [r.person for r in practice.recipients if r.channel == "sms"] == ["consents"]
    assert practice.per_channel == {"sms": 1, "email": 3}
    assert practice.skipped == {"no_consent": 1}
    assert parents_of(school, "exercise") == practice
    assert parents_of(school, "live").per_channel == {"sms": 4, "email": 3}


def test_nobody_gets_a_message_twice_on_a_channel() -> None:
    """A person who stands in the list twice is one recipient."""
    school = audience(guardians=[contact("g", links=[link()]), contact("g", links=[link()])])
    assert parents_of(school, "live").per_channel == {"sms": 1, "email": 1}
    assert parents_of(school, "live").people == 1


def test_a_second_number_is_told_and_is_nobody_more() -> None:
    """Each number of a guardian gets the message; people are counted, not numbers."""
    second = contact("device-1", links=[link(routine=False)], email="")
    second = msgspec.structs.replace(second, of=PersonId("g"))
    school = audience(guardians=[contact("g", links=[link(routine=False)]), second])
    live = parents_of(school, "live")
    assert (live.per_channel, live.people, live.languages) == ({"sms": 2, "email": 1}, 1, {"en": 1})
    practice = parents_of(school, "drill")
    assert (practice.per_channel, practice.skipped) == ({"email": 1}, {})
