"""Fixtures of pulls: a student system, and a roster that may read it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chassis_fixtures import Databases
from tests.fakes.student_system import StudentSystem, small_school
from tests.roster.packages import package_11
from tests.roster.running import Running, running


@pytest.fixture
async def student_system() -> AsyncIterator[StudentSystem]:
    async with StudentSystem(tables=small_school()).serving() as system:
        yield system


@pytest.fixture
async def pulling_roster(database: Databases, tmp_path: Path) -> AsyncIterator[Running]:
    """A roster with the small school in it, allowed to read this machine."""
    db = await database("roster")
    async with running(db, tmp_path, pull_hosts=("127.0.0.1",)) as service:
        await service.take(package_11())
        yield service
