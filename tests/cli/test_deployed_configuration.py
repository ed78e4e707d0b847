"""The configuration that operators copy from deploy/ holds what Muster needs."""

from pathlib import Path

from services.cli.child import Child, Command
from services.cli.embedded.binaries import nats_server
from services.cli.embedded.nats import read_monitor, refuse_lazy_disk
from services.cli.embedded.ports import free_ports
from services.cli.supervisor.probe import answers
from tests.servers import RunningPostgres, await_condition

DEPLOY = Path(__file__).parents[2] / "deploy"


def test_the_nats_configuration_is_accepted(tmp_path: Path) -> None:
    """A server with deploy/nats/nats.conf passes our own check and asks for the password."""
    port, monitor = free_ports(2)
    text = (DEPLOY / "nats" / "nats.conf").read_text()
    configuration = tmp_path / "nats.conf"
    configuration.write_text(text.replace(":4222", f":{port}").replace(":8222", f":{monitor}"))
    server = Child.start(
        Command(
            name="nats",
            argv=(str(nats_server()), "-c", str(configuration), "-sd", str(tmp_path / "store")),
            environment={"MUSTER_NATS_PASSWORD": "a-word"},
            log=tmp_path / "log",
        )
    )
    url = f"http://127.0.0.1:{monitor}"
    try:
        await_condition(lambda: reachable(url), 30, "server ready")
        refuse_lazy_disk(url)
        assert read_monitor(url, "varz")["auth_required"] is True
    finally:
        server.kill()


def reachable(url: str) -> bool:
    """Whether the monitor answers well."""
    try:
        return read_monitor(url, "healthz").get("status") == "ok"
    except OSError:
        return False


def test_the_postgres_configuration_is_accepted(private_postgres: RunningPostgres) -> None:
    """Every line of deploy/postgres/muster.conf is understood by the server."""
    private_postgres.stop()
    with (private_postgres.cluster.data / "postgresql.conf").open("a") as file:
        file.write(f"\ninclude '{DEPLOY / 'postgres' / 'muster.conf'}'\n")
    private_postgres.start()
    assert private_postgres.pid


async def test_the_probe_tells_well_from_absent(postgres_server: RunningPostgres) -> None:
    """Neither a closed port nor a server that speaks no HTTP counts as ready."""
    (closed,) = free_ports(1)
    assert not await answers(f"http://127.0.0.1:{closed}/health/ready", timeout=0.5)
    silent = f"http://127.0.0.1:{postgres_server.cluster.port}/health/ready"
    assert not await answers(silent, timeout=0.5)
