"""Settings of the notifier: a relay, a gateway and credentials for each lane."""

from email.utils import parseaddr
from typing import Annotated
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec import Meta

from services.chassis.settings import ServiceSettings, SettingsError
from services.notifier.domain.jobs import Lane

SECURITY = {"smtp": "none", "smtp+starttls": "starttls", "smtps": "tls"}
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class Relay(msgspec.Struct, frozen=True, kw_only=True):
    """A mail server. security: none | starttls | tls."""

    host: str
    port: int
    user: str
    password: str
    security: str


class Gateway(msgspec.Struct, frozen=True, kw_only=True):
    """A text gateway. authorization: the whole header's value."""

    url: str
    authorization: str
    origin: str


class Settings(ServiceSettings, frozen=True, kw_only=True):
    """Read from MUSTER_* and MUSTER_NOTIFIER_*; secrets also from …_FILE.

    live_… and practice_…: never the same credentials, or a drill could reach whom only the real
    thing may. …_smtp_url: smtp://, smtp+starttls:// or smtps:// with user and password.
    mail_from: "School <address>"; mail_domain: of Message-IDs. statement_page: address of the
    parents' page with "{statement}"; "": made from web_url. sinks_…: the demo's, and in a demo
    the only addresses that can be reached whatever else is set.
    """

    live_smtp_url: str = ""
    practice_smtp_url: str = ""
    live_sms_url: str = ""
    practice_sms_url: str = ""
    live_sms_authorization: str = ""
    practice_sms_authorization: str = ""
    live_sms_from: str = "Muster"
    practice_sms_from: str = "Muster"
    mail_from: str = "Muster <alerts@muster.invalid>"
    mail_domain: str = "muster.invalid"
    statement_page: str = ""
    sinks_url: str = ""
    sinks_smtp_url: str = ""
    sms_in_flight: Annotated[int, Meta(ge=1, le=2048)] = 512
    smtp_connections: Annotated[int, Meta(ge=1, le=256)] = 64
    service_threads: Annotated[int, Meta(ge=1, le=32)] = 6

    @property
    def page(self) -> str:
        """Where parents read the statement."""
        return self.statement_page or f"{self.web_url.rstrip('/')}/s/{{statement}}"

    @property
    def bounce(self) -> str:
        """The bare address of mail_from: where undeliverable mail comes back to."""
        return parseaddr(self.mail_from)[1]

    @property
    def only(self) -> frozenset[tuple[str, int]] | None:
        """In a demo the two sinks, exactly; otherwise None."""
        if not self.demo:
            return None
        urls = (self.sinks_url, self.sinks_smtp_url)
        return frozenset(_address(url) for url in urls if url)

    def relay(self, lane: Lane) -> Relay | None:
        """The lane's mail server; None: not set up. Raises SettingsError."""
        url = self.live_smtp_url if lane == "live" else self.practice_smtp_url
        url = url or (self.sinks_smtp_url if self.demo else "")
        if not url:
            return None
        parts = urlsplit(url)
        if parts.scheme not in SECURITY or not parts.hostname:
            raise SettingsError(f"MUSTER_NOTIFIER_{lane.upper()}_SMTP_URL: not a mail address.")
        return Relay(
            host=parts.hostname,
            port=parts.port or PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            security=SECURITY[parts.scheme],
        )

    def gateway(self, lane: Lane) -> Gateway | None:
        """The lane's text gateway; None: not set up."""
        live = lane == "live"
        url = self.live_sms_url if live else self.practice_sms_url
        url = url or (f"{self.sinks_url.rstrip('/')}/sms" if self.demo and self.sinks_url else "")
        if not url:
            return None
        return Gateway(
            url=url,
            authorization=(
                self.live_sms_authorization if live else self.practice_sms_authorization
            ),
            origin=self.live_sms_from if live else self.practice_sms_from,
        )


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    if not parts.hostname or not parts.port:
        raise SettingsError("MUSTER_SINKS_URL and MUSTER_SINKS_SMTP_URL need a host and a port.")
    return parts.hostname, parts.port
