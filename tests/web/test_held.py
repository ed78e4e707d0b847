"""The office's panel of messages that wait for a person."""

import msgspec

from schemas.identifiers import EventId, IncidentId, PersonId
from schemas.identity import Account
from schemas.incident import ActionCall, Declare
from schemas.notifier import DecideHeld, HeldMessage, MessageText, SchoolMessages
from schemas.vocabulary import Actor
from tests.web.school import LINCOLN, session
from tests.web.serving import Served

CAUSE = EventId("cause-of-what-is-held")


async def opened(web: Served) -> IncidentId:
    reply = await web.incident.send(
        Declare(
            op_id="op-declare",
            school=LINCOLN,
            actor=Actor(person=PersonId("office-1"), roles=("office",)),
            mode="live",
            action=ActionCall(kind="lockdown"),
        ),
        1.0,
    )
    assert reply.incident is not None
    return reply.incident


def held(web: Served, incident: IncidentId) -> HeldMessage:
    text = MessageText(
        language="en", subject="Lockdown", body="Locks, Lights.", segments=1, encoding="gsm7"
    )
    return HeldMessage(
        cause=CAUSE,
        incident=incident,
        audience="staff",
        template="staff.declared.lockdown",
        mode="live",
        held_at=web.now,
        happened=web.now,
        texts=(text,),
        people=47,
        recipients={"email": 45, "sms": 40},
    )


async def test_what_is_held_is_shown_and_decided(web: Served) -> None:
    """The office reads why, what and to how many, and its press reaches the notifier."""
    incident = await opened(web)
    waiting = held(web, incident)
    web.notifier.messages[LINCOLN] = SchoolMessages(school=LINCOLN, held_messages=(waiting,))
    headers = web.browser(session(web.now, "office"))
    path = f"{web.url}/incidents/{incident}"
    async with web.http.get(f"{path}/messages", headers=headers) as page:
        text = await page.text()
    for words in ("Staff alert that was held back", "Locks, Lights.", "Phones in locked rooms"):
        assert words in text
    assert "Send now to 47 people" in text
    for what in ("send", "drop"):
        form = text.split(f'action="/incidents/{incident}/held/{CAUSE}"')[1 + (what == "drop")]
        fields = {
            name: form.split(f'name="{name}" value="')[1].split('"')[0]
            for name in ("form", "op", "what")
        }
        assert fields["what"] == what
        async with web.http.post(
            f"{path}/held/{CAUSE}", data=fields, headers=headers, allow_redirects=False
        ) as answer:
            assert answer.status == 303
    sent = [one for one in web.notifier.sent if isinstance(one, DecideHeld)]
    assert [(one.cause, one.send) for one in sent] == [(CAUSE, True), (CAUSE, False)]


async def test_what_was_decided_names_who_did(web: Served) -> None:
    """After the press the panel says what became of it, and offers nothing more."""
    incident = await opened(web)
    done = msgspec.structs.replace(
        held(web, incident), sent=True, decided_by=PersonId("office-1"), decided_at=web.now
    )
    web.notifier.messages[LINCOLN] = SchoolMessages(school=LINCOLN, held_messages=(done,))
    headers = web.browser(session(web.now, "office"))
    async with web.http.get(f"{web.url}/incidents/{incident}/messages", headers=headers) as page:
        text = await page.text()
    assert "Dana Sample" in text
    assert "/held/" not in text


async def test_who_is_in_no_roster_is_named_by_their_account(web: Served) -> None:
    """The second person of a Lockdown is a name in the timeline, also with an account by hand."""
    await web.incident.send(
        Declare(
            op_id="op-declare",
            school=LINCOLN,
            actor=Actor(person=PersonId("sro-9"), roles=("sro",)),
            mode="live",
            action=ActionCall(kind="lockdown"),
        ),
        1.0,
    )
    web.identity.accounts = [
        Account(person=PersonId("sro-9"), name="Officer Sample", roles={LINCOLN: ("sro",)})
    ]
    headers = web.browser(session(web.now, "office"))
    async with web.http.get(f"{web.url}/incident", headers=headers) as page:
        assert "Officer Sample" in await page.text()
    web.identity.away = True
    async with web.http.get(f"{web.url}/incident", headers=headers) as page:
        assert page.status == 200


async def test_overtaken_words_can_only_be_dropped(web: Served) -> None:
    """No button sends what is not true any more."""
    incident = await opened(web)
    late = msgspec.structs.replace(held(web, incident), overtaken=True)
    web.notifier.messages[LINCOLN] = SchoolMessages(school=LINCOLN, held_messages=(late,))
    headers = web.browser(session(web.now, "office"))
    async with web.http.get(f"{web.url}/incidents/{incident}/messages", headers=headers) as page:
        text = await page.text()
    assert "overtaken" in text
    assert 'value="send"' not in text
    assert 'value="drop"' in text
