"""Settings of the sinks: where they listen and how badly they behave at first."""

from typing import Annotated

from msgspec import Meta

from services.chassis.settings import ServiceSettings

Share = Annotated[float, Meta(ge=0, le=1)]


class Settings(ServiceSettings, frozen=True, kw_only=True):
    """smtp_port 0: a free one. keep: messages in memory. seed: of every random fault.

    url and smtp_url are what the notifier is told; here they only name this very process.
    """

    smtp_port: Annotated[int, Meta(ge=0, le=65535)] = 0
    url: str = ""
    smtp_url: str = ""
    keep: Annotated[int, Meta(ge=1, le=100_000)] = 5_000
    latency_ms: Annotated[float, Meta(ge=0)] = 0.0
    failure_share: Share = 0.0
    busy_share: Share = 0.0
    retry_after: Annotated[float, Meta(ge=0)] = 1.0
    drop_share: Share = 0.0
    seed: int = 1
