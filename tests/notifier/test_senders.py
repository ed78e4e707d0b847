"""The native senders against a real mail server and a real text gateway."""

import email
import email.policy
from collections.abc import AsyncIterator

import msgspec
import pytest

from schemas.notifier import Channel
from services.chassis.clock import SystemClock
from services.notifier.domain.jobs import Result
from services.notifier.ports import Sender
from services.notifier.senders.gateway import SmsSender, callable_number, retry_after
from services.notifier.senders.mail import BadHeader, Envelopes, mailable
from services.notifier.senders.reach import Reach
from services.notifier.senders.services import ServiceSender
from services.notifier.senders.smtp import SmtpSender
from tests.notifier.providers import RunningSinks
from tests.notifier.samples import queued_job as job


@pytest.fixture
def patience() -> float:
    """Seconds that a provider is given: more than any busy machine takes."""
    return 30.0


@pytest.fixture
async def sms(sinks: RunningSinks, patience: float) -> AsyncIterator[SmsSender]:
    sender = SmsSender(
        lane="practice",
        url=f"{sinks.url}/sms",
        authorization="Bearer practice-key",
        origin="Muster",
        reach=Reach(rule="operator", only=sinks.only),
        clock=SystemClock(),
        timeout=patience,
    )
    yield sender
    await sender.close()


@pytest.fixture
async def mail(sinks: RunningSinks, patience: float) -> AsyncIterator[SmtpSender]:
    sender = SmtpSender(
        lane="practice",
        host="127.0.0.1",
        port=sinks.smtp,
        reach=Reach(rule="operator", only=sinks.only),
        clock=SystemClock(),
        envelopes=Envelopes(sender="Lincoln <alerts@school.example>", domain="school.example"),
        bounce="bounce@school.example",
        security="none",
        timeout=patience,
    )
    yield sender
    await sender.close()


@pytest.fixture
async def service(sinks: RunningSinks) -> AsyncIterator[ServiceSender]:
    sender = ServiceSender(lane="practice", reach=Reach(rule="public", only=sinks.only), threads=2)
    yield sender
    await sender.close()


async def test_a_text_and_a_mail_arrive(
    sinks: RunningSinks, sms: SmsSender, mail: SmtpSender
) -> None:
    """The provider's yes is `accepted`, and the words arrive as they were approved."""
    assert (await sms.send(job("sms"))).outcome == "accepted"
    assert (await mail.send(job("email"))).outcome == "accepted"
    received, text = sinks.sent
    assert (text.to, text.body) == ("+12025550123", job("sms").body)
    assert (received.to, received.subject) == ("p@home.example", job("email").subject)
    assert received.body.strip() == job("email").body
    assert received.practice
    assert text.practice


async def test_a_service_address_is_told(sinks: RunningSinks, service: ServiceSender) -> None:
    """Other services go through apprise, words unchanged."""
    found = await service.send(job("service", address=f"json://127.0.0.1:{sinks.http}/service"))
    assert found.outcome == "accepted"
    assert sinks.sent[0].body == job("service").body


@pytest.mark.parametrize("channel", ["sms", "email", "service"])
async def test_a_sender_refuses_a_job_of_another_mode(
    channel: Channel,
    sinks: RunningSinks,
    sms: SmsSender,
    mail: SmtpSender,
    service: ServiceSender,
) -> None:
    """A live alert never leaves with the practice credentials, nor the other way."""
    live = msgspec.structs.replace(job(channel), mode="live")
    senders: dict[Channel, Sender] = {"sms": sms, "email": mail, "service": service}
    assert await senders[channel].send(live) == Result("refused", "other_mode")
    assert not sinks.sent


async def test_busy_providers_say_when_to_come_back(
    sinks: RunningSinks, sms: SmsSender, mail: SmtpSender
) -> None:
    """429 and 4xx of SMTP are temporary, with the time that was asked for."""
    sinks.turn(busy_share=1, retry_after=7)
    assert await sms.send(job("sms")) == Result("later", "http_429", 7.0)
    assert await mail.send(job("email")) == Result("later", "smtp_452")
    sinks.turn(failure_share=1)
    assert (await sms.send(job("sms"))).outcome == "later"
    assert await mail.send(job("email")) == Result("later", "smtp_451")
    sinks.turn()
    assert (await mail.send(job("email"))).outcome == "accepted"


async def test_a_cut_after_the_body_is_not_a_failure(
    sinks: RunningSinks, sms: SmsSender, mail: SmtpSender
) -> None:
    """The provider has it and did not say so: `unknown`, never `failed`."""
    sinks.turn(drop_share=1)
    assert (await sms.send(job("sms"))).outcome == "cut"
    assert (await mail.send(job("email"))).outcome == "cut"
    assert len(sinks.sent) == 2


