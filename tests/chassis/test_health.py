"""Health pages: ready only when every part is, and the remedy where it is not."""

import msgspec
from aiohttp.test_utils import make_mocked_request

from services.chassis.health import Health, HealthPage

REQUEST = make_mocked_request("GET", "/health/ready")


async def test_ready_names_what_is_not_well() -> None:
    """One part that is not well makes 503 and says what to do about it."""
    health = Health("bell")
    health.check("database", lambda: None)
    assert (await health.ready(REQUEST)).status == 200
    health.check("owner", lambda: "Start the incident service.")
    response = await health.ready(REQUEST)
    assert response.status == 503
    assert isinstance(response.body, bytes)
    page = msgspec.json.decode(response.body, type=HealthPage)
    assert page.parts == {"database": "", "owner": "Start the incident service."}


async def test_a_broken_probe_is_not_well() -> None:
    """A probe that raises must not read as ready, nor show what it raised."""
    health = Health("bell")

    def probe() -> str | None:
        raise RuntimeError("password=secret")

    health.check("database", probe)
    response = await health.ready(REQUEST)
    assert response.status == 503
    assert isinstance(response.body, bytes)
    assert b"secret" not in response.body


async def test_live_asks_no_part() -> None:
    """A process whose database is away lives: killing it would help nobody."""
    health = Health("bell")
    health.check("database", lambda: "Start PostgreSQL.")
    assert (await health.live(REQUEST)).status == 200
