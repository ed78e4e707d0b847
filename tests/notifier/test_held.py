"""What was too old to go out by itself: a person sends it or drops it, once."""

import datetime as dt
from collections.abc import AsyncIterator

import msgspec
import pytest

from schemas.identifiers import ActionId, EventId, PersonId
from schemas.incident import ActionChanged, Closed
from schemas.notifier import AlertQueued, HeldDecided, HeldMessage
from schemas.vocabulary import Actor, Role
from services.chassis.clock import SystemClock
from services.notifier.domain.alerts import decide
from services.notifier.domain.desk import Desk
from services.notifier.domain.held import Settled, settle, shown
from services.notifier.domain.statements import Refused
from tests.chassis_fixtures import Databases
from tests.notifier.providers import RunningSinks
from tests.notifier.samples import (
    NOW,
    action,
    ask,
    audience,
    decision,
    declared,
    fold,
)
from tests.notifier.town import RunningNotifier, Town, notifier, town
from tests.notifier.waiting import eventually

LATE = dt.timedelta(minutes=11)
CAUSE = EventId("incident.declared.v1-1")


def held(kind: str = "hold", mode: str = "drill") -> Desk:
    """A desk that holds the first alert of an incident."""
    desk = Desk()
    started = declared(kind, mode)  # type: ignore[arg-type]
    told = decide(desk, ask(started, mode=mode, at=NOW - LATE), NOW)  # type: ignore[arg-type]
    fold(desk, told.events, mode)  # type: ignore[arg-type]
    return desk


def settled(desk: Desk, *, send: bool) -> Settled | Refused:
    return settle(desk, decision(CAUSE, send=send), audience(), (), NOW)


def test_the_office_reads_what_would_go_out_and_to_whom() -> None:
    """A decision about words needs the words, and about people their number."""
    desk = held()
    seen = shown(desk, desk.held[CAUSE], audience(), (), NOW)
    assert seen.texts[0].body.startswith("DRILL")
    assert (seen.people, seen.recipients) == (2, {"email": 2, "sms": 1})
    assert seen.happened == NOW - LATE
    assert not seen.overtaken


def test_sending_makes_the_jobs_of_the_event_that_asked() -> None:
    """The jobs have that event's key: whoever had the message does not have it twice."""
    desk = held(mode="live")
    found = settled(desk, send=True)
    assert isinstance(found, Settled)
    assert found.plan is not None
    assert {job.cause for job in found.plan.jobs} == {CAUSE}
    assert {job.mode for job in found.plan.jobs} == {"live"}
    assert [type(event) for event in found.events] == [HeldDecided, AlertQueued]


@pytest.mark.parametrize("send", [True, False])
def test_it_is_decided_once(send: bool) -> None:
    """The second tap, whatever it says, changes nothing and is told so."""
    desk = held()
    found = settled(desk, send=send)
    assert isinstance(found, Settled)
    fold(desk, found.events)
    for again in (True, False):
        refused = settled(desk, send=again)
        assert isinstance(refused, Refused)
        assert refused.code == "held_settled"


@pytest.mark.parametrize("after", ["closed", "changed"])
def test_words_that_are_not_true_any_more_are_only_dropped(after: str) -> None:
    """Nobody is told of a Hold that is over by a message that was late."""
    desk = held()
    event = (
        Closed(by=(PersonId("office-1"),))
        if after == "closed"
        else ActionChanged(ended=ActionId("a"), action=action("secure"))
    )
    fold(desk, decide(desk, ask(event, pos=2), NOW).events)
    refused = settled(desk, send=True)
    assert isinstance(refused, Refused)
    assert refused.code == "held_overtaken"
    assert isinstance(settled(desk, send=False), Settled)


@pytest.mark.parametrize("role", ["teacher", "staff", "sro", "responder", "it", "screen"])
def test_only_authorised_people_decide(role: Role) -> None:
    """A teacher cannot alert the whole staff with an old message."""
    command = msgspec.structs.replace(
        decision(CAUSE, send=True), actor=Actor(person=PersonId("p"), roles=(role,))
    )
    refused = settle(held(), command, audience(), (), NOW)
    assert isinstance(refused, Refused)
    assert refused.code == "not_allowed"


def test_an_unknown_one_is_told() -> None:
    """A page of yesterday, or another incident's, sends nothing."""
    other = decision(EventId("nothing"), send=True)
    refused = settle(held(), other, audience(), (), NOW)
    assert isinstance(refused, Refused)
    assert refused.code == "unknown_held"


@pytest.fixture
async def around(database: Databases, sinks: RunningSinks) -> AsyncIterator[Town]:
    async with town(await database("notifier"), sinks, SystemClock()) as made:
        yield made


async def waiting(running: RunningNotifier) -> HeldMessage:
    async def found() -> HeldMessage | None:
        messages = (await running.messages()).held_messages
        return messages[0] if messages else None

    one: HeldMessage = await eventually(found, "a held message")
    return one


async def test_send_now_sends_once_across_taps_and_restarts(
    around: Town, sinks: RunningSinks
) -> None:
    """The person is recorded; the same tap, another tap and a restart send nothing again."""
    async with notifier(around) as running:
        around.happens(declared("hold"), at=around.clock.now() - LATE)
        cause = (await waiting(running)).cause
    async with notifier(around) as running:
        assert (await waiting(running)).people == 2
        assert not sinks.sent
        reply = await running.send(decision(cause, send=True))
        assert reply.status == "accepted", reply
        assert await running.send(decision(cause, send=True)) == reply
        other = await running.send(decision(cause, send=True, op_id="held-0002"))
        assert other.code == "held_settled"
        await eventually(lambda: len(sinks.sent) == 3, "three staff messages")
    async with notifier(around) as running:
        seen = await waiting(running)
        assert (seen.sent, seen.decided_by) == (True, "office-1")
        again = await running.send(decision(cause, send=False, op_id="held-0003"))
        assert again.code == "held_settled"
        shown_now = await running.messages()
        assert shown_now.held == ()
        assert sum(each.counts.get("accepted", 0) for each in shown_now.deliveries) == 3
        around.happens(Closed(by=(PersonId("office-1"),)))
        await eventually(lambda: len(sinks.sent) == 6, "the release, to those who were told")
        assert len({(sent.to, sent.body) for sent in sinks.sent}) == 6


async def test_what_is_dropped_never_goes_out(around: Town, sinks: RunningSinks) -> None:
    """After "Do not send" nothing sends it, neither another person nor a restart."""
    async with notifier(around) as running:
        around.happens(declared("hold"), at=around.clock.now() - LATE)
        cause = (await waiting(running)).cause
        assert (await running.send(decision(cause, send=False))).status == "accepted"
        other = await running.send(decision(cause, send=True, op_id="held-0002"))
        assert other.code == "held_settled"
    async with notifier(around) as running:
        assert (await waiting(running)).sent is False
        assert not (await running.messages()).deliveries
        assert not sinks.sent
