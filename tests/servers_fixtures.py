"""Server fixtures: one shared pair a test process, private ones for tests that break them."""

from collections.abc import Iterator

import pytest

from tests.cluster_template import ClusterTemplate
from tests.servers import RunningNats, RunningPostgres


@pytest.fixture(scope="session")
def cluster_template(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str) -> ClusterTemplate:
    """Shared by all workers: below the folder of the run, whose parts are the workers' own."""
    own = tmp_path_factory.getbasetemp()
    workers = own.name.startswith("popen-")
    return ClusterTemplate((own.parent if workers else own) / f"cluster-{testrun_uid}")


@pytest.fixture(scope="session")
def postgres_server(cluster_template: ClusterTemplate) -> Iterator[RunningPostgres]:
    """The shared PostgreSQL (fsync off): use your own database in it, never stop it."""
    with RunningPostgres(template=cluster_template) as server:
        yield server


@pytest.fixture(scope="session")
def nats_server() -> Iterator[RunningNats]:
    """The shared NATS: use your own subjects and streams, never stop it."""
    with RunningNats() as server:
        yield server


@pytest.fixture
def private_postgres(cluster_template: ClusterTemplate) -> Iterator[RunningPostgres]:
    """A PostgreSQL of this test alone, to kill and restart."""
    with RunningPostgres(template=cluster_template) as server:
        yield server


@pytest.fixture
def private_nats() -> Iterator[RunningNats]:
    """A NATS of this test alone, to kill and restart."""
    with RunningNats() as server:
        yield server
