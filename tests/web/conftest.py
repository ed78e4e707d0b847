"""A running web over fake owners for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.web.serving import Served, serving


@pytest.fixture
async def web() -> AsyncIterator[Served]:
    """Two schools, revocations loaded, no demo."""
    async with serving() as served:
        yield served
