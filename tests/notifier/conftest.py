"""Fixtures of the notifier's tests."""

from collections.abc import AsyncIterator

import pytest

from tests.notifier.providers import RunningSinks, running_sinks


@pytest.fixture
async def sinks() -> AsyncIterator[RunningSinks]:
    """A real mail server and a real text gateway."""
    async with running_sinks() as running:
        yield running