@pytest.mark.parametrize("patience", [2.0])
async def test_silence_after_the_body_is_a_cut(
    sinks: RunningSinks, sms: SmsSender, mail: SmtpSender
) -> None:
    """A time-out says nothing about what the provider did."""
    sinks.turn(latency_ms=60_000)
    assert await sms.send(job("sms")) == Result("cut", "timeout")
    assert (await mail.send(job("email"))).outcome == "cut"


async def test_a_dead_provider_is_temporary(sinks: RunningSinks) -> None:
    """Nothing left the machine: the job waits and is tried again."""
    free = ("127.0.0.1", 9)
    reach = Reach(rule="operator", only=frozenset({free}))
    sender = SmsSender(
        lane="practice",
        url="http://127.0.0.1:9/sms",
        authorization="",
        origin="Muster",
        reach=reach,
        clock=SystemClock(),
    )
    assert await sender.send(job("sms")) == Result("later", "no_connection")
    await sender.close()


async def test_mail_connections_are_kept(sinks: RunningSinks, mail: SmtpSender) -> None:
    """Fifty mails one after the other do not open fifty connections."""
    for number in range(50):
        assert (await mail.send(job("email", person=f"p{number}"))).outcome == "accepted"
    assert mail.opened == 1


def test_a_mail_is_what_rfc_5322_says() -> None:
    """One recipient, a Message-ID that is the job's own, the language, the mode, an 8-bit body."""
    envelopes = Envelopes(sender="Lincoln <alerts@school.example>", domain="school.example")
    spanish = msgspec.structs.replace(
        job("email"), language="es", subject="SIMULACRO: niño - SIMULACRO", body="Mañana. é"
    )
    wire = envelopes.bytes_of(spanish, "Tue, 15 Sep 2026 14:05:07 -0000")
    found = email.message_from_bytes(wire, policy=email.policy.default)
    assert found["To"] == "p@home.example"
    assert found["Message-ID"] == f"<{spanish.id}@school.example>"
    assert found["Content-Language"] == "es"
    assert found["Subject"] == spanish.subject
    assert found["Bcc"] is None
    assert found.get_content().strip() == spanish.body
    assert all(len(line) <= 998 for line in wire.split(b"\r\n"))
    assert b"\n" not in wire.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "address",
    [
        "p@home.example\r\nBcc: all@home.example",
        "p@home.example\n",
        "a@x.example,b@x.example",
        "a@x.example b@x.example",
        "<a@x.example>",
        "a@x.example>\x00",
        "a@localhost",
        "a@[127.0.0.1]",
        "",
    ],
)
async def test_a_line_break_never_reaches_a_header(
    address: str, sinks: RunningSinks, mail: SmtpSender
) -> None:
    """An address that would add a header or a recipient is refused before the network."""
    assert not mailable(address)
    assert await mail.send(job("email", address=address)) == Result("refused", "address_refused")
    assert not sinks.sent


def test_a_subject_with_a_line_break_is_refused() -> None:
    """Header injection through the words is refused as well."""
    envelopes = Envelopes(sender="a@school.example", domain="school.example")
    with pytest.raises(BadHeader):
        envelopes.bytes_of(job("email", subject="a\r\nBcc: b@c.example"), "")


@pytest.mark.parametrize(
    ("number", "allowed"),
    [
        ("+12025550123", True),
        ("+442079460018", True),
        ("911", False),
        ("+1911", False),
        ("+911", False),
        ("12345", False),
        ("+19005551234", False),
        ("+449098790000", False),
        ("2025550123", False),
        ("+1 202 555 0123", False),
        ("+12025550123\r\n", False),
        ("tel:+12025550123", False),
        ("", False),
    ],
)
async def test_only_ordinary_numbers_get_texts(
    number: str, allowed: bool, sinks: RunningSinks, sms: SmsSender
) -> None:
    """911, short codes and premium numbers are refused before the network."""
    assert callable_number(number) is allowed
    found = await sms.send(job("sms", address=number))
    assert found.outcome == ("accepted" if allowed else "refused")
    assert len(sinks.sent) == int(allowed)


def test_retry_after_reads_seconds_and_dates() -> None:
    """Providers write either; anything else is no advice."""
    clock = SystemClock()
    assert retry_after("7", clock) == 7.0
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT", clock) == 0.0
    assert retry_after("soon", clock) is None
    assert retry_after(None, clock) is None
