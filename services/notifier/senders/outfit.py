"""The senders of one lane, made from its own settings and nobody else's."""

from typing import Protocol

from services.notifier.domain.jobs import Lane
from services.notifier.ports import Clock, Sender
from services.notifier.senders.absent import AbsentSender
from services.notifier.senders.gateway import SmsSender
from services.notifier.senders.mail import Envelopes
from services.notifier.senders.reach import Reach
from services.notifier.senders.services import ServiceSender
from services.notifier.senders.smtp import SmtpSender
from services.notifier.settings import Settings


class ClosingSender(Sender, Protocol):
    async def close(self) -> None: ...


def senders_of(lane: Lane, settings: Settings, clock: Clock) -> list[tuple[ClosingSender, int]]:
    """Each sender with its calls at once. Raises SettingsError."""
    only = settings.only
    return [
        (_mail(lane, settings, clock), settings.smtp_connections),
        (_sms(lane, settings, clock), settings.sms_in_flight),
        (
            ServiceSender(
                lane=lane, reach=Reach(rule="public", only=only), threads=settings.service_threads
            ),
            settings.service_threads,
        ),
    ]


def _mail(lane: Lane, settings: Settings, clock: Clock) -> ClosingSender:
    relay = settings.relay(lane)
    if relay is None:
        return AbsentSender(lane=lane, channel="email")
    return SmtpSender(
        lane=lane,
        host=relay.host,
        port=relay.port,
        reach=Reach(rule="operator", only=settings.only),
        clock=clock,
        envelopes=Envelopes(sender=settings.mail_from, domain=settings.mail_domain),
        bounce=settings.bounce,
        user=relay.user,
        password=relay.password,
        security=relay.security,
        connections=settings.smtp_connections,
    )


def _sms(lane: Lane, settings: Settings, clock: Clock) -> ClosingSender:
    gateway = settings.gateway(lane)
    if gateway is None:
        return AbsentSender(lane=lane, channel="sms")
    return SmsSender(
        lane=lane,
        url=gateway.url,
        authorization=gateway.authorization,
        origin=gateway.origin,
        reach=Reach(rule="operator", only=settings.only),
        clock=clock,
        in_flight=settings.sms_in_flight,
    )
