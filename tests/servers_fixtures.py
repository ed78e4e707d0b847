"""Server fixtures: one shared pair a test process, private ones for tests that break them."""

from collections.abc import Iterator

import pytest

from tests.servers import RunningNats, RunningPostgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[RunningPostgres]:
    """The shared PostgreSQL (fsync off): use your own database in it, never stop it."""
    with RunningPostgres() as server:
        yield server


@pytest.fixture(scope="session")
def nats_server() -> Iterator[RunningNats]:
    """The shared NATS: use your own subjects and streams, never stop it."""
    with RunningNats() as server:
        yield server


@pytest.fixture
def private_postgres() -> Iterator[RunningPostgres]:
    """A PostgreSQL of this test alone, to kill and restart."""
    with RunningPostgres() as server:
        yield server


@pytest.fixture
def private_nats() -> Iterator[RunningNats]:
    """A NATS of this test alone, to kill and restart."""
    with RunningNats() as server:
        yield server
