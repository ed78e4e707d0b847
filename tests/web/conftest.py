"""A running web over fake owners for each test."""

from collections.abc import AsyncIterator

import pytest

from services.web.routes.rendering import Templates
from services.web.wiring.core import templates
from tests.web.serving import Served, serving


@pytest.fixture(scope="session")
def pages() -> Templates:
    """Every page in every language, read once for all tests."""
    return templates()


@pytest.fixture
async def web(pages: Templates) -> AsyncIterator[Served]:
    """Two schools, revocations loaded, no demo."""
    async with serving(pages=pages) as served:
        yield served
