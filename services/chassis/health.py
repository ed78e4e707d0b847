"""Whether a process lives and whether it can do its work, with the remedy when it cannot."""

from collections.abc import Callable

import msgspec
from aiohttp import web

Probe = Callable[[], str | None]


class HealthPage(msgspec.Struct, frozen=True, kw_only=True):
    """GET /health/ready. parts: part → "" when well, else the remedy as a sentence."""

    service: str
    status: str
    parts: dict[str, str]


class Health:
    """The parts of one process; a probe only reads what is known already, it never waits."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._probes: dict[str, Probe] = {}

    def check(self, part: str, probe: Probe) -> None:
        """Add a part. probe: None when well, else the remedy as a sentence."""
        self._probes[part] = probe

    def page(self) -> HealthPage:
        """Every part asked now; a probe that raises is not well."""
        parts = {part: _ask(probe) for part, probe in self._probes.items()}
        status = "not_ready" if any(parts.values()) else "ready"
        return HealthPage(service=self._service, status=status, parts=parts)

    async def live(self, _request: web.Request) -> web.Response:
        """200 while the loop turns."""
        return web.json_response(body=b'{"status":"live"}')

    async def ready(self, _request: web.Request) -> web.Response:
        """200 when every part is well, else 503 naming what is not."""
        page = self.page()
        return web.json_response(
            body=msgspec.json.encode(page), status=200 if page.status == "ready" else 503
        )


def _ask(probe: Probe) -> str:
    try:
        return probe() or ""
    except Exception as error:
        return f"The probe itself failed ({type(error).__name__}); restart the service."
